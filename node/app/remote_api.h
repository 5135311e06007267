// A node's commands over its socket, for the command line.
#pragma once

#include <filesystem>
#include <memory>

#include "node/app/api.h"
#include "node/app/socket.h"
#include "node/app/wire.h"

namespace leeward::node {

class RemoteApi final : public Api {
public:
    // Errc::unreachable when no node runs there.
    static Result<RemoteApi> open(const std::filesystem::path& home);

    Result<schema::Json> call(std::string_view command, const schema::Json& args) override;
    // Errc::too_large when the arguments are more than one request holds: nothing was sent then.
    Result<schema::Json> ask(Request request, const Secrets& secrets = {});

private:
    explicit RemoteApi(Descriptor fd) : fd_(std::move(fd)) {}
    Descriptor fd_;
};

}  // namespace leeward::node
