// Help texts, made from the table of commands.
#pragma once

#include <string>
#include <string_view>

#include "schema/commands.h"
#include "schema/language.h"

namespace leeward::cli {

// Every command in a line, and the options that they share.
[[nodiscard]] std::string help_of_all(schema::Language language = schema::Language::EN);
// The commands of one noun; empty if there is none.
[[nodiscard]] std::string help_of_noun(std::string_view noun,
                                       schema::Language language = schema::Language::EN);
// Usage, arguments, who may, an example, and those of the shared options that it takes.
[[nodiscard]] std::string help_of(const schema::CommandSpec& command,
                                  schema::Language language = schema::Language::EN);

}  // namespace leeward::cli
