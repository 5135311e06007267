// Whoever pressed "Leave now" as the last one at a node's page was shown the browser's own page of
// errors, with the address on it: the port was closed before the neutral page was fetched.
#include <catch2/catch_test_macros.hpp>

#include "tests/node/console/raw_client.h"

namespace leeward::test {

using namespace std::chrono_literals;

TEST_CASE(
    "whoever leaves as the last one still gets the neutral page, and then the port is closed") {
    RunningConsole console;
    console.sit();
    console.advance(61s);  // no link is left
    CHECK(console.post("/api/leave").status == 200);
    console.advance(5s);
    CHECK(console.get("/away").status == 200);
    CHECK(console.get("/away.js").status == 200);
    console.advance(6s);
    CHECK_FALSE(console.is_listening());
}

}  // namespace leeward::test
