// Found by fifty blows with kill -9 beside a heavy load: what had been tried often waited out its pause, up to seven
// minutes, though its recipient had long been back. Only new prekeys of a peer made anything due.
#include "tests/node/exchange/one_leg.h"

namespace leeward::test {
namespace {

using std::chrono::minutes;

// Tried again and again, until the pauses between attempts are minutes long.
Asked tried_in_vain(World& world) {
    const Asked asked = ask(world, world.node(0), {&world.node(1)});
    world.pass(minutes(40), minutes(1));
    REQUIRE(world.node(0).waiting() > 0);
    return asked;
}

}  // namespace

TEST_CASE("What waits for a peer arrives as soon as the network between them is whole again") {
    World world(24, {"investigation", "shelter"});
    world.network().partition({{world.node(1).link(), 1}});
    const Asked asked = tried_in_vain(world);
    world.network().lose_what_waits();
    world.network().heal();
    world.pump();
    CHECK(world.node(1).state_of(asked.legs[0]) == "DELIVERED");
    CHECK(world.node(0).waiting() == 0);
}

TEST_CASE("What waits for a peer arrives as soon as that has been started again") {
    World world(25, {"investigation", "shelter"});
    world.node(1).close();
    const Asked asked = tried_in_vain(world);
    world.node(1).open();
    world.pump();
    CHECK(world.node(1).state_of(asked.legs[0]) == "DELIVERED");
    CHECK(world.node(0).waiting() == 0);
}

}  // namespace leeward::test
