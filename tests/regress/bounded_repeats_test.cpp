// Found by reading: every envelope left a row that nothing deleted, though it is of use only as long as the key
// that it was sealed to; and a partner to whom nothing could be sealed, as it had shown a prekey of a week in the
// far future, had a receipt kept in memory for each repeat that it sent.
#include <catch2/catch_test_macros.hpp>

#include "schema/limits.h"
#include "tests/support/made_up.h"

namespace leeward::test {
namespace {

using node::Frame;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const std::vector<std::string> two{"investigation", "shelter"};

const node::Peer& partner_of(TestNode& node, TestNode& partner) {
    return *node.desk().peers.find(partner.desk().self.node());
}

// The same message, in an envelope that nobody has seen yet.
Frame said_anew(TestNode& from, TestNode& to, const schema::MessageId& mid) {
    return made_up(from, to, schema::MessageKind::PROVE, "{}", [&](schema::Message& message) {
        message.header.mid = mid;
    });
}

bool is_envelope(const Frame& frame) {
    return schema::kind_of(frame.parts) == schema::FrameKind::ENVELOPE;
}

std::string prekey_of_week(TestNode& node, crypto::Epoch epoch) {
    schema::Prekey prekey;
    prekey.issuer = node.desk().self.node();
    prekey.epoch = epoch;
    prekey.key = crypto::xwing_public_key_of(crypto::xwing_generate(node.desk().random));
    prekey.kid = schema::key_id_of(prekey.key);
    prekey.not_before = node.clock().now();
    prekey.expires = node.clock().now() + hours(24 * 14);
    return schema::sign_prekey(prekey, node.desk().self.signing);
}

}  // namespace

TEST_CASE("an envelope is known no longer than the key that it was sealed to") {
    World world(990, two);
    for (int week = 0; week < 6; ++week)
        world.pass(hours(24 * 7), hours(12));
    for (TestNode* node : {&world.node(0), &world.node(1)}) {
        CHECK(node->count("SELECT count(*) FROM envelope") > 0);
        CHECK(node->count("SELECT count(*) FROM envelope WHERE epoch<(SELECT min(epoch) FROM "
                          "own_prekey)") == 0);
    }
}

TEST_CASE("of a thousand repeats no more are answered than one can be sent at once") {
    World world(991, two);
    TestNode& harbor = world.node(0);
    TestNode& juniper = world.node(1);
    world.pass(minutes(1), seconds(5));
    juniper.watch([](const node::TransportPublicKey&, const Frame& f) { return is_envelope(f); });
    REQUIRE(harbor.home().store.write([&](node::Transaction& tx) {
        return harbor.desk().prekeys.forget(tx, partner_of(harbor, juniper).node());
    }));
    const auto mid = schema::new_id<schema::MessageId>(world.random());
    for (int i = 0; i < 1'000; ++i) {
        REQUIRE(juniper.transport().send(harbor.link(), said_anew(juniper, harbor, mid)));
        if (i % 20 == 19) world.pump();
    }
    std::vector<Frame> sent;
    harbor.watch([&](const node::TransportPublicKey&, const Frame& frame) {
        sent.push_back(frame);
        return true;
    });
    juniper.watch({});
    world.pass(minutes(11), minutes(1));
    std::size_t receipts = 0;
    for (const auto& frame : sent)
        if (const auto inner = inside(harbor, juniper, frame.parts))
            receipts += inner->receipts.size();
    CHECK(receipts > 0);
    CHECK(receipts <= 256);
}

TEST_CASE("a prekey of a week in the far future takes the place of none") {
    World world(992, two);
    TestNode& harbor = world.node(0);
    TestNode& juniper = world.node(1);
    const auto now = crypto::epoch_of(world.clock().seconds());
    auto& desk = juniper.desk();
    const auto frame = node::seal_control(desk.peers,
                                          partner_of(juniper, harbor),
                                          now,
                                          {false, {prekey_of_week(juniper, now + 100)}, {}},
                                          desk.random);
    REQUIRE(frame);
    REQUIRE(juniper.transport().send(harbor.link(), Frame{schema::write_frame(*frame)}));
    world.pump();
    juniper.watch([](const node::TransportPublicKey&, const Frame& f) { return is_envelope(f); });
    const Asked asked = ask(world, harbor, {&juniper});
    world.pass(minutes(1), seconds(5));
    CHECK(harbor.state_of(asked.legs[0]) == "DELIVERED");
}

}  // namespace leeward::test
