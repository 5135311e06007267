#include "cli/home_folder.h"

#include <cstdlib>

namespace leeward::cli {

std::string environment(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread
    return value == nullptr ? "" : value;
}

Result<std::filesystem::path> home_folder(const Options& options) {
    namespace fs = std::filesystem;
    if (!options.home.empty()) return fs::absolute(options.home);
    if (const auto home = environment("LEEWARD_HOME"); !home.empty()) return fs::absolute(home);
    if (const auto data = environment("XDG_DATA_HOME"); !data.empty())
        return fs::absolute(data) / "leeward";
    if (const auto user = environment("HOME"); !user.empty())
        return fs::absolute(user) / ".local/share/leeward";
    return Error{Errc::invalid_argument, "say which node with --home"};
}

}  // namespace leeward::cli
