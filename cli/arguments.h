// The arguments of a command as the node takes them: named files are read, lists are split.
#pragma once

#include <cstdint>
#include <ctime>

#include "cli/command_line.h"
#include "schema/json/json.h"

namespace leeward::cli {

// At most 1 MiB of UTF-8 from `name`, or from standard input for "-".
Result<std::string> read_text_file(const std::string& name);

// Errc::invalid_argument names the argument; not_found, too_large, malformed the file.
// A time of day is the next one from `now`, or the last where the argument is about what has been
// (cli/when.h).
Result<schema::Json> build_arguments(const schema::CommandSpec& command,
                                     const Given& given,
                                     std::int64_t now = std::time(nullptr));

}  // namespace leeward::cli
