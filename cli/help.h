// Help texts, made from the table of commands.
#pragma once

#include <string>
#include <string_view>

#include "schema/commands.h"

namespace leeward::cli {

// Every command in a line, and the options that all of them take.
[[nodiscard]] std::string help_of_all();
// The commands of one noun; empty if there is none.
[[nodiscard]] std::string help_of_noun(std::string_view noun);
// Usage, arguments, an example.
[[nodiscard]] std::string help_of(const schema::CommandSpec& command);

}  // namespace leeward::cli
