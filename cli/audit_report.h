// `leeward audit report`: what `audit check` found, for a board: a page of HTML, or PDF where --out
// ends in .pdf.
#pragma once

#include "cli/command_line.h"
#include "schema/exit_code.h"

namespace leeward::cli {

// Exit code 6 if anything was found; the report is written all the same.
Result<schema::ExitCode> audit_report(const CommandLine& line);

}  // namespace leeward::cli
