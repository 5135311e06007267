// Small helpers with which the story reads what a command answered.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/json/json.h"

namespace leeward::test {

// "a, b and c"
[[nodiscard]] std::string listed(const std::vector<std::string>& items);
// The texts of an array of texts.
[[nodiscard]] std::vector<std::string> texts(const schema::Json& array);
// The member of `list` (an array of objects) whose `key` is `value`; a null Json if there is none.
[[nodiscard]] schema::Json item_with(const schema::Json& list,
                                     std::string_view key,
                                     std::string_view value);
// "age_band 15_to_17 · group alone": the members of an object of texts, lists and flags.
[[nodiscard]] std::string fields_text(const schema::Json& object);
// The same, one a line.
[[nodiscard]] std::string fields_lines(const schema::Json& object);
// "age band" for age_band.
[[nodiscard]] std::string field_name(std::string_view id);
// A JSON object's member, or a null Json.
[[nodiscard]] schema::Json member(const schema::Json& object, std::string_view key);

}  // namespace leeward::test
