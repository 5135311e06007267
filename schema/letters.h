// What is left of a word when case and accents do not matter: for names and for words that were
// heard on the telephone.
#pragma once

#include <string>
#include <string_view>

namespace leeward::schema {

// Lower case and without accents: the Latin letters of Unicode to U+017F become their base letters
// ("ß" and the like their usual two), combining accents (U+0300 to U+036F) go. Everything else stays
// as it is: other scripts keep their case.
[[nodiscard]] std::string plain_letters(std::string_view text);

}  // namespace leeward::schema
