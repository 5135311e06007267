// Twelve words for 132 bits, read aloud on the telephone and typed by who hears them: the English
// and Spanish lists of BIP-39 (schema/words/). Both sides may read different lists.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/base/secret.h"
#include "crypto/random.h"
#include "schema/language.h"

namespace leeward::schema {

inline constexpr std::size_t safety_word_count = 12;
using SafetyNumber = ByteArray<17>;  // 132 bits, most significant first; the last four are unused

// Lower case, with their accents, separated by a space.
[[nodiscard]] std::string safety_words(const SafetyNumber& number, Language language);

// Twelve words of one list, whichever it is; accents and case do not matter, the first four letters
// suffice. Spaces, commas and hyphens separate. Errc::malformed otherwise. Unused bits are 0.
Result<SafetyNumber> parse_safety_words(std::string_view typed);
// Whether the 132 bits agree, in a time that does not depend on them.
[[nodiscard]] bool same_safety_number(const SafetyNumber& a, const SafetyNumber& b);

// Twenty-four words for 256 bits and a checksum of eight (BIP-39): a recovery holder's key on paper.
inline constexpr std::size_t recovery_word_count = 24;
[[nodiscard]] SecretBytes recovery_words(std::span<const Byte, 32> key, Language language);
// Whether what was typed is this word of a list, with the same freedoms.
[[nodiscard]] bool is_word(std::string_view typed, std::string_view word);
// As typed from paper, with the same freedoms. Errc::malformed for a wrong number of words, one that
// is in neither list, or words that do not fit their checksum: one is wrong or out of place.
Result<SecretBytes> parse_recovery_words(BytesView typed);

// Four random English words joined by hyphens (44 bits): what people call a case or a leg.
[[nodiscard]] std::string codename(crypto::Random& random);

}  // namespace leeward::schema
