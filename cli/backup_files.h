// Backups as files, without a node that runs: what there is, whether it is whole, opened by two holders,
// and a node made anew from one.
#pragma once

#include "cli/command_line.h"
#include "schema/exit_code.h"

namespace leeward::cli {

Result<schema::ExitCode> backup_list(const CommandLine& line);
Result<schema::ExitCode> backup_verify(const CommandLine& line);
Result<schema::ExitCode> backup_drill(const CommandLine& line);
Result<schema::ExitCode> backup_restore(const CommandLine& line);
// The node itself was stolen: two holders make what partners take with `leeward peer revoke`.
Result<schema::ExitCode> backup_revoke(const CommandLine& line);

}  // namespace leeward::cli
