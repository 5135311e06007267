// The arguments of a command as the node takes them: named files are read, lists are split.
#pragma once

#include "cli/command_line.h"
#include "schema/json/json.h"

namespace leeward::cli {

// At most 1 MiB of UTF-8 from `name`, or from standard input for "-".
Result<std::string> read_text_file(const std::string& name);

// Errc::invalid_argument names the argument; not_found, too_large, malformed the file.
Result<schema::Json> build_arguments(const schema::CommandSpec& command, const Given& given);

}  // namespace leeward::cli
