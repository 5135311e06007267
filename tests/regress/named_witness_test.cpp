// Found by a scenario whose two witnesses sleep: a node asked the three members after it in the order of
// NodeIds, whomever its own policy named. A log whose named witnesses stood further on was never
// cosigned by them, and after three days no partner took a name from an honest house.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/test_node.h"

namespace leeward::test {

using std::chrono::hours;

TEST_CASE("whom a node's own policy names as a witness is asked, wherever it stands in the order") {
    World world(1, {"investigation", "shelter", "shelter", "shelter", "counselling", "shelter"});
    TestNode& alder = world.node(0);
    world.pass(hours(12));
    std::string last;
    const Json list = alder.must("witness.list");
    for (const auto& one : list.array_at("witnesses"))
        if (one.int_at("answered_at") < world.clock().seconds() - 6 * 3'600)
            last = one.text_at("key");
    REQUIRE_FALSE(last.empty());  // three of five are asked, once all have been
    alder.must("witness.policy", Json::object({{"set", "witness w " + last + "\nquorum w\n"}}));
    world.pass(hours(2));
    const Json status = alder.must("witness.status");
    CHECK(status.find("our_log")->int_at("witnessed_at") >= world.clock().seconds() - 2 * 3'600);
}

}  // namespace leeward::test
