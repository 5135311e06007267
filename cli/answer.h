// The answer of a command that this program does itself: one line of JSON, or for the eye.
#pragma once

#include "cli/command_line.h"
#include "schema/json/json.h"

namespace leeward::cli {

void print_answer(const CommandLine& line, const schema::Json& result);
[[nodiscard]] schema::Language language_of(const CommandLine& line);

}  // namespace leeward::cli
