// What a command and its arguments are for, in the language of whoever asks: English beside the
// command itself (schema/commands.h), Spanish in schema/help/es.txt.
#pragma once

#include <string_view>
#include <vector>

#include "schema/codes.h"
#include "schema/commands.h"
#include "schema/language.h"

namespace leeward::schema {

// English where the list has no Spanish yet.
[[nodiscard]] std::string_view summary_of(const CommandSpec& command, Language language);
[[nodiscard]] std::string_view help_of(const CommandSpec& command,
                                       const ArgSpec& arg,
                                       Language language);

// The codes that an argument takes: those that its help names, "DECLINE_…" for a whole family.
[[nodiscard]] std::vector<const CodeSpec*> codes_of(const ArgSpec& arg);

// The file that an argument reads, as a worker may write it; its name is that of the command's
// example. Empty for a file that another command writes.
struct ExampleFile {
    std::string_view name;
    std::string_view content;
};
[[nodiscard]] ExampleFile example_file(const CommandSpec& command, const ArgSpec& arg);

// The Spanish of "need.ask" or of "need.ask to"; empty where there is none.
[[nodiscard]] std::string_view spanish_help(std::string_view key);

}  // namespace leeward::schema
