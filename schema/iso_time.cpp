#include "schema/iso_time.h"

#include <chrono>

namespace leeward::schema {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// The number in `text[at, at + width)`, or -1.
int digits(std::string_view text, std::size_t at, std::size_t width) {
    if (at + width > text.size()) return -1;
    int value = 0;
    for (std::size_t i = at; i < at + width; ++i) {
        if (!is_digit(text[i])) return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

std::optional<std::chrono::seconds> time_of_day(std::string_view text) {
    if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
    const int h = digits(text, 0, 2);
    const int m = digits(text, 3, 2);
    const int s = digits(text, 6, 2);
    if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59) return std::nullopt;
    return std::chrono::hours(h) + std::chrono::minutes(m) + std::chrono::seconds(s);
}

// "Z" or "+hh:mm"; what must be taken off to reach UTC.
std::optional<std::chrono::seconds> offset(std::string_view text) {
    if (text == "Z" || text == "z") return std::chrono::seconds(0);
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':')
        return std::nullopt;
    const int h = digits(text, 1, 2);
    const int m = digits(text, 4, 2);
    if (h < 0 || h > 23 || m < 0 || m > 59) return std::nullopt;
    const std::chrono::seconds size = std::chrono::hours(h) + std::chrono::minutes(m);
    return text[0] == '-' ? -size : size;
}

std::string_view without_fraction(std::string_view rest) {
    if (rest.size() < 2 || rest[0] != '.' || !is_digit(rest[1])) return rest;
    rest.remove_prefix(1);
    while (!rest.empty() && is_digit(rest[0]))
        rest.remove_prefix(1);
    return rest;
}

}  // namespace

std::optional<Time> date_from(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const int y = digits(text, 0, 4);
    const int m = digits(text, 5, 2);
    const int d = digits(text, 8, 2);
    if (y < 0 || m < 0 || d < 0) return std::nullopt;
    const std::chrono::year_month_day day(std::chrono::year(y),
                                          std::chrono::month(static_cast<unsigned>(m)),
                                          std::chrono::day(static_cast<unsigned>(d)));
    if (!day.ok()) return std::nullopt;
    return Time(std::chrono::sys_days(day));
}

std::optional<Time> date_time_from(std::string_view text) {
    constexpr std::size_t time_at = 11;
    constexpr std::size_t zone_at = 19;
    if (text.size() <= zone_at || (text[10] != 'T' && text[10] != 't')) return std::nullopt;
    const auto day = date_from(text.substr(0, 10));
    const auto clock = time_of_day(text.substr(time_at, 8));
    const auto zone = offset(without_fraction(text.substr(zone_at)));
    if (!day || !clock || !zone) return std::nullopt;
    return *day + *clock - *zone;
}

}  // namespace leeward::schema
