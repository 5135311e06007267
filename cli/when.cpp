#include "cli/when.h"

#include <array>
#include <charconv>
#include <ctime>

namespace leeward::cli {
namespace {

constexpr std::size_t least_digits = 9;
constexpr std::size_t most_digits = 12;

// The numbers of `text` where `pattern` has its digits ("dd:dd"); nullopt unless all else is equal.
template <std::size_t n>
std::optional<std::array<int, n>> read(std::string_view text, std::string_view pattern) {
    if (text.size() != pattern.size()) return std::nullopt;
    std::array<int, n> out{};
    std::size_t at = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (pattern[i] != 'd') {
            if (text[i] != pattern[i]) return std::nullopt;
            ++at;
            continue;
        }
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        out.at(at) = out.at(at) * 10 + (text[i] - '0');
    }
    return out;
}

std::optional<std::int64_t> seconds_of(std::string_view text) {
    std::int64_t value = 0;
    const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = fault == std::errc{} && stop == text.data() + text.size();
    const bool fits = text.size() >= least_digits && text.size() <= most_digits;
    return whole && fits ? std::optional(value) : std::nullopt;
}

std::tm local(std::int64_t at) {
    const auto time = static_cast<std::time_t>(at);
    std::tm parts{};
    ::localtime_r(&time, &parts);
    return parts;
}

// nullopt where mktime has to bend the date to make one of it.
std::optional<std::int64_t> moment(std::tm day, int hour, int minute) {
    if (hour > 23 || minute > 59) return std::nullopt;
    const int wanted_day = day.tm_mday;
    day.tm_hour = hour;
    day.tm_min = minute;
    day.tm_sec = 0;
    day.tm_isdst = -1;
    const std::time_t at = std::mktime(&day);
    if (at == -1 || day.tm_mday != wanted_day) return std::nullopt;
    return at;
}

std::tm other_day(std::tm day, int days) {
    constexpr int noon = 12;
    day.tm_mday += days;
    day.tm_hour = noon;
    day.tm_isdst = -1;
    (void)std::mktime(&day);
    return day;
}

std::optional<std::int64_t> time_of_day(std::string_view text, std::int64_t now, TimeOfDay which) {
    const auto clock = read<2>(text, "dd:dd");
    if (!clock) return std::nullopt;
    const auto [hour, minute] = *clock;
    const bool is_next = which == TimeOfDay::NEXT;
    const auto today = moment(local(now), hour, minute);
    if (!today || (*today > now) == is_next) return today;
    return moment(other_day(local(now), is_next ? 1 : -1), hour, minute);
}

std::optional<std::int64_t> tomorrow(std::string_view text, std::int64_t now) {
    for (const std::string_view word : {"tomorrow ", "mañana "}) {
        if (text.substr(0, word.size()) != word) continue;
        const auto clock = read<2>(text.substr(word.size()), "dd:dd");
        if (clock) return moment(other_day(local(now), 1), (*clock)[0], (*clock)[1]);
    }
    return std::nullopt;
}

std::optional<std::int64_t> dated(std::string_view text) {
    const auto parts = read<5>(text, "dddd-dd-dd dd:dd");
    if (!parts || (*parts)[1] < 1 || (*parts)[1] > 12 || (*parts)[2] < 1 || (*parts)[2] > 31)
        return std::nullopt;
    std::tm day{};
    day.tm_year = (*parts)[0] - 1900;
    day.tm_mon = (*parts)[1] - 1;
    day.tm_mday = (*parts)[2];
    return moment(day, (*parts)[3], (*parts)[4]);
}

}  // namespace

std::optional<std::int64_t> when(std::string_view text, std::int64_t now, TimeOfDay which) {
    if (const auto at = seconds_of(text)) return at;
    if (const auto at = time_of_day(text, now, which)) return at;
    if (const auto at = tomorrow(text, now)) return at;
    return dated(text);
}

}  // namespace leeward::cli
