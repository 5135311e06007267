#include "cli/when.h"

#include <cstdlib>
#include <ctime>
#include <string>

#include <catch2/catch_test_macros.hpp>

using namespace leeward::cli;

namespace {

// 24 November 2026, 21:05 at the place of this machine.
std::int64_t evening() {
    std::tm parts{};
    parts.tm_year = 126;
    parts.tm_mon = 10;
    parts.tm_mday = 24;
    parts.tm_hour = 21;
    parts.tm_min = 5;
    parts.tm_isdst = -1;
    return std::mktime(&parts);
}

constexpr std::int64_t minute = 60;
constexpr std::int64_t hour = 3'600;

}  // namespace

TEST_CASE("a time of day is the next one that comes") {
    CHECK(when("21:30", evening()) == evening() + 25 * minute);
    CHECK(when("09:00", evening()) == evening() + 11 * hour + 55 * minute);
    CHECK(when("21:05", evening()) == evening() + 24 * hour);  // this minute has begun
}

TEST_CASE("a time of day of what has been is the last one") {
    const auto last = [](std::string_view text) { return when(text, evening(), TimeOfDay::LAST); };
    CHECK(last("21:05") == evening());
    CHECK(last("20:05") == evening() - hour);
    CHECK(last("21:30") == evening() + 25 * minute - 24 * hour);
    CHECK(last("2026-11-24 21:05") == evening());
}

TEST_CASE("tomorrow is tomorrow, in both languages") {
    CHECK(when("tomorrow 22:05", evening()) == evening() + 25 * hour);
    CHECK(when("mañana 22:05", evening()) == evening() + 25 * hour);
}

TEST_CASE("a day and a time, and seconds, are taken as they are") {
    CHECK(when("2026-11-24 21:05", 0) == evening());
    CHECK(when("1790000000", 0) == 1'790'000'000);
}

TEST_CASE("what is no time is none") {
    for (const std::string text : {"",
                                   "soon",
                                   "24:00",
                                   "9:00",
                                   "2130",
                                   "20261124",
                                   "21:60",
                                   "tomorrow",
                                   "2026-02-30 10:00",
                                   "2026-13-01 10:00",
                                   "2026-11-24",
                                   "2026-11-24 21:05:00",
                                   "99999999999999999999"}) {
        CAPTURE(text);
        CHECK_FALSE(when(text, evening()));
    }
}
