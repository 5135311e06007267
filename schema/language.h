// The two languages that everything for people is written in.
#pragma once

#include <optional>
#include <string_view>

#include "crypto/base/bytes.h"

namespace leeward::schema {

enum class Language : Byte { EN, ES };

[[nodiscard]] constexpr std::string_view name(Language language) {
    return language == Language::ES ? "es" : "en";
}
[[nodiscard]] constexpr std::optional<Language> language_from(std::string_view word) {
    if (word == "en") return Language::EN;
    if (word == "es") return Language::ES;
    return std::nullopt;
}

}  // namespace leeward::schema
