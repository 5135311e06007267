// What a command and its arguments are for, in the language of whoever asks: English beside the
// command itself (schema/commands.h), Spanish in schema/help/es.txt.
#pragma once

#include <string_view>

#include "schema/commands.h"
#include "schema/language.h"

namespace leeward::schema {

// English where the list has no Spanish yet.
[[nodiscard]] std::string_view summary_of(const CommandSpec& command, Language language);
[[nodiscard]] std::string_view help_of(const CommandSpec& command,
                                       const ArgSpec& arg,
                                       Language language);

// The Spanish of "need.ask" or of "need.ask to"; empty where there is none.
[[nodiscard]] std::string_view spanish_help(std::string_view key);

}  // namespace leeward::schema
