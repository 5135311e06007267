// How a transcript says it: the command as a worker types it, and states in the words of the field.
#pragma once

#include <string>
#include <string_view>

#include "schema/json/json.h"

namespace leeward::test {

// "leeward leg waitlist 9c10aa --band first_3"; files by name, ids by their first six digits.
[[nodiscard]] std::string typed(std::string_view command, const schema::Json& args);
// Of "OPEN/INQUIRING" and of "WAITLISTED", with the word itself behind it.
[[nodiscard]] std::string in_words_of_need(std::string_view case_and_need);
[[nodiscard]] std::string in_words_of_leg(std::string_view state);

}  // namespace leeward::test
