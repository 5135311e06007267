// Meeting again: what an offer may change about a peer that is known, and what it may not.
#include "node/exchange/introduce.h"

#include <catch2/catch_test_macros.hpp>

#include "node/app/home.h"
#include "schema/node_card.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

const std::vector<std::string> two{"investigation", "shelter"};

schema::Offer offer_of(TestNode& from, const TestNode& to) {
    const auto file = from.must("peer.offer", Json::object({{"for", to.name()}})).text_at("file");
    auto read = schema::read_offer(file);
    REQUIRE(read);
    return read->offer;
}

// A card of `node` after the one that its peers hold, signed by its root as it should be.
using Change = std::function<void(schema::NodeCard&)>;
std::string next_card(TestNode& node, const Change& change) {
    const auto root = node::open_root_key(node.folder(), node.home().root);
    REQUIRE(root);
    schema::NodeCard card = node.desk().self.card;
    card.version += 1;
    card.previous = crypto::sha256(as_bytes(node.desk().self.card_jws));
    change(card);
    return schema::sign_card(card, *root);
}

std::string held_card(TestNode& node, const TestNode& peer) {
    auto rows = node.home().store.query("SELECT card FROM peer WHERE name=?", peer.name());
    return rows.next() ? rows.text(0) : std::string();
}

struct Meeting {
    explicit Meeting(std::uint64_t seed) : world(seed, two) {
        before = held_card(harbor(), lantern());
    }
    TestNode& harbor() { return world.node(0); }
    TestNode& lantern() { return world.node(1); }
    // Lantern's offer with this card in it, given to Harbor.
    Result<Json> meet(const std::string& card) {
        harbor().must("peer.offer", Json::object({{"for", lantern().name()}}));
        schema::Offer offer = offer_of(lantern(), harbor());
        offer.card = card;
        schema::sign_offer(offer, lantern().desk().self.signing);
        return harbor().call("peer.accept", Json::object({{"offer", schema::write_offer(offer)}}));
    }
    bool still_speaks() {
        const Asked asked = ask(world, harbor(), {&lantern()});
        return harbor().state_of(asked.legs[0]) == "DELIVERED";
    }

    World world;
    std::string before;
};

}  // namespace

TEST_CASE("An offer for a name that nobody bears says so, and is written all the same") {
    World world(31, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    const auto offer_for = [&](std::string_view name) {
        return harbor.must("peer.offer", Json::object({{"for", name}}));
    };
    CHECK(offer_for(world.node(1).name()).text_at("say").empty());
    const Json other = offer_for("Nobody's House");
    CHECK(other.text_at("say").find("leeward peer list") != std::string::npos);
    CHECK_FALSE(other.text_at("file").empty());
}

TEST_CASE("A card that does not follow from the one that is held changes nothing of the pair") {
    Meeting m(71);
    const auto met =
        m.meet(next_card(m.lantern(), [](schema::NodeCard& card) { card.previous[0] ^= 1; }));
    REQUIRE_FALSE(met);
    CHECK(met.error().code == Errc::untrusted);
    CHECK(met.error().detail.find("Phone them") != std::string::npos);
    CHECK(held_card(m.harbor(), m.lantern()) == m.before);
    CHECK(m.still_speaks());
}

TEST_CASE("A card that its root did not sign changes nothing of the pair") {
    Meeting m(72);
    schema::NodeCard card = m.lantern().desk().self.card;
    card.version += 1;
    card.previous = crypto::sha256(as_bytes(m.lantern().desk().self.card_jws));
    const auto met = m.meet(schema::sign_card(card, m.lantern().desk().self.signing));
    REQUIRE_FALSE(met);
    CHECK(met.error().code == Errc::untrusted);
    CHECK(held_card(m.harbor(), m.lantern()) == m.before);
    CHECK(m.still_speaks());
}

TEST_CASE("A later card of the same root is taken, and an earlier one given again is not") {
    Meeting m(73);
    const std::string later = next_card(
        m.lantern(), [](schema::NodeCard& card) { card.endpoint = "tcp://127.0.0.1:7999"; });
    REQUIRE(m.meet(later));
    CHECK(held_card(m.harbor(), m.lantern()) == later);
    REQUIRE(m.meet(m.before));
    CHECK(held_card(m.harbor(), m.lantern()) == later);
}

TEST_CASE("Another organisation of the same name is another peer, and no worker's words reach it") {
    Meeting m(74);
    MemoryNetwork network(m.world.random());
    const ScratchFolder scratch;
    TestNode impostor(
        scratch.path() / "home", m.lantern().name(), network, m.world.clock(), m.world.random());
    impostor.create("shelter", "tcp://127.0.0.1:7998");
    impostor.open();
    m.harbor().must("peer.offer", Json::object({{"for", impostor.name()}}));
    impostor.must("peer.offer", Json::object({{"for", m.harbor().name()}}));
    const auto offer = offer_of(impostor, m.harbor());
    static_cast<void>(
        m.harbor().call("peer.accept", Json::object({{"offer", schema::write_offer(offer)}})));
    const node::Peer* peer = m.harbor().desk().peers.find(impostor.desk().self.node());
    CHECK((peer == nullptr || !peer->active()));
    CHECK(m.harbor().desk().peers.find(m.lantern().desk().self.node())->active());
    CHECK(m.harbor().desk().peers.named(m.lantern().name()).error().code == Errc::invalid_argument);
    impostor.close();
}

}  // namespace leeward::test
