// leeward upgrade: what a newer version does to the store, before it does it.
#pragma once

#include "cli/command_line.h"
#include "schema/exit_code.h"

namespace leeward::cli {

Result<schema::ExitCode> upgrade(const CommandLine& line);

}  // namespace leeward::cli
