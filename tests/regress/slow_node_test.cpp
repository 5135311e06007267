// Found by reading: a command that took the node longer than it waits for a request's head, five seconds, cut off
// whoever had connected before it and asked meanwhile. The page then showed what was before.
#include <catch2/catch_test_macros.hpp>

#include "tests/node/console/raw_client.h"

namespace leeward::test {

TEST_CASE("nobody is cut off for the time that the node itself has taken") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    const Connection early(console.port());
    CHECK(console.post("/api/here").status == 200);  // the earlier one is taken up as well
    console.node().meanwhile = [&] {
        early.send(console.post_text("/api/here", "{}"));
        console.take(std::chrono::seconds(6));
    };
    CHECK(console.post("/api/do/inbox").status == 200);
    CHECK(early.receive().status == 200);
}

TEST_CASE("whoever says nothing is cut off though the node was slow too") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    const Connection silent(console.port());
    CHECK(console.post("/api/here").status == 200);
    console.node().meanwhile = [&] { console.take(std::chrono::seconds(6)); };
    CHECK(console.post("/api/do/inbox").status == 200);
    CHECK(silent.receive().status == 0);
    CHECK(silent.is_closed());
}

}  // namespace leeward::test
