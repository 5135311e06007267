// What a poll tells a host and what it does not; how much is taken in at once.
#include "node/mailbox/post.h"

#include <algorithm>
#include <iterator>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using node::names_to_poll;
using node::PlaceKey;

constexpr crypto::Epoch weeks_apart = 3;

PlaceKey key_of(Byte fill) {
    ByteArray<32> bytes{};
    bytes.fill(fill);
    return PlaceKey(bytes);
}

std::size_t in_common(const std::vector<crypto::MailboxId>& a,
                      const std::vector<crypto::MailboxId>& b) {
    std::vector<crypto::MailboxId> both;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    return both.size();
}

crypto::Epoch week_of(World& world) {
    return crypto::epoch_of(world.clock().seconds());
}

// A partner sends without end.
class Flood final : public node::Transport {
public:
    Outcome connect(const node::TransportPublicKey&, const std::string&) override { return Done{}; }
    void disconnect(const node::TransportPublicKey&) override {}
    Outcome send(const node::TransportPublicKey&, node::Frame) override { return Done{}; }
    std::optional<node::Inbound> poll() override {
        ++taken_;
        return node::Inbound{{}, node::Frame{{Bytes{1}}}};
    }
    int readable_fd() override { return -1; }
    void allow(const node::TransportPublicKey&) override {}
    void deny(const node::TransportPublicKey&) override {}
    [[nodiscard]] std::size_t peer_capacity() const override { return 1; }
    [[nodiscard]] node::TransportCounters counters() const override { return {}; }
    [[nodiscard]] std::size_t taken() const { return taken_; }

private:
    std::size_t taken_ = 0;
};

}  // namespace

TEST_CASE("A poll names as many mailboxes for one partner as for three") {
    World two(1, {"investigation", "shelter"});
    World four(2, {"investigation", "shelter", "shelter", "counselling"});
    for (World* world : {&two, &four}) {
        auto& peers = world->node(0).desk().peers;
        const auto names = names_to_poll(peers, key_of(1), week_of(*world), 0);
        CHECK(names.size() == schema::polled_names);
        CHECK(std::is_sorted(names.begin(), names.end()));
        CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
    }
}

TEST_CASE("Names of no pair change week by week as those of pairs do") {
    World world(1, {"investigation", "shelter"});
    auto& peers = world.node(0).desk().peers;
    const auto week = week_of(world);
    const auto now = names_to_poll(peers, key_of(1), week, 0);
    CHECK(names_to_poll(peers, key_of(1), week, 0) == now);
    const auto next = names_to_poll(peers, key_of(1), week + 1, 0);
    CHECK(in_common(now, next) == schema::polled_names * 4 / 5);
    CHECK(in_common(now, names_to_poll(peers, key_of(1), week + weeks_apart + 2, 0)) == 0);
}

TEST_CASE("Two hosts see no name in common but those of pairs") {
    World world(1, {"investigation", "shelter"});
    auto& peers = world.node(0).desk().peers;
    const auto week = week_of(world);
    const auto at_one = names_to_poll(peers, key_of(1), week, 0);
    const auto at_other = names_to_poll(peers, key_of(2), week, 0);
    CHECK(in_common(at_one, at_other) == 5);  // this week, two before it and two to come
}

TEST_CASE("A partner's keys at two hosts, and two partners' at one, have nothing in common") {
    const ByteArray<16> drawn{1};
    const ByteArray<16> other{2};
    CHECK(node::guest_key(key_of(1), drawn) == node::guest_key(key_of(1), drawn));
    CHECK_FALSE(node::guest_key(key_of(1), drawn) == node::guest_key(key_of(2), drawn));
    CHECK_FALSE(node::guest_key(key_of(1), drawn) == node::guest_key(key_of(1), other));
}

TEST_CASE("What comes faster than it is asked for stays with the transport") {
    World world(1, {"investigation", "shelter"});
    Flood flood;
    node::Post post(flood, world.node(0).desk().peers, world.random());
    std::size_t asked_for = 0;
    for (int step = 0; step < 100; ++step) {
        post.step(world.clock().ms());
        for (int i = 0; i < 16 && post.poll(); ++i)
            ++asked_for;
        REQUIRE(flood.taken() - asked_for <= 64);
        REQUIRE(post.more());
    }
    CHECK(asked_for == 1600);
}

}  // namespace leeward::test
