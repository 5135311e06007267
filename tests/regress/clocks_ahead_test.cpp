// Found by the universes (seeds 413 and 655): two nodes whose clocks both stood two years ahead, and who spoke,
// moved the key of their pair there and destroyed what came before. Once the clocks were right, each
// spoke and listened around the present, of which neither had a key any more: they never heard each
// other again. Each had destroyed its prekeys of the present as well.
#include "tests/node/exchange/one_leg.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

constexpr hours week{7 * 24};
constexpr hours two_years = 102 * week;

crypto::Epoch week_of(World& world) {
    return crypto::epoch_of(world.clock().seconds());
}
const node::Peer& peer_of(TestNode& node, TestNode& other) {
    return *node.desk().peers.find(other.desk().self.node());
}

// A question of the first node to the second, and the latter's answer.
bool is_answered(World& world) {
    const Asked asked = ask(world, world.node(0), {&world.node(1)});
    world.pass(hours(1), std::chrono::minutes(10));
    if (world.node(1).state_of(asked.legs[0]) != "DELIVERED") return false;
    world.node(1).must("leg.show", Json::object({{"id", asked.legs[0]}}));
    world.node(1).must("leg.decline",
                       Json::object({{"id", asked.legs[0]}, {"code", "DECLINE_NO_CAPACITY"}}));
    world.pass(hours(1), std::chrono::minutes(10));
    return world.node(0).state_of(asked.legs[0]) == "DECLINED";
}

// All clocks, after a start with a wrong one say, and nobody notices for some hours.
void live_ahead(World& world) {
    world.clock().move(two_years);
    world.pump();
    REQUIRE(is_answered(world));
    REQUIRE(is_answered(world));
    world.clock().move(-two_years);
    world.pump();
    CHECK(peer_of(world.node(0), world.node(1)).psk_epoch <= week_of(world));
}

}  // namespace

TEST_CASE(
    "Nodes that lived years ahead by their clocks hear each other when these are right again") {
    World world(413, {"investigation", "shelter"});
    live_ahead(world);
    CHECK(is_answered(world));
}

TEST_CASE("A hidden one that lived years ahead hears the other when their clocks are right again") {
    World world(655, {"investigation", "hidden shelter", "counselling", "counselling"});
    live_ahead(world);
    CHECK(is_answered(world));
}

TEST_CASE("After years ahead they hear each other through restarts, with prekeys of the present") {
    World world(3061, {"investigation", "shelter"});
    live_ahead(world);
    TestNode& alder = world.node(0);
    for (int i = 0; i < 3; ++i) {
        for (TestNode* node : {&alder, &world.node(1)}) {
            node->close();
            node->open();
        }
        world.pass(week, hours(12));
        CHECK(is_answered(world));
    }
    REQUIRE(alder.desk().store.write([&](node::Transaction& tx) -> Outcome {
        LEEWARD_ASSIGN(
            const auto prekey,
            alder.desk().prekeys.newest(tx, peer_of(alder, world.node(1)), world.clock().now()));
        CHECK((prekey && prekey->epoch <= week_of(world) + 1));
        return Done{};
    }));
}

// Found by seed 99075 of the universes: two met anew while both clocks were far ahead. The pair's first key was
// that of the week then, and no key of an earlier week follows from it: once the clocks were right neither heard the
// other, until their people exchanged offers once more.
TEST_CASE(
    "Nodes that met while their clocks were months ahead hear each other when these are right") {
    constexpr std::chrono::hours half_a_year{24 * 180};
    World world(3062, {"investigation", "shelter"});
    world.clock().move(half_a_year);
    pair_up(world.node(0), world.node(1));
    compare_words(world.node(0), world.node(1));
    compare_words(world.node(1), world.node(0));
    world.pump();
    REQUIRE(is_answered(world));
    world.clock().move(-half_a_year);
    world.pump();
    CHECK(is_answered(world));
}

}  // namespace leeward::test
