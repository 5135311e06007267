// Found by a review: the bell kept by the clock of the wall when somebody had last looked and when it had last
// rung. Once that clock was set back it was silent until the old time came again, for emergencies too.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

// A house that looked into its inbox, at a desk that rings.
struct House {
    World world;
    TestNode& harbor = world.node(0);
    TestNode& juniper = world.node(1);

    explicit House(std::uint64_t seed) : world(seed, {"investigation", "shelter"}) {
        world.clock().move(hours(3));
        juniper.must("inbox");
        juniper.home().config.notify = {"/sound", "", {}};
        REQUIRE(juniper.programs_to_call().empty());
    }
    void is_asked(std::string_view priority) {
        ask(world, harbor, {&juniper}, "PLACEMENT", priority);
    }
};

}  // namespace

TEST_CASE("an emergency rings although the clock was set back since somebody last looked") {
    House house(942);
    house.world.clock().move(-hours(2));
    house.is_asked("EMERGENCY");
    CHECK_FALSE(house.juniper.programs_to_call().empty());
}

TEST_CASE("what was looked at by a clock that was set back is silent") {
    House house(944);
    house.is_asked("EMERGENCY");
    house.world.clock().move(-hours(2));
    CHECK_FALSE(house.juniper.programs_to_call().empty());
    house.juniper.must("inbox");
    house.world.clock().move(seconds(120));
    CHECK(house.juniper.programs_to_call().empty());
}

TEST_CASE("what comes in the second in which the inbox is opened rings") {
    House house(945);
    house.juniper.must("inbox");
    house.is_asked("EMERGENCY");
    CHECK_FALSE(house.juniper.programs_to_call().empty());
}

}  // namespace leeward::test
