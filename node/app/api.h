// The one way to ask a node for anything: a command of schema/commands.h and its arguments as JSON.
//
// NodeApi (node_api.h) is the node itself; RemoteApi is the same over the node's socket.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "crypto/base/result.h"
#include "schema/json/json.h"

namespace leeward::node {

class Api {
public:
    virtual ~Api() = default;
    // The command's result, or its error: what happened, whether the data is safe, what to do.
    virtual Result<schema::Json> call(std::string_view command, const schema::Json& args) = 0;
};

// Where a node listens for its own people: a Unix socket in a folder that only its user may enter.
[[nodiscard]] std::filesystem::path socket_path(const std::filesystem::path& home);

// Errc::unreachable when no node runs there.
Result<std::unique_ptr<Api>> connect(const std::filesystem::path& home);

}  // namespace leeward::node
