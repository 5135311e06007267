#include "cli/text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace leeward::cli {
namespace {

constexpr char32_t broken = 0xFFFD;

struct Character {
    char32_t code = broken;
    std::size_t bytes = 1;
    bool whole = false;
};

std::uint8_t byte_at(std::string_view text, std::size_t i) {
    return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0};
}

std::size_t length_of(std::uint8_t first) {
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first < 0xE0) return 2;
    if (first >= 0xE0 && first < 0xF0) return 3;
    if (first >= 0xF0 && first < 0xF5) return 4;
    return 0;
}

// The first character of `text`, which is not empty; RFC 3629: nothing overlong, no surrogates.
Character first_of(std::string_view text) {
    constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    const std::uint8_t first = byte_at(text, 0);
    const std::size_t length = length_of(first);
    if (length == 1) return {first, 1, true};
    if (length == 0 || text.size() < length) return {};
    char32_t code = first & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        const std::uint8_t next = byte_at(text, i);
        if ((next & 0xC0U) != 0x80U) return {};
        code = (code << 6U) | (next & 0x3FU);
    }
    if (code < least.at(length) || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return {};
    return {code, length, true};
}

bool is_hostile(char32_t code) {
    return code < 0x20 || (code >= 0x7F && code < 0xA0) ||  // C0, DEL, C1
           code == 0x061C || code == 0x200E || code == 0x200F ||
           (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) ||  // bidi
           code == 0x200B || code == 0x2028 || code == 0x2029 || code == 0xFEFF;
}

void append_escaped(std::string& out, char32_t code) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4)
        out += digits[(code >> static_cast<unsigned>(shift)) & 0xFU];
}

std::string neutral(std::string_view text, std::string_view allowed) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const Character one = first_of(text);
        const bool stays = one.bytes == 1 && allowed.find(text.front()) != std::string_view::npos;
        if (!one.whole)
            out += "\xEF\xBF\xBD";
        else if (is_hostile(one.code) && !stays)
            append_escaped(out, one.code);
        else
            out += text.substr(0, one.bytes);
        text.remove_prefix(one.bytes);
    }
    return out;
}

}  // namespace

std::string one_line(std::string_view text) {
    return neutral(text, "");
}

std::string many_lines(std::string_view text) {
    return neutral(text, "\n\t");
}

std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<std::uint8_t>(c) & 0xC0U) != 0x80U;
    }));
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const Character one = first_of(text);
        if (!one.whole) return false;
        text.remove_prefix(one.bytes);
    }
    return true;
}

}  // namespace leeward::cli
