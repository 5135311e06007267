// Found by reading: a mail host that does not answer is passed over for a minute. Where the clock was set back meanwhile
// by an hour, it was passed over for that hour too, however well it was.
#include <catch2/catch_test_macros.hpp>

#include "node/mailbox/post.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Lines that nobody answers on.
class Silence final : public node::Transport {
public:
    Outcome connect(const node::TransportPublicKey&, const std::string&) override { return Done{}; }
    void disconnect(const node::TransportPublicKey&) override {}
    Outcome send(const node::TransportPublicKey& to, node::Frame) override {
        asked.push_back(to);
        return Done{};
    }
    std::optional<node::Inbound> poll() override { return std::nullopt; }
    int readable_fd() override { return -1; }
    void allow(const node::TransportPublicKey&) override {}
    void deny(const node::TransportPublicKey&) override {}
    [[nodiscard]] std::size_t peer_capacity() const override { return 1; }
    [[nodiscard]] node::TransportCounters counters() const override { return {}; }

    std::vector<node::TransportPublicKey> asked;
};

// What one node deposits for a house with two hosts, neither of which answers.
struct Deposits {
    Deposits() {
        world.pass(seconds(60), seconds(5));
        post.follow_peers();
        after(seconds(0));
    }
    void after(milliseconds by) { post.step(now += by.count()); }
    // Where it went first.
    node::TransportPublicKey deposit(Byte what) {
        const node::Peer& house = *peers().find(world.node(1).desk().self.node());
        REQUIRE(house.mail.places.size() == 2);
        REQUIRE(post.send(house, node::Frame{{Bytes{what}}}, hours(1)));
        return line.asked.back();
    }
    node::Peers& peers() { return world.node(0).desk().peers; }

    World world{1094, {"investigation", "hidden shelter", "counselling", "counselling"}};
    Silence line;
    node::Post post{line, peers(), world.random()};
    std::int64_t now = world.clock().ms() + 60'000;
};

}  // namespace

TEST_CASE("a host that was passed over has its turn again within a minute of a clock set back") {
    Deposits d;
    const auto first = d.deposit(1);
    d.after(seconds(10));
    REQUIRE(d.line.asked.size() == 2);
    REQUIRE_FALSE(d.line.asked.back() == first);
    d.after(-hours(1));
    d.after(seconds(61));
    CHECK(d.deposit(2) == first);
}

TEST_CASE("a host that does not answer is passed over for what comes next") {
    Deposits d;
    const auto first = d.deposit(1);
    d.after(seconds(10));
    CHECK_FALSE(d.deposit(2) == first);
}

}  // namespace leeward::test
