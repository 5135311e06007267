// leeward: a node's commands, for the people who work at it.
#include <algorithm>
#include <filesystem>
#include <iostream>

#include "cli/audit_bundle.h"
#include "cli/audit_check.h"
#include "cli/audit_drill.h"
#include "cli/audit_key.h"
#include "cli/audit_report.h"
#include "cli/backup_files.h"
#include "cli/local_commands.h"
#include "cli/node_init.h"
#include "cli/node_up.h"
#include "cli/open_console.h"
#include "cli/passphrase.h"
#include "cli/recovery.h"
#include "cli/run_command.h"
#include "cli/shared_options.h"
#include "cli/talk.h"
#include "cli/text.h"
#include "cli/upgrade.h"
#include "node/app/private_files.h"

namespace leeward::cli {
namespace {

using schema::ExitCode;

Result<ExitCode> perform(const CommandLine& line) {
    LEEWARD_TRY(check_shared_options(line));
    if (line.command->name == init_command) return node_init(line);
    if (line.command->name == up_command) return node_up(line);
    if (line.command->name == key_command) return audit_key(line);
    if (line.command->name == bundle_command) return audit_bundle(line);
    if (line.command->name == check_command) return audit_check(line);
    if (line.command->name == report_command) return audit_report(line);
    if (line.command->name == drill_command) return audit_drill(line);
    if (line.command->name == explain_command) return audit_explain(line);
    if (line.command->name == console_command) return open_console(line);
    if (line.command->name == upgrade_command) return upgrade(line);
    if (line.command->name == holder_key_command) return recovery_key(line);
    if (line.command->name == recover_command) return recovery_open(line);
    if (line.command->name == backup_list_command) return backup_list(line);
    if (line.command->name == backup_verify_command) return backup_verify(line);
    if (line.command->name == backup_drill_command) return backup_drill(line);
    if (line.command->name == restore_command) return backup_restore(line);
    if (line.command->name == backup_revoke_command) return backup_revoke(line);
    return run_command(line);
}

Result<ExitCode> print_help(const CommandLine& line) {
    std::cout << line.help;
    return ExitCode::ok;
}

// An answer that was cut is no answer, whatever became of the command.
Result<ExitCode> answer(const CommandLine& line) {
    LEEWARD_ASSIGN(const ExitCode code, line.help.empty() ? perform(line) : print_help(line));
    std::cout << std::flush;
    if (std::cout) return code;
    return Error{Errc::io,
                 "standard output took only a part of the answer; what was asked for was done"};
}

// What the library of files throws, said as whatever else fails is.
Result<ExitCode> answer_in_words(const CommandLine& line) {
    try {
        return answer(line);
    } catch (const std::filesystem::filesystem_error& fault) {
        const std::string path = one_line(fault.path1().string());
        return Error{Errc::io,
                     (path.empty() ? "the folder that you work in" : path) + " cannot be used: " +
                         fault.code().message() + "; nothing further was done"};
    }
}

ExitCode run(const std::vector<std::string>& args) {
    node::forbid_dumps();
    auto line = parse_command_line(args);
    if (!line) {
        Options options;  // the user's could not be read, but --json says who is listening
        options.json = std::find(args.begin(), args.end(), "--json") != args.end();
        return report(line.error(), options);
    }
    const auto done = answer_in_words(*line);
    if (done) return *done;
    const ExitCode code = report(done.error(), line->options);
    return is_interrupt(done.error()) ? ExitCode::interrupted : code;
}

}  // namespace
}  // namespace leeward::cli

int main(int argc, char** argv) {
    return leeward::schema::number(leeward::cli::run({argv + 1, argv + argc}));
}
