// Found by a review: a partner whose disk is full asks to be sent no content for a minute. Whoever had kept one such
// frame, as a mail host may, could repeat it for weeks: each time all content was put off by another minute, and
// none was ever sent again, by way of no other host either.
#include <utility>

#include <catch2/catch_test_macros.hpp>

#include "schema/mailhost.h"
#include "tests/support/made_up.h"

namespace leeward::test {
namespace {

using node::Frame;
using std::chrono::minutes;
using std::chrono::seconds;

Frame wait_frame(TestNode& from, TestNode& to) {
    auto& desk = from.desk();
    const auto frame = node::seal_control(desk.peers,
                                          *desk.peers.find(to.desk().self.node()),
                                          crypto::epoch_of(from.clock().seconds()),
                                          {false, {}, seconds(60)},
                                          desk.random);
    REQUIRE(frame);
    return Frame{schema::write_frame(*frame)};
}

bool is_taken(const Frame& frame) {
    const auto request = schema::read_host_request(frame.parts);
    return request && std::holds_alternative<schema::Taken>(request->what);
}

}  // namespace

TEST_CASE("a host that repeats a word to wait at every poll keeps no answer from leaving") {
    World world(1057, {"investigation", "hidden shelter", "counselling"});
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    world.pass(seconds(60), seconds(5));
    bool loses = false;
    // Whatever Birch says to delete stays with its host: every poll brings all of it again.
    birch.watch([&](const node::TransportPublicKey& to, const Frame& frame) {
        return !is_taken(frame) && !(loses && to == alder.link());
    });
    const Asked asked = ask(world, alder, {&birch});
    world.pass(minutes(1), seconds(5));
    REQUIRE(alder.state_of(asked.legs[0]) == "DELIVERED");
    const node::Peer& house = *alder.desk().peers.find(birch.desk().self.node());
    REQUIRE(alder.engine().post().send(
        house, wait_frame(alder, birch), std::chrono::hours(1), std::size_t{0}));
    world.pass(minutes(1), seconds(5));

    loses = true;
    offer(world, birch, asked.legs[0]);
    world.pass(seconds(20), seconds(5));
    loses = false;
    world.pass(minutes(10), seconds(5));
    CHECK(alder.state_of(asked.legs[0]) == "OFFERED");
}

TEST_CASE("a word to wait counts again once what it held back has been sent") {
    World world(1058, {"investigation", "shelter"});
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    world.pass(minutes(1), seconds(5));
    int sent = 0;
    alder.watch([&](const node::TransportPublicKey&, const Frame& frame) {
        sent += schema::kind_of(frame.parts) == schema::FrameKind::ENVELOPE ? 1 : 0;
        return false;
    });
    ask(world, alder, {&birch});
    const Frame wait = wait_frame(birch, alder);
    for (int minute = 1; minute <= 3; ++minute) {
        deliver(world, birch, alder, wait);
        const int before = sent;
        world.pass(seconds(59), seconds(1));
        CHECK(sent == before);
        world.pass(seconds(1), seconds(1));
        CHECK(sent == before + 1);
    }
}

}  // namespace leeward::test
