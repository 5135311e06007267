// Found by a review: a partner's next card was taken with whatever it named as its address and its link.
// One without an address ended every later start of the node, so that nobody could revoke that partner
// any more; one with another partner's link drew to itself what was meant for that one.
#include <functional>

#include <catch2/catch_test_macros.hpp>

#include "node/mailbox/sealing.h"
#include "schema/envelope.h"
#include "tests/support/founding.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using Change = std::function<void(schema::NodeCard&)>;

// Alder, Birch and Cedar: Birch is the one that cheats.
const std::vector<std::string> three{"investigation", "shelter", "shelter"};

const node::Peer& as_seen_by(TestNode& node, TestNode& peer) {
    return *node.desk().peers.find(peer.desk().self.node());
}

std::string successor(TestNode& of, const Change& change) {
    schema::NodeCard card = of.desk().self.card;
    ++card.version;
    card.previous = crypto::sha256(as_bytes(of.desk().self.card_jws));
    change(card);
    const auto root = node::open_root_key(of.folder(), of.home().root);
    REQUIRE(root);
    return schema::sign_card(card, *root);
}

// In a K frame, as every successor comes.
void show(World& world, TestNode& from, TestNode& to, const Change& change) {
    auto& peers = from.desk().peers;
    const auto frame = node::seal_control(peers,
                                          as_seen_by(from, to),
                                          crypto::epoch_of(world.clock().seconds()),
                                          {false, {}, {}, {successor(from, change)}},
                                          from.desk().random);
    REQUIRE(frame);
    REQUIRE(from.transport().send(to.link(), node::Frame{schema::write_frame(*frame)}));
    world.pump();
}

// As a store holds it that was written before such cards were refused.
void store_card(TestNode& node, const schema::NodeId& peer, const std::string& jws) {
    crypto::SeededRandom random(7);
    auto home = node::open_home(node.folder(), SecretBytes(as_bytes(passphrase_of_all)), random);
    REQUIRE(home);
    REQUIRE(home->store.write([&](node::Transaction& tx) {
        return tx.run("UPDATE peer SET card=?,card_version=2 WHERE node=?", jws, peer);
    }));
}

bool reaches(World& world, TestNode& from, TestNode& to) {
    const Asked asked = ask(world, from, {&to});
    world.pump();
    return from.state_of(asked.legs[0]) == "DELIVERED";
}

std::string light_of(TestNode& node, const std::string& check) {
    const Json said = node.must("node.doctor");
    for (const auto& one : said.array_at("checks"))
        if (one.text_at("check") == check) return one.text_at("light");
    return "";
}

void no_address(schema::NodeCard& card) {
    card.endpoint = "tcp://nowhere";
}

}  // namespace

TEST_CASE("a partner's card with an address that is none is not taken, and the node starts again") {
    World world(951, three);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    show(world, birch, alder, no_address);
    CHECK(as_seen_by(alder, birch).card.version == 1);
    alder.close();
    alder.open();
    CHECK(reaches(world, alder, world.node(2)));
    CHECK(reaches(world, alder, birch));
}

TEST_CASE("a partner's card that claims another's link, or ours, draws nothing to itself") {
    World world(952, three);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    TestNode& cedar = world.node(2);
    for (const auto& claimed : {cedar.link(), alder.link()}) {
        show(world, birch, alder, [&](schema::NodeCard& card) { card.link = claimed.get(); });
        CHECK(as_seen_by(alder, birch).card.version == 1);
    }
    CHECK(reaches(world, alder, cedar));
    CHECK(reaches(world, alder, birch));
}

TEST_CASE("a partner that goes into hiding is followed") {
    World world(953, three);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    show(world, birch, alder, [](schema::NodeCard& card) { card.endpoint.clear(); });
    CHECK(as_seen_by(alder, birch).is_hidden());
}

TEST_CASE("a node that holds such a card starts, reaches everybody else and says what is wrong") {
    World world(954, three);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    const std::string crooked = successor(birch, no_address);
    const auto node = birch.desk().self.node();
    CHECK(light_of(alder, "Birch").empty());
    alder.close();
    store_card(alder, node, crooked);
    alder.open();
    REQUIRE(as_seen_by(alder, birch).card.endpoint == "tcp://nowhere");
    CHECK(light_of(alder, "Birch") == "red");
    CHECK(reaches(world, alder, world.node(2)));
    CHECK_FALSE(reaches(world, alder, birch));
}

TEST_CASE("whose link a stored card has claimed keeps it with the next card of its own") {
    World world(955, three);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    TestNode& cedar = world.node(2);
    const std::string crooked =
        successor(birch, [&](schema::NodeCard& card) { card.link = cedar.link().get(); });
    alder.close();
    store_card(alder, birch.desk().self.node(), crooked);
    alder.open();
    show(world, cedar, alder, [](schema::NodeCard&) {});
    CHECK(as_seen_by(alder, cedar).card.version == 2);
}

TEST_CASE("an offer with an address that is none is refused and changes nothing") {
    World world(956, three);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    alder.must("peer.offer", Json::object({{"for", "Birch"}}));
    const auto text = founding::file_of(birch.must("peer.offer", Json::object({{"for", "Alder"}})));
    const auto attempt = [&](const std::function<void(schema::Offer&)>& change) {
        auto offer = schema::read_offer(text)->offer;
        change(offer);
        schema::sign_offer(offer, birch.desk().self.signing);
        return alder.refused("peer.accept", Json::object({{"offer", schema::write_offer(offer)}}));
    };
    const auto crooked_card =
        attempt([&](schema::Offer& offer) { offer.card = successor(birch, no_address); });
    CHECK(crooked_card.code == Errc::untrusted);
    const auto crooked_mail = attempt([](schema::Offer& offer) {
        offer.mail = {1, {{"x", ByteArray<32>{1}, ByteArray<32>{2}}}};
    });
    CHECK(crooked_mail.code == Errc::untrusted);
    CHECK(as_seen_by(alder, birch).verified);
    CHECK(as_seen_by(alder, birch).mail.version == 0);
    CHECK(reaches(world, alder, birch));
}

}  // namespace leeward::test
