#include "schema/letters.h"

#include <array>
#include <optional>

namespace leeward::schema {

namespace {

constexpr unsigned first_letter = 0xC0;
constexpr unsigned first_mark = 0x300;
constexpr unsigned last_mark = 0x36F;

// U+00C0 to U+017F, sixteen to a row; "" is no letter.
// clang-format off
constexpr std::array<std::string_view, 192> base_letters{
    "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
    "d", "n", "o", "o", "o", "o", "o", "", "o", "u", "u", "u", "u", "y", "th", "ss",
    "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
    "d", "n", "o", "o", "o", "o", "o", "", "o", "u", "u", "u", "u", "y", "th", "y",
    "a", "a", "a", "a", "a", "a", "c", "c", "c", "c", "c", "c", "c", "c", "d", "d",
    "d", "d", "e", "e", "e", "e", "e", "e", "e", "e", "e", "e", "g", "g", "g", "g",
    "g", "g", "g", "g", "h", "h", "h", "h", "i", "i", "i", "i", "i", "i", "i", "i",
    "i", "i", "ij", "ij", "j", "j", "k", "k", "k", "l", "l", "l", "l", "l", "l", "l",
    "l", "l", "l", "n", "n", "n", "n", "n", "n", "n", "n", "n", "o", "o", "o", "o",
    "o", "o", "oe", "oe", "r", "r", "r", "r", "r", "r", "s", "s", "s", "s", "s", "s",
    "s", "s", "t", "t", "t", "t", "t", "t", "u", "u", "u", "u", "u", "u", "u", "u",
    "u", "u", "u", "u", "w", "w", "y", "y", "y", "z", "z", "z", "z", "z", "z", "s",
};
// clang-format on

// The code point of a character of two bytes in UTF-8, which all of ours are.
std::optional<unsigned> two_bytes(std::string_view text) {
    if (text.size() < 2) return std::nullopt;
    const unsigned lead = static_cast<unsigned char>(text[0]);
    const unsigned rest = static_cast<unsigned char>(text[1]);
    if ((lead & 0xE0U) != 0xC0U || (rest & 0xC0U) != 0x80U) return std::nullopt;
    return ((lead & 0x1FU) << 6U) | (rest & 0x3FU);
}

std::optional<std::string_view> base_of(unsigned letter) {
    if (letter >= first_mark && letter <= last_mark) return "";
    if (letter < first_letter || letter >= first_letter + base_letters.size()) return std::nullopt;
    const std::string_view base = base_letters[letter - first_letter];
    if (base.empty()) return std::nullopt;
    return base;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string plain_letters(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto letter = two_bytes(text);
        const auto base = letter ? base_of(*letter) : std::nullopt;
        if (base) {
            out += *base;
        } else {
            for (const char c : text.substr(0, letter ? 2 : 1))
                out += lower(c);
        }
        text.remove_prefix(letter ? 2 : 1);
    }
    return out;
}

}  // namespace leeward::schema
