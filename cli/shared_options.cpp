#include "cli/shared_options.h"

#include <algorithm>
#include <array>

#include "cli/local_commands.h"
#include "cli/open_console.h"

namespace leeward::cli {
namespace {

using schema::CommandSpec;
using enum SharedOption;

struct Taken {
    std::string_view command;
    SharedOption option;

    bool operator==(const Taken&) const = default;
};

// All that the commands of this program itself take; the others do as the table of the node's says.
constexpr std::array taken_here{Taken{bundle_command, OUT},
                                Taken{bundle_command, AS},
                                Taken{report_command, OUT},
                                Taken{holder_key_command, OUT},
                                Taken{backup_revoke_command, OUT},
                                Taken{restore_command, DRY_RUN},
                                Taken{upgrade_command, DRY_RUN}};

bool is_done_here(const CommandSpec& command) {
    return schema::find_command(command.name) == nullptr || command.name == console_command;
}

Outcome check(const CommandSpec& command, SharedOption option, bool given, std::string_view name) {
    if (!given || takes(command, option)) return Done{};
    return Error{Errc::invalid_argument,
                 "'leeward " + spoken(command) + "' does not take " + std::string(name) +
                     "; nothing was done"};
}

}  // namespace

bool takes(const CommandSpec& command, SharedOption option) {
    if (is_done_here(command))
        return std::find(taken_here.begin(), taken_here.end(), Taken{command.name, option}) !=
               taken_here.end();
    if (option == DRY_RUN) return command.changes;
    return option != YES || command.name == "need.ask";
}

Outcome check_shared_options(const CommandLine& line) {
    if (!is_done_here(*line.command)) return Done{};
    LEEWARD_TRY(check(*line.command, DRY_RUN, line.options.dry_run, "--dry-run"));
    LEEWARD_TRY(check(*line.command, OUT, !line.options.out.empty(), "--out"));
    LEEWARD_TRY(check(*line.command, OUT, line.options.force, "--force"));
    return check(*line.command, AS, !line.options.as.empty(), "--as");
}

}  // namespace leeward::cli
