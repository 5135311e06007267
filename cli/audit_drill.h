// `leeward audit drill`: training. Copies of bundles are tampered with in every way that we know of,
// and the check is asked what it finds. The files themselves are only read.
#pragma once

#include "cli/command_line.h"
#include "schema/exit_code.h"

namespace leeward::cli {

// Exit code 6 if anything that was done is not found where it was done.
Result<schema::ExitCode> audit_drill(const CommandLine& line);

}  // namespace leeward::cli
