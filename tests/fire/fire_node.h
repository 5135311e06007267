// A real leewardd on this machine with a home that opens quickly, spoken to over its socket: started,
// also under another program (strace, libfaketime), killed, started again.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/app/remote_api.h"
#include "tests/support/process.h"

namespace leeward::fire {

using schema::Json;

class FireNode {
public:
    // The folder is made; so is the home, before the first start.
    FireNode(std::filesystem::path folder, std::string organisation, std::string role);

    struct Around {
        std::vector<std::string> wrapper{};      // words before leewardd's own
        std::vector<std::string> environment{};  // "NAME=value"
    };
    // Whether it answers; false when it ended before, or does not answer within half a minute.
    bool start(const Around& around);
    bool start() { return start({}); }
    void kill();  // SIGKILL
    void stop();  // SIGTERM, until it is gone
    [[nodiscard]] bool running() { return process_.running(); }

    // Errc::unreachable when the node has gone in the middle of it.
    Result<Json> call(std::string_view command, const Json& args = Json::object());
    void hang_up() { api_.reset(); }  // the next call is on another connection
    // Throws std::runtime_error when it is refused.
    Json must(std::string_view command, const Json& args = Json::object());

    [[nodiscard]] const std::string& name() const { return organisation_; }
    [[nodiscard]] std::filesystem::path home() const { return folder_ / "home"; }
    [[nodiscard]] std::string output() const;  // what leewardd printed

private:
    std::filesystem::path folder_;
    std::string organisation_;
    test::Process process_;
    pid_t daemon_ = -1;  // below a wrapper it is not the process that was started
    std::optional<node::RemoteApi> api_;
};

// Arguments of a new case, of its need, and of a question to a house; nobody in them exists.
[[nodiscard]] Json new_case();
[[nodiscard]] Json new_need(const std::string& of_case);
[[nodiscard]] Json question(const std::string& need, const FireNode& house);

// The ids that a list shows, all pages of it; of what is in this state, if one is named.
[[nodiscard]] std::vector<std::string> ids_of(FireNode& node,
                                              std::string_view command,
                                              std::string_view list,
                                              std::string_view state = {});
[[nodiscard]] bool contains_all(std::vector<std::string> all, const std::vector<std::string>& some);
// Whether its log verifies and every page of its store is whole.
[[nodiscard]] bool is_whole(FireNode& node);

// For longer runs than the suite's.
[[nodiscard]] std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise);

// A folder of its own, gone with the object; in memory where there is such a folder.
class Scratch {
public:
    Scratch();
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace leeward::fire
