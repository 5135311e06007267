#include "cli/shared_options.h"

#include <catch2/catch_test_macros.hpp>

#include "cli/help.h"
#include "cli/local_commands.h"

namespace {

using namespace leeward;
using namespace leeward::cli;

Outcome checked(const std::vector<std::string>& args) {
    const auto line = parse_command_line(args);
    REQUIRE(line);
    return check_shared_options(*line);
}

TEST_CASE("an option that a command of this program would pass over is refused") {
    for (const auto& args : {std::vector<std::string>{"node", "up", "--dry-run"},
                             std::vector<std::string>{"recovery", "open", "desk 1", "--dry-run"},
                             std::vector<std::string>{"audit", "key", "a.key", "--out", "b"},
                             std::vector<std::string>{"audit", "key", "a.key", "--force"},
                             std::vector<std::string>{"backup", "list", "--out", "list"},
                             std::vector<std::string>{"backup", "drill", "--as", "desk 2"},
                             std::vector<std::string>{"console", "--as", "desk 2"},
                             std::vector<std::string>{"upgrade", "--out", "plan"}}) {
        const auto done = checked(args);
        REQUIRE_FALSE(done);
        CHECK(done.error().code == Errc::invalid_argument);
        CHECK(done.error().detail.find("nothing was done") != std::string::npos);
    }
    CHECK(checked({"upgrade", "--dry-run"}));
    CHECK(checked({"backup", "restore", "a.manifest", "--node", "3f2a", "--dry-run"}));
    CHECK(checked({"audit", "bundle", "--auditor", "a.pub", "--out", "b", "--as", "desk 2"}));
    CHECK(checked({"recovery", "key", "--out", "night.holder"}));
    CHECK(checked({"need", "list", "--out", "list", "--as", "desk 2"}));
}

TEST_CASE("help lists for each command those shared options that it takes") {
    for (const auto* command : all_commands()) {
        CAPTURE(command->name);
        const std::string help = help_of(*command);
        const auto lists = [&](const std::string& option) {
            return help.find("\n  " + option) != std::string::npos;
        };
        CHECK(lists("--out FILE") == takes(*command, SharedOption::OUT));
        CHECK(lists("--dry-run") == takes(*command, SharedOption::DRY_RUN));
        CHECK(lists("--yes") == takes(*command, SharedOption::YES));
        CHECK(lists("--as NAME") == takes(*command, SharedOption::AS));
        CHECK(lists("--home DIR"));
    }
}

}  // namespace
