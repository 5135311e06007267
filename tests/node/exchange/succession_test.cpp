// A partner's card and keys change: what follows from the card that is held is taken and shown, what
// does not is an alarm, and nothing that was under way is lost.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "node/exchange/succeed.h"
#include "schema/envelope.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using node::CardTaken;
using std::chrono::hours;
using std::chrono::seconds;

const std::vector<std::string> two{"investigation", "shelter"};

const node::Peer& as_seen_by(TestNode& node, TestNode& peer) {
    return *node.desk().peers.find(peer.desk().self.node());
}

bool has_notice(TestNode& node, std::string_view code) {
    const auto all = node.notices();
    return std::find(all.begin(), all.end(), code) != all.end();
}

std::string delivered(World& world, TestNode& from, TestNode& to) {
    const Asked asked = ask(world, from, {&to});
    world.pass(seconds(900), seconds(30));
    return from.state_of(asked.legs[0]);
}

Json renew(World& world, TestNode& node, const Json& args = Json::object()) {
    Json answer = node.must("identity.renew", args);
    world.pass(seconds(60), seconds(5));
    return answer;
}

crypto::SigningKey root_of(TestNode& node) {
    auto root = node::open_root_key(node.folder(), node.home().root);
    REQUIRE(root);
    return std::move(root).value();
}

CardTaken take(TestNode& node, const std::string& jws) {
    const auto taken = node.home().store.write([&](node::Transaction& tx) -> Result<CardTaken> {
        LEEWARD_ASSIGN(const auto card, schema::open_card(jws));
        return node::take_card(node.desk(), tx, card, jws, node.clock().now());
    });
    REQUIRE(taken);
    return *taken;
}

// A card that its root signs as the next one, with whatever is changed.
std::string successor(TestNode& of, const std::function<void(schema::NodeCard&)>& change) {
    schema::NodeCard card = of.desk().self.card;
    ++card.version;
    card.previous = crypto::sha256(as_bytes(of.desk().self.card_jws));
    change(card);
    return schema::sign_card(card, root_of(of));
}

}  // namespace

TEST_CASE("A successor card reaches the partner, is taken, and is shown until somebody looks") {
    World world(1, two);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    const auto expires = birch.desk().self.card.expires;
    world.pass(hours(24), hours(6));
    CHECK(renew(world, birch).int_at("card_version") == 2);
    CHECK(birch.desk().self.card.expires > expires);
    CHECK(as_seen_by(alder, birch).card.version == 2);
    CHECK(as_seen_by(birch, alder).knows_card == 2);
    CHECK(has_notice(alder, "CARD_CHANGED"));
    const Json shown = alder.must("peer.show", Json::object({{"peer", "Birch"}}));
    CHECK(shown.int_at("card_version") == 2);
    CHECK_FALSE(has_notice(alder, "CARD_CHANGED"));
}

TEST_CASE("With a new signing key everything goes on, and the old key is destroyed") {
    World world(2, two);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    const Asked before = ask(world, alder, {&birch});
    const auto old_key = birch.desk().self.card.signing;
    renew(world, birch, Json::object({{"new-key", true}}));
    CHECK(birch.desk().self.card.signing != old_key);
    CHECK(birch.home().keyring.names("node/signing").size() == 1);
    offer(world, birch, before.legs[0]);
    world.pass(seconds(60), seconds(5));
    CHECK(alder.state_of(before.legs[0]) == "OFFERED");
    CHECK(delivered(world, alder, birch) == "DELIVERED");
    birch.close();
    birch.open();
    CHECK(delivered(world, alder, birch) == "DELIVERED");
    CHECK_FALSE(has_notice(alder, "PREKEY_CHANGED"));
}

TEST_CASE("While its K frames are lost a partner with a new key waits, and nothing is lost") {
    World world(3, two);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    const Asked asked = ask(world, alder, {&birch});
    bool lose = true;
    birch.watch([&](const node::TransportPublicKey&, const node::Frame& frame) {
        return !lose || schema::kind_of(frame.parts) != schema::FrameKind::CONTROL;
    });
    renew(world, birch, Json::object({{"new-key", true}}));
    offer(world, birch, asked.legs[0]);
    world.pass(hours(1), seconds(60));
    CHECK(as_seen_by(alder, birch).card.version == 1);
    CHECK(alder.state_of(asked.legs[0]) == "DELIVERED");
    lose = false;
    world.pass(hours(1), seconds(60));
    CHECK(as_seen_by(alder, birch).card.version == 2);
    CHECK(alder.state_of(asked.legs[0]) == "OFFERED");
    CHECK(birch.waiting() == 0);
}

TEST_CASE("A partner that was away for three successors takes them in order") {
    World world(4, two);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    alder.close();
    for (int i = 0; i < 3; ++i)
        renew(world, birch, Json::object({{"new-key", true}}));
    alder.open();
    world.pass(hours(1), seconds(60));
    CHECK(as_seen_by(alder, birch).card.version == 4);
    CHECK(delivered(world, alder, birch) == "DELIVERED");
}

TEST_CASE("Only what follows from the card that is held is taken") {
    World world(5, two);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    const std::string first = birch.desk().self.card_jws;
    const auto moved = [](schema::NodeCard& card) { card.endpoint = "tcp://127.0.0.1:7055"; };
    CHECK(take(alder, first) == CardTaken::HELD);
    CHECK(take(alder, successor(birch, [](schema::NodeCard& card) { card.previous[0] ^= 1; })) ==
          CardTaken::CONFLICT);
    CHECK(take(alder, successor(birch, [](schema::NodeCard& card) { ++card.version; })) ==
          CardTaken::GAP);
    CHECK(as_seen_by(alder, birch).card.version == 1);
    CHECK(take(alder, successor(birch, moved)) == CardTaken::SUCCESSOR);
    CHECK(take(alder, first) == CardTaken::HELD);
    CHECK(as_seen_by(alder, birch).card.version == 2);
    CHECK(as_seen_by(alder, birch).card.endpoint == "tcp://127.0.0.1:7055");
    CHECK(take(alder, successor(birch, [](schema::NodeCard& card) {
                   card.organisation = "Another";
               })) == CardTaken::CONFLICT);

    schema::NodeCard stolen = birch.desk().self.card;
    stolen.version = 3;
    const std::string forged = schema::sign_card(stolen, root_of(alder));
    CHECK(schema::open_card(forged).error().code == Errc::untrusted);
}

TEST_CASE("Two successors of one card hold back identities until the partner was phoned") {
    World world(6, two);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    const std::string other =
        successor(birch, [](schema::NodeCard& card) { card.organisation = "Birch too"; });
    renew(world, birch);
    const auto done = alder.home().store.write([&](node::Transaction& tx) -> Outcome {
        return node::take_cards(alder.desk(),
                                tx,
                                *alder.desk().peers.find(birch.desk().self.node()),
                                {false, {}, {}, {other}, 0},
                                alder.clock().now());
    });
    REQUIRE(done);
    CHECK(has_notice(alder, "CARD_CONFLICT"));
    CHECK(as_seen_by(alder, birch).alarmed);
    compare_words(birch, alder);
    CHECK_FALSE(has_notice(alder, "CARD_CONFLICT"));
    CHECK_FALSE(as_seen_by(alder, birch).alarmed);
}

TEST_CASE("A new log that the root has named ends a dispute about the old one, after a call-back") {
    World world(7, two);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    const auto node = birch.desk().self.node();
    alder.close();
    {
        crypto::SeededRandom random(77);
        auto home =
            node::open_home(alder.folder(), SecretBytes(as_bytes(passphrase_of_all)), random);
        REQUIRE(home);
        REQUIRE(home->store.write([&](node::Transaction& tx) -> Outcome {
            LEEWARD_TRY(
                tx.run("INSERT INTO log_dispute(node,kind,held,shown,found) "
                       "VALUES(?,1,'one head','another',0)",
                       node));
            return tx.run("UPDATE peer SET frozen=1 WHERE node=?", node);
        }));
    }
    alder.open();
    REQUIRE(as_seen_by(alder, birch).frozen);
    CHECK(take(alder, successor(birch, [](schema::NodeCard& card) {
                   card.log_origin = "leeward/log/begun-anew";
               })) == CardTaken::SUCCESSOR);
    CHECK_FALSE(as_seen_by(alder, birch).frozen);
    CHECK(as_seen_by(alder, birch).alarmed);
    CHECK(as_seen_by(alder, birch).held.note.empty());
    CHECK(alder.count("SELECT count(*) FROM log_dispute WHERE ending='RESTORED'") == 1);
    compare_words(birch, alder);
    CHECK_FALSE(as_seen_by(alder, birch).alarmed);
}

TEST_CASE("A crash between a new signing key and the card that names it changes nothing") {
    World world(8, two);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    birch.preview("identity.renew", Json::object({{"new-key", true}}));
    CHECK(birch.home().keyring.names("node/signing").size() == 2);
    birch.close();
    birch.open();
    CHECK(birch.home().keyring.names("node/signing").size() == 1);
    CHECK(delivered(world, alder, birch) == "DELIVERED");
    birch.preview("identity.renew", Json::object({{"new-key", true}}));
    renew(world, birch, Json::object({{"new-key", true}}));
    CHECK(as_seen_by(alder, birch).card.version == 2);
    CHECK(delivered(world, alder, birch) == "DELIVERED");
}

}  // namespace leeward::test
