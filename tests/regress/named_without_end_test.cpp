// Found by a review: how often one key may shake hands is bounded, for whoever does it often enough can end the
// process. At a node or a relay that keeps mail for others an account names a thousand guests at once and others
// whenever it likes, and each of them had turns of its own. The transport is told which of them belong together.
#include <deque>
#include <map>

#include <catch2/catch_test_macros.hpp>

#include "schema/mailhost.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using node::Inbound;
using node::TransportPublicKey;

// Remembers who was admitted, and among whom.
class Admissions final : public node::Transport {
public:
    Outcome connect(const TransportPublicKey&, const std::string&) override { return Done{}; }
    void disconnect(const TransportPublicKey&) override {}
    Outcome open_line(const node::TransportSecretKey&,
                      const TransportPublicKey&,
                      const std::string&) override {
        return Done{};
    }
    Outcome send(const TransportPublicKey&, node::Frame) override { return Done{}; }
    Outcome answer(const Inbound&, node::Frame) override { return Done{}; }
    std::optional<Inbound> poll() override {
        if (come.empty()) return std::nullopt;
        Inbound first = std::move(come.front());
        come.pop_front();
        return first;
    }
    int readable_fd() override { return -1; }
    void allow(const TransportPublicKey& key) override { groups_[key] = std::nullopt; }
    void allow_among(const TransportPublicKey& key, std::int64_t group) override {
        groups_[key] = group;
    }
    void deny(const TransportPublicKey& key) override { groups_.erase(key); }
    [[nodiscard]] std::size_t peer_capacity() const override { return 1000; }
    [[nodiscard]] node::TransportCounters counters() const override { return {}; }

    [[nodiscard]] std::optional<std::int64_t> group_of(const TransportPublicKey& key) const {
        REQUIRE(groups_.contains(key));
        return groups_.at(key);
    }
    std::deque<Inbound> come{};

private:
    std::map<TransportPublicKey, std::optional<std::int64_t>> groups_;
};

Inbound naming(const TransportPublicKey& account, const std::vector<TransportPublicKey>& guests) {
    schema::Guests named;
    for (const auto& one : guests)
        named.keys.push_back(one.get());
    return {account, node::Frame{schema::write_host_request({{}, std::move(named)})}};
}

// A host with two accounts.
struct Host {
    ScratchFolder folder{};
    crypto::SeededRandom random{1074};
    std::unique_ptr<node::MailHost> host{};
    Admissions transport{};
    TransportPublicKey first{};
    TransportPublicKey second{};

    Host() {
        auto opened =
            node::MailHost::open(folder.path() / "mailhost.db", node::StoreKey(ByteArray<32>{}));
        REQUIRE(opened);
        host = std::move(opened).value();
        first = account();
        second = account();
    }
    TransportPublicKey account() {
        const auto place = host->open_place("tcp://127.0.0.1:7700", {}, random, {});
        REQUIRE(place);
        return node::public_key_of(node::TransportSecretKey(place->key));
    }
    TransportPublicKey name_another(const TransportPublicKey& account) {
        const TransportPublicKey guest(random.array<32>());
        const Inbound request = naming(account, {guest});
        REQUIRE(node::serve_mail(transport, *host, std::span(&request, 1), {}));
        return guest;
    }
};

}  // namespace

TEST_CASE("whomever an account names, now or later, has its turns with that account's guests") {
    Host h;
    const auto group = h.transport.group_of(h.name_another(h.first));
    REQUIRE(group);
    for (int i = 0; i < 3; ++i)
        CHECK(h.transport.group_of(h.name_another(h.first)) == group);
    const auto other = h.transport.group_of(h.name_another(h.second));
    CHECK((other && other != group));
}

TEST_CASE(
    "after a start guests have their turns together, and an account and a partner their own") {
    World world(1075, {"investigation", "hidden shelter", "counselling"});
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    TestNode& cedar = world.node(2);
    world.pass(std::chrono::seconds(60), std::chrono::seconds(5));
    const auto account = birch.engine().post().lines_to(cedar.link()).front();
    const auto guest = alder.engine().post().lines_to(cedar.link()).front();
    for (int start = 0; start < 2; ++start) {
        Admissions transport;
        node::Post post(transport, cedar.desk().peers, world.random());
        post.follow_peers();
        post.keep_for_others(cedar.home().mail_host.get());
        CHECK(transport.group_of(guest));
        CHECK_FALSE(transport.group_of(account));
        CHECK_FALSE(transport.group_of(alder.link()));
        transport.come.push_back(naming(account, {guest, alder.link()}));
        post.step(world.clock().ms());
        REQUIRE(cedar.home().mail_host->knows(alder.link()));
        CHECK_FALSE(transport.group_of(alder.link()));
    }
}

}  // namespace leeward::test
