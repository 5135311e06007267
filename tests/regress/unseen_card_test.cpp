// Found by a review: the card that names a new signing key was shown once in ten minutes, whether it had come or
// not, and lay at a host for an hour. A partner that was away meanwhile could check none of what it was sent, and
// said nothing: questions waited up to a quarter of an hour, or for hours at a hidden house.
#include <catch2/catch_test_macros.hpp>

#include "schema/mailhost.h"
#include "tests/regress/holds_frame.h"
#include "tests/support/made_up.h"

namespace leeward::test {
namespace {

using node::Frame;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const std::vector<std::string> two{"investigation", "shelter"};
const std::vector<std::string> one_host{"investigation", "hidden shelter", "counselling"};

void change_key(TestNode& node) {
    node.must("identity.renew", Json::object({{"new-key", true}}));
}

bool is_control(const std::vector<Bytes>& parts) {
    return schema::kind_of(parts) == schema::FrameKind::CONTROL;
}

bool leaves_control(const Frame& frame) {
    const auto request = schema::read_host_request(frame.parts);
    const auto* deposit = request ? std::get_if<schema::Deposit>(&request->what) : nullptr;
    return deposit != nullptr && is_control(deposit->frame);
}

// Alder's question to Birch, which was away for so long while Alder's signing key changed.
std::string asked_while_away(World& world, seconds away, const std::function<void()>& before_back) {
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    birch.close();
    change_key(alder);
    const Asked asked = ask(world, alder, {&birch});
    world.pass(away, minutes(1));
    before_back();
    birch.open();
    world.pass(minutes(5), seconds(5));
    return alder.state_of(asked.legs[0]);
}

}  // namespace

TEST_CASE("a partner that was away while a signing key changed takes in what it is sent at once") {
    World world(1060, two);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    birch.close();
    change_key(alder);
    const Asked asked = ask(world, alder, {&birch});
    world.pass(seconds(30), seconds(5));
    birch.open();
    world.pass(minutes(2), seconds(5));
    CHECK(alder.state_of(asked.legs[0]) == "DELIVERED");
}

TEST_CASE("a hidden house that was away for hours finds the card beside what its key has signed") {
    World world(1061, one_host);
    world.pass(seconds(60), seconds(5));
    CHECK(asked_while_away(world, hours(3) + minutes(20), [] {}) == "DELIVERED");
}

TEST_CASE("a hidden house whose host has lost the card is shown it as soon as it says so") {
    World world(1062, one_host);
    world.pass(seconds(60), seconds(5));
    TestNode& alder = world.node(0);
    alder.watch(
        [](const node::TransportPublicKey&, const Frame& frame) { return !leaves_control(frame); });
    CHECK(asked_while_away(world, hours(3) + minutes(20), [&] { alder.watch({}); }) == "DELIVERED");
}

TEST_CASE("whoever says again and again that it lacks our card is shown it no more often") {
    World world(1063, two);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    change_key(alder);
    world.pass(seconds(60), seconds(5));
    REQUIRE(birch.desk().peers.find(alder.desk().self.node())->card.version == 2);
    int shown = 0;
    alder.watch([&](const node::TransportPublicKey&, const Frame& frame) {
        shown += is_control(frame.parts) ? 1 : 0;
        return true;
    });
    for (int i = 0; i < 50; ++i)
        deliver(world, birch, alder, holds_frame(birch, alder, 1));
    CHECK(shown == 1);
}

}  // namespace leeward::test
