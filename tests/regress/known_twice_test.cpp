// Found by scenario S3: a referrer who had been asked whether she would talk to another who may know the
// same survivor was no longer asked once anything else was heard in that leg. The shelter opened the
// card, and the question was gone from the inbox as if somebody had answered it.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

bool is_asked(TestNode& node) {
    const auto notices = node.notices();
    return std::find(notices.begin(), notices.end(), "DUPLICATE_ASKED") != notices.end();
}

}  // namespace

TEST_CASE("whether to talk about one who may be known twice is asked as long as the leg lives") {
    World world(940, {"investigation", "investigation", "shelter"});
    TestNode& harbor = world.node(0);
    TestNode& anchor = world.node(1);
    TestNode& lantern = world.node(2);
    const Asked first = ask(world, harbor, {&lantern});
    const Asked second = ask(world, anchor, {&lantern});
    lantern.must("leg.duplicate", Json::object({{"id", first.legs[0]}, {"with", second.legs[0]}}));
    world.pump();
    REQUIRE(is_asked(harbor));
    offer(world, lantern, first.legs[0]);
    CHECK(harbor.state_of(first.legs[0]) == "OFFERED");
    CHECK(is_asked(harbor));
    harbor.must(
        "need.withdraw",
        Json::object(
            {{"id", first.need}, {"reason", "WITHDRAW_PREFERS_NOT_TO_SAY"}, {"read-back", true}}));
    world.pump();
    CHECK_FALSE(is_asked(harbor));
}

}  // namespace leeward::test
