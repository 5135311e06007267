// Found by a review: an envelope that had been taken was answered again to whoever showed its encapsulated
// key. A host that had kept it could put that key under a mailbox of its own pair and was sent the receipt
// that was meant for another: who that was, and the names of its messages.
#include <catch2/catch_test_macros.hpp>

#include "schema/envelope.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

void deliver(World& world, TestNode& from, TestNode& to, const schema::EnvelopeFrame& frame) {
    REQUIRE(from.transport().send(to.link(), node::Frame{schema::write_frame(frame)}));
    world.pump();
}

}  // namespace

TEST_CASE("whoever copies the key of another's envelope is sent nothing") {
    World world(971, {"investigation", "shelter", "counselling"});
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    TestNode& cedar = world.node(2);
    std::optional<schema::EnvelopeFrame> kept;
    alder.watch([&](const node::TransportPublicKey& to, const node::Frame& frame) {
        if (auto envelope = schema::read_envelope_frame(frame.parts);
            envelope && to == birch.link())
            kept = std::move(*envelope);
        return true;
    });
    ask(world, alder, {&birch});
    world.pump();
    REQUIRE(kept);
    std::size_t to_alder = 0;
    std::size_t to_cedar = 0;
    birch.watch([&](const node::TransportPublicKey& to, const node::Frame&) {
        ++(to == cedar.link() ? to_cedar : to_alder);
        return true;
    });

    schema::EnvelopeFrame copy = *kept;
    auto& peers = cedar.desk().peers;
    const auto epoch = crypto::epoch_of(world.clock().seconds());
    copy.mailbox = peers.to(*peers.find(birch.desk().self.node()), epoch)->mailbox;
    deliver(world, cedar, birch, copy);
    CHECK(to_cedar == 0);
    deliver(world, alder, birch, *kept);
    CHECK(to_alder > 0);
}

}  // namespace leeward::test
