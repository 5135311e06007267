// A machine is stolen: its organisation's root, or two members, revoke its keys. What everybody else
// then does, what never changes, and what anybody else may try.
#include "schema/revocation.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "node/exchange/revoke.h"
#include "tests/support/holders.h"
#include "tests/support/seat.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

crypto::SigningKey root_of(TestNode& node) {
    auto root = node::open_root_key(node.folder(), node.home().root);
    REQUIRE(root);
    return std::move(root).value();
}

const schema::NodeId& id_of(TestNode& node) {
    return node.desk().self.node();
}

bool is_told(TestNode& node, std::string_view code) {
    const auto notices = node.notices();
    return std::find(notices.begin(), notices.end(), code) != notices.end();
}

Json number_of_the_thief() {
    const schema::Contact contact{"555-0666", "", "", ""};
    return Json::object({{"set", schema::to_json(contact).dump()}});
}

// An investigation group, and two shelters of which one loses its machine.
struct Theft {
    World world;
    HolderKeys holders;
    TestNode& harbor = world.node(0);
    TestNode& juniper = world.node(1);  // is robbed
    TestNode& cedar = world.node(2);
    Seat harbors_second{harbor, "supervisor", "INVESTIGATION_SUPERVISOR"};
    crypto::SigningKey junipers_root = root_of(juniper);
    schema::NodeId robbed = id_of(juniper);
    schema::Time stolen_at{};
    std::string release;

    explicit Theft(std::uint64_t seed)
        : world(seed, {"investigation", "shelter", "shelter"}), holders(world.random()) {
        name_holders(juniper, holders);
    }

    // A firm bed, and what was shared for it.
    Asked placed() {
        Asked asked = ask(world, harbor, {&juniper});
        make_firm(world, harbor, juniper, asked, 0);
        release = sign_release(harbor, asked.case_id, juniper);
        world.pump();
        world.pass(hours(2));
        stolen_at = world.clock().now() - hours(1);
        return asked;
    }
    [[nodiscard]] schema::Revocation word(std::uint32_t cards) {
        return {robbed, robbed, cards, stolen_at, world.clock().now(), "REVOKED_DEVICE_STOLEN"};
    }
    std::string own_word(std::uint32_t cards = 1) {
        return schema::write_revocations({schema::sign_revocation(word(cards), junipers_root)});
    }
    std::string words_of(const std::vector<TestNode*>& members) {
        std::vector<std::string> words;
        for (TestNode* member : members) {
            schema::Revocation said = word(schema::every_card);
            said.signer = id_of(*member);
            words.push_back(schema::sign_revocation(said, root_of(*member)));
        }
        return schema::write_revocations(words);
    }
    Json taken(TestNode& at, const std::string& words) {
        Json answer = at.must("peer.revoke", Json::object({{"words", words}}));
        world.pump();
        return answer;
    }
    Errc refused(TestNode& at, const std::string& words) {
        return at.refused("peer.revoke", Json::object({{"words", words}})).code;
    }
    Json shown(TestNode& at) {
        return at.must("peer.show", Json::object({{"peer", juniper.name()}}));
    }
    std::string state(TestNode& at) { return shown(at).text_at("state"); }
    Json grant(TestNode& at) {
        return at.must("grant.list", Json::object({{"all", true}})).array_at("grants").front();
    }
    // A new machine, from last night's backup.
    void restored(const node::BackupName& backup) {
        const std::string held =
            harbor.must("peer.held", Json::object({{"peer", juniper.name()}})).text_at("file");
        restore(juniper, backup, holders, world.random(), held);
    }
    void meet(TestNode& partner) {
        pair_up(partner, juniper);
        compare_words(partner, juniper);
        compare_words(juniper, partner);
        world.pump();
    }
    std::string duty_line(TestNode& at) {
        const Json shown = at.must("peer.contact", Json::object({{"peer", juniper.name()}}));
        return shown.find("contact")->text_at("duty_line");
    }
    // Everything by which a second word could be noticed.
    std::vector<std::int64_t> counted(TestNode& at) {
        std::vector<std::int64_t> out;
        for (const char* table : {"leaf", "outbox", "notice", "incident", "revocation", "peer"})
            out.push_back(at.count("SELECT count(*) FROM " + std::string(table)));
        return out;
    }
};

}  // namespace

TEST_CASE("one partner takes the word of a stolen machine: all close it, and no bed is touched") {
    Theft t(801);
    const Asked asked = t.placed();
    const std::string before = t.harbor.state_of(asked.legs[0]);
    const Json answer = t.taken(t.harbor, t.own_word());
    CHECK(answer.bool_at("new"));
    CHECK(answer.bool_at("keys_revoked"));
    for (TestNode* at : {&t.harbor, &t.cedar}) {
        CHECK(t.state(*at) == "keys revoked");
        CHECK(is_told(*at, "KEYS_REVOKED"));
        CHECK(is_told(*at, "INCIDENT_KEY_COMPROMISED"));
        CHECK_FALSE(at->desk().peers.find(t.robbed)->paired());
    }
    CHECK(t.harbor.state_of(asked.legs[0]) == before);
    CHECK(before == "ACCEPTED");
    CHECK(t.grant(t.harbor).text_at("state") == "ERASURE_REQUESTED");
    CHECK(t.harbor.refused("grant.send", Json::object({{"release", t.release}})).code ==
          Errc::not_released);
    const Json case_id = Json::object({{"id", asked.need}, {"to", Json(Json::Array{"Birch"})}});
    CHECK_FALSE(t.harbor.call("need.ask", case_id));
}

TEST_CASE("who shared something with it is told what is there, and what went there since") {
    Theft t(802);
    const Asked early = t.placed();
    t.world.pass(hours(2));  // the machine is gone, and nobody has noticed
    const Asked late = ask(t.world, t.harbor, {&t.juniper});
    t.taken(t.harbor, t.own_word());
    const Json shown = t.shown(t.harbor);
    const Json* told = shown.find("in_other_hands");
    REQUIRE(told != nullptr);
    CHECK(told->text_at("reason") == "REVOKED_DEVICE_STOLEN");
    CHECK(told->int_at("since") == schema::unix_seconds(t.stolen_at));
    REQUIRE(told->array_at("shared").size() == 1);
    CHECK_FALSE(told->array_at("shared").front().bool_at("after"));
    CHECK(told->int_at("asked_since") == 1);
    CHECK(early.legs[0] != late.legs[0]);
    CHECK(t.shown(t.cedar).find("in_other_hands")->array_at("shared").empty());
}

TEST_CASE("nothing goes to revoked keys, and nothing that they say is heard") {
    Theft t(803);
    const Asked asked = t.placed();
    t.taken(t.harbor, t.own_word());
    std::size_t frames = 0;
    t.harbor.watch([&](const node::TransportPublicKey& to, const node::Frame&) {
        if (to == t.juniper.link()) ++frames;
        return true;
    });
    const auto leaves = t.harbor.count("SELECT count(*) FROM received");
    t.juniper.must("peer.contact", number_of_the_thief());
    t.world.pass(hours(2), hours(1));
    CHECK(frames == 0);
    CHECK(t.harbor.count("SELECT count(*) FROM received") == leaves);
    CHECK(t.duty_line(t.harbor) != "555-0666");
    CHECK(t.harbor.state_of(asked.legs[0]) == "ACCEPTED");
    CHECK(t.harbor.waiting() > 0);  // that it should be erased waits for her new machine
}

TEST_CASE(
    "what is still sealed with revoked keys is refused by name, and only that it came is kept") {
    Theft t(804);
    const Asked asked = t.placed();
    t.taken(t.harbor, t.own_word());
    t.juniper.must("peer.contact", number_of_the_thief());
    const std::string file =
        t.juniper.must("courier.export", Json::object({{"peer", t.harbor.name()}})).text_at("file");
    const auto answered = t.harbor.waiting();
    CHECK(t.harbor.refused("courier.import", Json::object({{"carried", file}})).code ==
          Errc::untrusted);
    const auto refused = "SELECT count(*) FROM received WHERE refused='KEY_REVOKED'";
    const auto first = t.harbor.count(refused);
    CHECK(first > 0);
    CHECK(t.harbor.waiting() == answered);
    CHECK(t.duty_line(t.harbor) != "555-0666");
    CHECK(t.shown(t.harbor).find("in_other_hands")->int_at("refused_since") == first);
    t.harbor.refused("courier.import", Json::object({{"carried", file}}));
    CHECK(t.harbor.count(refused) == first);
    CHECK(t.harbor.state_of(asked.legs[0]) == "ACCEPTED");
}

TEST_CASE("a word that was taken is taken once, whoever brings it again and how often") {
    Theft t(805);
    t.placed();
    t.taken(t.harbor, t.own_word());
    const auto at_harbor = t.counted(t.harbor);
    const auto at_cedar = t.counted(t.cedar);
    CHECK_FALSE(t.taken(t.harbor, t.own_word()).bool_at("new"));
    CHECK_FALSE(t.taken(t.cedar, t.own_word()).bool_at("new"));
    t.world.pass(std::chrono::seconds(60), std::chrono::seconds(5));
    CHECK(t.counted(t.harbor) == at_harbor);
    CHECK(t.counted(t.cedar) == at_cedar);
}

TEST_CASE("new keys are met anew: an old card and an old offer are refused, words are compared") {
    Theft t(806);
    t.placed();
    const auto backup = back_up(t.juniper);
    t.juniper.must("peer.offer", Json::object({{"for", t.harbor.name()}}));
    const std::string old_offer =
        t.juniper.must("peer.offer", Json::object({{"for", t.harbor.name()}})).text_at("file");
    t.taken(t.harbor, t.own_word());
    t.harbor.must("peer.offer", Json::object({{"for", t.juniper.name()}}));
    CHECK(t.harbor.refused("peer.accept", Json::object({{"offer", old_offer}})).code ==
          Errc::untrusted);
    t.restored(backup);
    pair_up(t.harbor, t.juniper);
    CHECK(t.state(t.harbor) == "safety words not compared");
    compare_words(t.harbor, t.juniper);
    compare_words(t.juniper, t.harbor);
    t.world.pump();
    CHECK(t.state(t.harbor) == "active");
    CHECK_FALSE(is_told(t.harbor, "KEYS_REVOKED"));
    const auto before = t.counted(t.harbor);
    CHECK_FALSE(t.taken(t.harbor, t.own_word()).bool_at("new"));
    CHECK(t.counted(t.harbor) == before);
    CHECK(t.state(t.harbor) == "active");
}

TEST_CASE("the word before the new card, or the new card before the word: both end alike") {
    std::vector<std::string> ends;
    for (const bool word_first : {true, false}) {
        Theft t(807);
        const Asked asked = t.placed();
        const auto backup = back_up(t.juniper);
        const std::string words = t.own_word();
        if (word_first) t.taken(t.harbor, words);
        t.restored(backup);
        t.meet(t.harbor);
        if (!word_first) t.taken(t.harbor, words);
        t.world.pass(hours(1));
        std::string end = t.state(t.harbor) + " " + t.harbor.state_of(asked.legs[0]) + " " +
                          t.grant(t.harbor).text_at("state") + " " +
                          std::to_string(t.harbor.count("SELECT cards FROM revocation")) + " " +
                          std::to_string(t.harbor.count("SELECT count(*) FROM incident"));
        ends.push_back(std::move(end));
    }
    CHECK(ends[0] == ends[1]);
    CHECK(ends[0].starts_with("active ACCEPTED "));
}

TEST_CASE("a new card over the old pair's key does not save that key from the word") {
    Theft t(808);
    t.placed();
    t.juniper.must("identity.renew", Json::object({{"new-key", true}}));
    t.world.pass(hours(1), std::chrono::minutes(5));
    REQUIRE(t.harbor.desk().peers.find(t.robbed)->card.version == 2);
    t.taken(t.harbor, t.own_word(1));
    CHECK(t.state(t.harbor) == "keys revoked");
}

TEST_CASE(
    "an earlier word after a later one changes nothing, and in any order the later one holds") {
    for (const bool rising : {true, false}) {
        Theft t(809);
        t.placed();
        const std::vector<std::uint32_t> order =
            rising ? std::vector<std::uint32_t>{1, 4} : std::vector<std::uint32_t>{4, 1};
        for (const auto cards : order)
            t.taken(t.harbor, t.own_word(cards));
        for (TestNode* at : {&t.harbor, &t.cedar})
            CHECK(at->count("SELECT cards FROM revocation") == 4);
    }
}

TEST_CASE("nobody revokes another's keys alone, and nothing forged revokes any") {
    Theft t(810);
    t.placed();
    const auto before = t.counted(t.harbor);
    CHECK(t.refused(t.harbor, t.words_of({&t.cedar})) == Errc::untrusted);
    CHECK(t.refused(t.harbor, t.words_of({&t.cedar, &t.cedar})) == Errc::untrusted);
    schema::Revocation forged = t.word(1);
    CHECK(t.refused(t.harbor, schema::sign_revocation(forged, root_of(t.cedar))) ==
          Errc::untrusted);
    forged.signer = id_of(t.cedar);
    CHECK(t.refused(t.harbor, schema::sign_revocation(forged, root_of(t.cedar))) ==
          Errc::untrusted);
    const crypto::SigningKey stranger = crypto::signing_key_from_seed(ByteArray<32>{7});
    forged.signer = schema::node_id_of(crypto::verify_key_of(stranger));
    CHECK(t.refused(t.harbor, t.words_of({&t.cedar}) + schema::sign_revocation(forged, stranger)) ==
          Errc::untrusted);
    schema::Revocation other = t.word(1);
    other.node = other.signer = id_of(t.cedar);
    CHECK(t.refused(t.harbor, t.own_word() + schema::sign_revocation(other, root_of(t.cedar))) ==
          Errc::untrusted);
    (void)t.refused(t.harbor, "these are no words");
    CHECK(t.refused(t.harbor, "\n") == Errc::malformed);
    CHECK(t.counted(t.harbor) == before);
    CHECK(t.state(t.harbor) == "active");
}

TEST_CASE("a partner that hands on what it made up is told NO_PROOF, and nobody loses a partner") {
    Theft t(811);
    t.placed();
    const auto send = [&](const std::string& body) {
        REQUIRE(t.cedar.home().store.write([&](node::Transaction& tx) -> Outcome {
            node::Outgoing message;
            message.to = id_of(t.harbor);
            message.kind = schema::MessageKind::REVOKE;
            message.message_class = node::MessageClass::CONTROL;
            message.body = body;
            message.record = node::general_record;
            message.expires = t.world.clock().now() + hours(24);
            message.event.kind = schema::EventKind::SEND;
            message.event.machine = schema::Machine::NODE;
            const auto put = t.cedar.desk().outbox.put(tx, message, t.world.clock().now());
            return put ? Outcome(Done{}) : Outcome(put.error());
        }));
        t.world.pass(std::chrono::seconds(60), std::chrono::seconds(5));
    };
    const auto body = [](const std::string& word) {
        return Json::object({{"words", Json(Json::Array{word})}}).dump();
    };
    schema::Revocation foreign = t.word(1);
    foreign.signer = id_of(t.cedar);
    send(body(schema::sign_revocation(foreign, root_of(t.cedar))));
    send(body(schema::sign_revocation(t.word(1), root_of(t.cedar))));
    CHECK(is_told(t.cedar, "REFUSED_NO_PROOF"));
    send(R"({"words":[]})");
    send(R"({"words":[7]})");
    send("[]");
    CHECK(is_told(t.cedar, "REFUSED_SCHEMA"));
    CHECK(t.state(t.harbor) == "active");
    CHECK(t.harbor.count("SELECT count(*) FROM revocation") == 0);
}

TEST_CASE("where the root is lost, two members revoke all of it for good") {
    Theft t(812);
    t.placed();
    const auto backup = back_up(t.juniper);
    t.taken(t.harbor, t.words_of({&t.harbor, &t.cedar}));
    for (TestNode* at : {&t.harbor, &t.cedar})
        CHECK(t.state(*at) == "keys revoked");
    t.restored(backup);
    t.harbor.must("peer.offer", Json::object({{"for", t.juniper.name()}}));
    const std::string offer =
        t.juniper.must("peer.offer", Json::object({{"for", t.harbor.name()}})).text_at("file");
    CHECK(t.harbor.refused("peer.accept", Json::object({{"offer", offer}})).code ==
          Errc::untrusted);
}

TEST_CASE("a member's word is two people's, and the second member's makes it count") {
    Theft t(813);
    t.placed();
    Seat cedars_second{t.cedar, "supervisor", "SHELTER_SUPERVISOR"};
    const Json what = Json::object({{"peer", t.juniper.name()}, {"reason", "REVOKED_ROOT_LOST"}});
    const Json waits = t.harbor.must("peer.disown", what);
    CHECK(waits.bool_at("needs_second_person"));
    CHECK(waits.text_at("what") == "DISOWN");
    const Json one =
        t.harbors_second.must("approval.give", Json::object({{"id", waits.text_at("id")}}));
    const std::string word = one.text_at("file");
    CHECK_FALSE(one.find("done")->bool_at("counts"));
    CHECK(t.refused(t.harbor, word) == Errc::untrusted);
    Json with = what;
    with.set("words", word);
    const Json second = t.cedar.must("peer.disown", with);
    const Json both =
        cedars_second.must("approval.give", Json::object({{"id", second.text_at("id")}}));
    CHECK(both.find("done")->bool_at("counts"));
    const Json taken = t.taken(t.cedar, both.text_at("file"));
    CHECK(taken.bool_at("root_key_lost"));
    CHECK(taken.find("cards_revoked") == nullptr);
    CHECK(taken.text_at("next").find("as a new organisation") != std::string::npos);
    CHECK(t.state(t.harbor) == "keys revoked");
    Json wrong = what;
    wrong.set("reason", "REVOKED_FOR_FUN");
    CHECK(t.harbor.refused("peer.disown", wrong).code == Errc::invalid_argument);
}

TEST_CASE("a node revokes its own keys: everybody hears it, and it is told what to do") {
    Theft t(814);
    const Asked asked = t.placed();
    const Json future = Json::object(
        {{"reason", "REVOKED_KEY_COPIED"}, {"since", t.world.clock().seconds() + 3600}});
    CHECK(t.juniper.refused("identity.revoke", future).code == Errc::invalid_argument);
    const Json args = Json::object({{"reason", "REVOKED_KEY_COPIED"}});
    const Json done = t.juniper.must("identity.revoke", args);
    t.world.pump();
    for (TestNode* at : {&t.harbor, &t.cedar})
        CHECK(t.state(*at) == "keys revoked");
    CHECK(is_told(t.juniper, "OWN_KEYS_REVOKED"));
    CHECK(t.juniper.refused("identity.revoke", args).code == Errc::wrong_state);
    CHECK_FALSE(t.taken(t.harbor, done.text_at("file")).bool_at("new"));
    CHECK(t.juniper.must("leg.show", Json::object({{"id", asked.legs[0]}})).text_at("id") ==
          asked.legs[0]);
    t.restored(back_up(t.juniper));
    CHECK_FALSE(is_told(t.juniper, "OWN_KEYS_REVOKED"));
    t.meet(t.harbor);
    CHECK(t.state(t.harbor) == "active");
    CHECK(t.harbor.state_of(asked.legs[0]) == "ACCEPTED");
}

TEST_CASE("two holders revoke a stolen node from its backup, before anything is restored") {
    Theft t(815);
    t.placed();
    const auto backup = back_up(t.juniper);
    const ScratchFolder scratch;
    const auto words = [&](std::size_t one, std::size_t other) {
        return node::revoke_with_backup(scratch.path() / "try",
                                        {backup, t.robbed, t.holders.pair(one, other)},
                                        {"REVOKED_DEVICE_STOLEN", t.stolen_at},
                                        t.world.clock().now());
    };
    const auto made = words(0, 2);
    REQUIRE(made);
    CHECK_FALSE(words(1, 1));
    CHECK(std::filesystem::is_empty(scratch.path()));
    CHECK(t.taken(t.cedar, *made).bool_at("keys_revoked"));
    CHECK(t.state(t.harbor) == "keys revoked");
    t.restored(backup);
    t.meet(t.cedar);
    CHECK(t.state(t.cedar) == "active");
}

TEST_CASE("the word about an organisation that is not known here yet is kept for when it comes") {
    Theft t(816);
    const crypto::SigningKey root = crypto::signing_key_from_seed(ByteArray<32>{9});
    schema::Revocation said = t.word(3);
    said.node = said.signer = schema::node_id_of(crypto::verify_key_of(root));
    CHECK(t.taken(t.harbor, schema::sign_revocation(said, root)).bool_at("new"));
    for (TestNode* at : {&t.harbor, &t.cedar})
        CHECK(at->count("SELECT cards FROM revocation") == 3);
}

TEST_CASE("two people suspend a partner: what closes still passes, nothing else, and they end it") {
    Theft t(817);
    const Asked asked = t.placed();
    const Json who = Json::object({{"peer", t.juniper.name()}});
    const Json waits = t.harbor.must("peer.suspend", who);
    CHECK(waits.bool_at("needs_second_person"));
    CHECK(waits.text_at("peer") == t.juniper.name());
    CHECK(t.state(t.harbor) == "active");
    t.harbors_second.must("approval.give", Json::object({{"id", waits.text_at("id")}}));
    CHECK(t.state(t.harbor) == "suspended");
    CHECK(is_told(t.harbor, "PARTNER_SUSPENDED"));
    CHECK(is_told(t.harbor, "INCIDENT_KEY_COMPROMISED"));
    CHECK(t.grant(t.harbor).text_at("state") == "OPENABLE");  // what is read there is her care
    CHECK_FALSE(t.harbor.call(
        "need.ask", Json::object({{"id", asked.need}, {"to", Json(Json::Array{"Birch"})}})));
    t.juniper.must("peer.contact", number_of_the_thief());
    t.world.pass(hours(1), std::chrono::minutes(5));
    CHECK(t.duty_line(t.harbor) == "555-0666");
    CHECK(t.harbor.state_of(asked.legs[0]) == "ACCEPTED");
    CHECK(t.harbor.refused("peer.suspend", who).code == Errc::wrong_state);
    const Json again = t.harbor.must("peer.resume", who);
    t.harbors_second.must("approval.give", Json::object({{"id", again.text_at("id")}}));
    CHECK(t.state(t.harbor) == "active");
    CHECK_FALSE(is_told(t.harbor, "PARTNER_SUSPENDED"));
    CHECK(t.harbor.refused("peer.resume", who).code == Errc::wrong_state);
}

TEST_CASE("what is still kept of revoked keys goes after four weeks") {
    Theft t(818);
    t.placed();
    t.taken(t.harbor, t.own_word());
    t.juniper.close();
    CHECK_FALSE(t.harbor.desk().peers.find(t.robbed)->psk.empty());
    t.world.pass(hours(24 * 29), hours(12));
    const node::Peer& robbed = *t.harbor.desk().peers.find(t.robbed);
    CHECK(robbed.psk.empty());
    CHECK(robbed.revoked());
}

}  // namespace leeward::test
