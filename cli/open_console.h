// `leeward console`: asks the node for a link to its page, and opens it in the browser of this desk.
//
// The link holds a token, so it goes to the browser through a file that only this user may read, never
// on a command line. Printed too: where there is no desktop, that is all.
#pragma once

#include "cli/command_line.h"
#include "schema/exit_code.h"

namespace leeward::cli {

inline constexpr std::string_view console_command = "console";

Result<schema::ExitCode> open_console(const CommandLine& line);

}  // namespace leeward::cli
