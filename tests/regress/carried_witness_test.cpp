// Found by scenario S1 without a network: of two who carried files there and back once a day only the one
// who set out was cosigned. The other's question came back with the answer, and what was answered to it
// stood in a third file that nobody carries; the next question then named a head too old.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/carrier.h"

namespace leeward::test {

TEST_CASE("whoever carries files there and back once a day is witness, and is witnessed") {
    World world(77, {"investigation", "shelter", "shelter", "counselling"});
    const Carrier carrier(world);
    world.pass(std::chrono::hours(72), std::chrono::hours(2));
    for (std::size_t i = 0; i < world.size(); ++i) {
        const Json status = world.node(i).must("witness.status");
        CHECK(status.find("our_log")->int_at("witnessed_at") >=
              world.clock().seconds() - 48 * 3'600);
    }
}

}  // namespace leeward::test
