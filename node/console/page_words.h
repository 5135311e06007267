// What the page is made from, in one language: the commands that this worker may give with what they
// take, every field of the catalogue, every code with its sentence and every value in words. A command
// or a field that is new in schema/ is on the page by this alone.
#pragma once

#include "schema/commands.h"
#include "schema/language.h"

namespace leeward::node {

// On the page, and by these roles. Left to the command line: what signs in and out there, what opens
// the page itself, and what reads a file that lies on the node's machine.
[[nodiscard]] bool on_page(const schema::CommandSpec& command);

// On a page that may be left open this takes her passphrase once more: what leaves the node as a file,
// lets somebody in, erases, opens a record in an emergency, or is the word of a second person.
[[nodiscard]] bool asks_again(const schema::CommandSpec& command);

[[nodiscard]] schema::Json page_words(schema::Language language, schema::RoleSet roles);

// The codes that an argument takes, as its help in the list of commands names them: a family
// ("DECLINE_…") or one by one; else the family that is called as the argument is.
[[nodiscard]] std::vector<std::string> codes_for(const schema::ArgSpec& arg);

}  // namespace leeward::node
