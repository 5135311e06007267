// `leeward audit bundle`: what our log did in a period, sealed to one auditor, written as it comes
// from the node: neither program holds more than a page of it.
#pragma once

#include "cli/run_command.h"

namespace leeward::cli {

Result<schema::ExitCode> audit_bundle(const CommandLine& line, Asked& node);
Result<schema::ExitCode> audit_bundle(const CommandLine& line);

}  // namespace leeward::cli
