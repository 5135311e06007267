// A node that was restored from an old copy: what comes back, what stays gone, and what waits.
#include "node/exchange/resync.h"

#include <catch2/catch_test_macros.hpp>

#include "node/exchange/resync_text.h"
#include "schema/audit_event.h"
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

std::string grant_state(TestNode& node) {
    const Json all = node.must("grant.list", Json::object({{"all", true}}));
    const auto& grants = all.array_at("grants");
    return grants.size() == 1 ? grants.front().text_at("state") : std::to_string(grants.size());
}

}  // namespace

TEST_CASE(
    "an old copy is restored: legs acknowledged since come back, erased records stay erased") {
    Pair p(21);
    const Asked first = ask(p.world, p.harbor, {&p.juniper});
    const std::string release = p.disclosed(first);
    const std::string grant = only_grant(p.juniper);
    p.juniper.must("grant.open", Json::object({{"id", grant}, {"purpose", "PURPOSE_INTAKE"}}));
    p.world.pump();
    const auto backup = back_up(p.juniper);

    p.harbor.must("release.withdraw", id_arg(release));
    p.world.pass(hours(2));
    (void)p.juniper.call("grant.erase", id_arg(grant));
    p.world.pump();
    REQUIRE(grant_state(p.harbor) == "ERASURE_ATTESTED");
    const Asked second = ask(p.world, p.harbor, {&p.juniper}, "PLACEMENT", "URGENT");
    offer(p.world, p.juniper, second.legs[0]);
    const std::string before = p.state(second.legs[0]);
    REQUIRE(before == "OFFERED");

    const Json told = restore(p.juniper, backup, p.holders, p.world.random());
    CHECK(told.int_at("partners_to_call") == 1);
    CHECK(p.juniper.leg(second.legs[0]).is_null());
    // What came back in the copy is closed before the partner has said what was erased.
    CHECK(p.juniper
              .refused("grant.open", Json::object({{"id", grant}, {"purpose", "PURPOSE_INTAKE"}}))
              .code == Errc::wrong_state);
    p.world.pump();

    p.meet_again();
    CHECK(p.state(second.legs[0]) == before);
    CHECK(p.juniper.leg(second.legs[0]).text_at("side") == "recipient");
    CHECK(grant_state(p.juniper) == "ERASURE_ATTESTED");
    CHECK(p.juniper
              .refused("grant.open", Json::object({{"id", grant}, {"purpose", "PURPOSE_INTAKE"}}))
              .code == Errc::not_released);
    CHECK(p.juniper.count("SELECT count(*) FROM grant_of WHERE length(sealed)>0") == 0);
    CHECK_FALSE(p.juniper.desk().records.exists("grant/" + grant));
    CHECK(p.harbor.must("audit.verify").bool_at("verified"));
    CHECK(p.juniper.must("audit.verify").bool_at("verified"));
    // And the two go on where they were.
    choose(p.world, p.harbor, second.need, second.legs[0]);
    p.juniper.must("leg.confirm", id_arg(second.legs[0]));
    p.world.pump();
    CHECK(p.state(second.legs[0]) == "ACCEPTED");
}

TEST_CASE(
    "a restored log begins with the entry that names the one it closed, and a card names both") {
    Pair p(22);
    (void)ask(p.world, p.harbor, {&p.juniper});
    const auto backup = back_up(p.harbor);
    const auto old_card = p.harbor.home().identity.card;
    const auto old_size = p.harbor.desk().log.size();
    restore(p.harbor, backup, p.holders, p.world.random());
    const auto& card = p.harbor.home().identity.card;
    CHECK(card.version == old_card.version + 1);
    CHECK(card.log_origin != old_card.log_origin);
    CHECK(card.log != old_card.log);
    CHECK(card.signing != old_card.signing);
    REQUIRE(card.restored);
    CHECK(card.restored->origin == old_card.log_origin);
    const auto closed = p.harbor.count("SELECT size FROM closed_log WHERE witnessed_size>=size");
    CHECK(static_cast<std::uint64_t>(closed) + 1 == old_size);  // the backup's own entry is lost
    CHECK(p.harbor.count("SELECT count(*) FROM closed_leaf") == closed);
    CHECK(p.harbor.count("SELECT count(*) FROM closed_head") > 0);
    const auto first = p.harbor.home().store.peek(
        [&](node::Transaction& tx) { return p.harbor.desk().log.entry(tx, 0); });
    REQUIRE(first);
    const auto record = schema::decode_audit_record(first->rec);
    REQUIRE(record);
    CHECK(record->kind == schema::EventKind::RESTORED);
    CHECK(record->release == card.restored->root);
}

TEST_CASE(
    "nothing that waited in the copy is sent again, and what was received has no second effect") {
    Pair p(23);
    std::size_t to_juniper = 0;
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    p.juniper.close();
    p.harbor.must(
        "need.withdraw",
        Json::object(
            {{"id", asked.need}, {"reason", "WITHDRAW_PREFERS_NOT_TO_SAY"}, {"read-back", true}}));
    REQUIRE(p.harbor.waiting() > 0);
    const auto backup = back_up(p.harbor);
    p.juniper.open();
    p.world.pump();
    const auto juniper_messages = p.juniper.count("SELECT count(*) FROM received");
    restore(p.harbor, backup, p.holders, p.world.random());
    CHECK(p.harbor.waiting() == 0);
    p.harbor.watch([&](const node::TransportPublicKey&, const node::Frame&) {
        ++to_juniper;
        return true;
    });
    p.world.pass(hours(2));
    CHECK(to_juniper == 0);
    CHECK(p.juniper.count("SELECT count(*) FROM received") == juniper_messages);
    p.meet_again();
    (void)p.state(asked.legs[0]);
}

TEST_CASE("a withdrawal that was made after the backup stands after the restore") {
    Pair p(24);
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    const std::string release = p.disclosed(asked);
    const auto backup = back_up(p.harbor);
    p.harbor.must("release.withdraw", id_arg(release));
    p.world.pass(hours(2));
    restore(p.harbor, backup, p.holders, p.world.random());
    // The old copy believes that the release lives. It discloses nothing on it.
    CHECK(p.harbor.must("release.show", id_arg(release)).text_at("state") == "ACTIVE");
    p.meet_again();
    CHECK(p.harbor.must("release.show", id_arg(release)).text_at("state") == "WITHDRAWN");
    CHECK(grant_state(p.harbor) == grant_state(p.juniper));
}

TEST_CASE(
    "a question asked after the backup comes back to the one who asked, with a case to complete") {
    Pair p(25);
    const auto backup = back_up(p.harbor);
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    const std::string release = p.disclosed(asked);
    restore(p.harbor, backup, p.holders, p.world.random());
    CHECK(p.harbor.count("SELECT count(*) FROM survivor_case") == 0);
    p.meet_again();
    CHECK(p.state(asked.legs[0]) == "ACCEPTED");
    CHECK(p.harbor.count("SELECT count(*) FROM survivor_case") == 1);
    const auto notices = p.harbor.notices();
    CHECK(std::find(notices.begin(), notices.end(), "CASE_RECOVERED") != notices.end());
    // What was disclosed under a release that is lost can be withdrawn all the same.
    p.harbor.must("release.withdraw", id_arg(release));
    p.world.pass(hours(2));
    CHECK(grant_state(p.juniper) == grant_state(p.harbor));
    CHECK(p.juniper.count("SELECT count(*) FROM grant_of WHERE discloser<=1") == 0);
}

TEST_CASE("what was on its way when its recipient was restored is read once it comes") {
    Pair p(29);
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    make_firm(p.world, p.harbor, p.juniper, asked, 0);
    const auto backup = back_up(p.juniper);
    p.juniper.close();
    sign_release(p.harbor, asked.case_id, p.juniper);
    p.world.pump();
    REQUIRE(p.harbor.waiting() > 0);
    p.juniper.open();
    restore(p.juniper, backup, p.holders, p.world.random());
    p.meet_again();
    p.world.pass(hours(1));
    const std::string grant = only_grant(p.juniper);
    const Json read =
        p.juniper.must("grant.open", Json::object({{"id", grant}, {"purpose", "PURPOSE_INTAKE"}}));
    CHECK_FALSE(read.find("record")->text_at("given_name").empty());
}

TEST_CASE("before a partner has spoken only what closes is said, and that outranks what was lost") {
    Pair p(26);
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    const auto backup = back_up(p.harbor);
    offer(p.world, p.juniper, asked.legs[0]);
    choose(p.world, p.harbor, asked.need, asked.legs[0]);
    restore(p.harbor, backup, p.holders, p.world.random());
    // In the copy nothing was offered yet. She wants none of it any more.
    p.harbor.must(
        "need.withdraw",
        Json::object(
            {{"id", asked.need}, {"reason", "WITHDRAW_PREFERS_NOT_TO_SAY"}, {"read-back", true}}));
    p.meet_again();
    CHECK(schema::is_terminal(*schema::leg_state_from(p.state(asked.legs[0]))));
}

TEST_CASE("deadlines between the two wait for the partner's word and then fire at once") {
    Pair p(27);
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    const auto backup = back_up(p.harbor);
    offer(p.world, p.juniper, asked.legs[0]);
    restore(p.harbor, backup, p.holders, p.world.random());
    p.world.pass(hours(24 * 4));
    CHECK(p.harbor.state_of(asked.legs[0]) != "LAPSED");
    p.meet_again();
    p.world.pass(hours(2));
    (void)p.state(asked.legs[0]);
}

TEST_CASE("a partner that is silent for seven days is opened by two persons, which the log keeps") {
    Pair p(28);
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    (void)p.disclosed(asked);
    const std::string grant = only_grant(p.juniper);
    const Json open = Json::object({{"id", grant}, {"purpose", "PURPOSE_INTAKE"}});
    const auto backup = back_up(p.juniper);
    restore(p.juniper, backup, p.holders, p.world.random());
    p.harbor.close();
    const Json who = Json::object({{"peer", p.harbor.name()}});
    CHECK(p.juniper.refused("peer.reopen", who).code == Errc::wrong_state);
    p.world.pass(hours(24 * 7 + 1), hours(6));
    const auto notices = p.juniper.notices();
    CHECK(std::find(notices.begin(), notices.end(), "RESYNC_AWAITED") != notices.end());
    const Json asked_for = p.juniper.must("peer.reopen", who);
    CHECK(asked_for.bool_at("needs_second_person"));
    CHECK(p.juniper.refused("grant.open", open).code == Errc::wrong_state);
    const auto given = p.juniper.call_as(schema::RoleSet{schema::Role::SHELTER_SUPERVISOR},
                                         "approval.give",
                                         id_arg(asked_for.text_at("id")));
    if (!given) FAIL(given.error().detail);
    CHECK(p.juniper.must("grant.open", open).find("record") != nullptr);
}

TEST_CASE("a RESYNC that nobody waits for changes nothing of ours") {
    Pair p(29);
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    offer(p.world, p.juniper, asked.legs[0]);
    const auto& peers = p.juniper.desk().peers;
    const node::Peer* harbor = peers.find(p.harbor.home().identity.node());
    REQUIRE(harbor != nullptr);
    // Juniper says unasked that Harbor had withdrawn, and that itself had confirmed.
    REQUIRE(p.juniper.home().store.write([&](node::Transaction& tx) -> Outcome {
        LEEWARD_TRY(tx.run("UPDATE leg SET ask=?,ask_counter=ask_counter+9",
                           schema::Ask::CANCEL_REQUESTED));
        return node::send_resync(p.juniper.desk(), tx, *harbor, p.world.clock().now());
    }));
    p.world.pump();
    CHECK(p.harbor.state_of(asked.legs[0]) == "OFFERED");
}

TEST_CASE("a RESYNC reads back as it was written, in as many parts as it needs") {
    node::ResyncText all;
    all.round = ByteArray<8>{7};
    for (int i = 0; i < 95; ++i) {
        node::ResyncLeg leg;
        leg.id = schema::LegId(ByteArray<16>{static_cast<Byte>(i + 1)});
        leg.ask = {schema::Ask::OPEN, 1, 0};
        leg.alias = "four-random-words-joined";
        all.legs.push_back(leg);
    }
    node::ResyncGrant grant;
    grant.tier = schema::Tier::T2;
    all.grants.assign(7, grant);
    const auto parts = node::parts_of(all);
    CHECK(parts.size() == 3);
    std::size_t legs = 0;
    std::size_t grants = 0;
    for (const auto& part : parts) {
        const std::string text = node::to_json(part).dump();
        CHECK(text.size() <= 32 * 1024);
        const auto read = node::read_resync(text);
        REQUIRE(read);
        CHECK(node::to_json(*read).dump() == text);
        legs += read->legs.size();
        grants += read->grants.size();
    }
    CHECK(legs == 95);
    CHECK(grants == 7);
    CHECK(node::parts_of({}).size() == 1);
    CHECK_FALSE(node::read_resync("{}"));
}

}  // namespace leeward::test
