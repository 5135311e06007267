#include "tests/support/teller.h"

#include <cstdlib>
#include <ctime>
#include <sstream>

#include <catch2/catch_test_macros.hpp>

using namespace leeward::test;

namespace {

struct Utc {
    Utc() {
        ::setenv("TZ", "UTC", 1);
        ::tzset();
    }
};

}  // namespace

TEST_CASE(
    "the story is told with a day, a time and a name beside each line, wrapped, without colours") {
    const Utc utc;
    std::ostringstream out;
    std::int64_t now = 86'400 * 100 + 3'600;
    PrintingTeller teller(out, PrintingTeller::Look::PLAIN, [&] { return now; });
    teller.chapter("A beginning");
    teller.does("Juniper House", "says no");
    now += 86'400;
    teller.sees("Juniper House", "nothing that " + std::string(90, 'x'));
    const std::string text = out.str();
    CHECK(text.find(" 1. A beginning\n") != std::string::npos);
    CHECK(text.find("day 1  01:00:00 Juniper House     │ says no\n") != std::string::npos);
    CHECK(text.find("day 2  01:00:00                   │ sees  nothing that\n") !=
          std::string::npos);
    CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("colours are used when they are asked for") {
    std::ostringstream out;
    PrintingTeller teller(out, PrintingTeller::Look::COLOURED, [] { return std::int64_t{0}; });
    teller.unseen("a name");
    CHECK(out.str().find("\x1b[32ma name\x1b[0m") != std::string::npos);
}
