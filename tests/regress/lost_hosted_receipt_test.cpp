// Found by net_test: a receipt was lost on its way while the message lay at its mail host, as a house moved to another
// address. The host had it, so it was not sent again for a quarter of an hour: received and opened, and
// "saved here" at its sender.
#include "schema/mailhost.h"
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {

using std::chrono::seconds;

TEST_CASE("a receipt that is lost while a host keeps the message is heard within two minutes") {
    World world(31, {"investigation", "hidden shelter", "counselling"});
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    world.pass(seconds(60), seconds(5));
    bool is_lost = true;
    birch.watch([&](const node::TransportPublicKey&, const node::Frame& frame) {
        return !is_lost || static_cast<bool>(schema::read_host_request(frame.parts));  // it polls
    });
    const Asked asked = ask(world, alder, {&birch});
    for (int i = 0; i < 12 && birch.state_of(asked.legs[0]) != "DELIVERED"; ++i)
        world.pass(seconds(5), seconds(5));
    REQUIRE(birch.state_of(asked.legs[0]) == "DELIVERED");
    REQUIRE(alder.waiting() == 1);
    is_lost = false;
    world.pass(seconds(120), seconds(5));
    CHECK(alder.waiting() == 0);
    CHECK(alder.state_of(asked.legs[0]) == "DELIVERED");
}

}  // namespace leeward::test
