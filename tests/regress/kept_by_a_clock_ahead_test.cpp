// Found by a review: what a mail host keeps is tried again later and later, by the clock. A node that was started with
// its clock right again went on waiting for what a clock ahead had said: a question whose receipt was lost, or that
// its host had lost, stood still for as long as that clock had been ahead.
#include <catch2/catch_test_macros.hpp>

#include "schema/delivery.h"
#include "schema/mailhost.h"
#include "tests/support/test_node.h"

namespace leeward::test {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST_CASE(
    "what a host keeps since a clock that was ahead is tried again by the clock that is right") {
    World world(1073, {"investigation", "hidden shelter", "counselling"});
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    world.pass(seconds(60), seconds(5));
    TestClock ahead = world.clock();
    ahead.move(hours(12));
    alder.close();
    alder.use_clock(ahead);
    alder.open();
    bool is_lost = true;  // what Birch says to Alder: it asks its host all the same
    birch.watch([&](const node::TransportPublicKey&, const node::Frame& frame) {
        return !is_lost || static_cast<bool>(schema::read_host_request(frame.parts));
    });
    const Asked asked = ask(world, alder, {&birch});
    world.pass(seconds(60), seconds(5));
    REQUIRE(birch.state_of(asked.legs[0]) == "DELIVERED");
    REQUIRE(alder.count("SELECT count(*) FROM outbox WHERE leg IS NOT NULL AND state=" +
                        std::to_string(static_cast<int>(schema::DeliveryState::AT_HOST))) == 1);

    alder.close();
    alder.use_clock(world.clock());
    alder.open();
    is_lost = false;
    world.pass(hours(5), minutes(2));
    CHECK(alder.state_of(asked.legs[0]) == "DELIVERED");
}

}  // namespace leeward::test
