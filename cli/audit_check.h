// `leeward audit check` and `audit explain`: an auditor's own work, offline, without a node.
#pragma once

#include "cli/command_line.h"
#include "schema/audit/check.h"
#include "schema/exit_code.h"

namespace leeward::cli {

// Exit code 6 if anything was found.
Result<schema::ExitCode> audit_check(const CommandLine& line);
Result<schema::ExitCode> audit_explain(const CommandLine& line);

[[nodiscard]] schema::Json json_of(const schema::AuditReport& report, schema::Language language);

}  // namespace leeward::cli
