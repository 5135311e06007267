// `leeward node init`: makes a node, without one running.
#pragma once

#include "cli/command_line.h"
#include "schema/exit_code.h"

namespace leeward::cli {

Result<schema::ExitCode> node_init(const CommandLine& line);

}  // namespace leeward::cli
