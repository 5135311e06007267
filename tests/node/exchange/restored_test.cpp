// A restored node among others: its logs and witnesses, its keys, and partners that are not there.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "schema/audit/check.h"
#include "tests/node/exchange/restored_pair.h"
#include "tests/support/bundle.h"

namespace leeward::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;

std::string held_of(TestNode& partner, const TestNode& of) {
    return partner.must("peer.held", Json::object({{"peer", of.name()}})).text_at("file");
}

Json our_log(TestNode& node) {
    return *node.must("witness.status").find("our_log");
}

Json partner_of(TestNode& node) {
    return node.must("peer.list").array_at("peers").front();
}

schema::AuditReport audited(const std::vector<TestNode*>& nodes) {
    schema::Trust trust;
    std::vector<schema::Bundle> bundles;
    for (TestNode* node : nodes) {
        trust.cards.push_back(node->desk().self.card);
        bundles.push_back(whole_bundle(*node));
    }
    return schema::check(bundles, trust);
}

}  // namespace

TEST_CASE("an auditor is told which entries a restore has lost, with what a partner held of them") {
    Pair p(61);
    const auto backup = back_up(p.juniper);
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    offer(p.world, p.juniper, asked.legs[0]);
    p.world.pass(hours(2));
    const std::string held = held_of(p.harbor, p.juniper);
    restore(p.juniper, backup, p.holders, p.world.random(), held);
    const auto came_back =
        static_cast<std::uint64_t>(p.juniper.count("SELECT size FROM closed_log"));
    const auto known =
        static_cast<std::uint64_t>(p.juniper.count("SELECT witnessed_size FROM closed_log"));
    CHECK(known > came_back);
    CHECK(p.juniper.home().identity.card.restored->size == known);
    p.world.pass(hours(2));
    p.meet_again();
    p.world.pass(hours(2));
    const auto report = audited({&p.harbor, &p.juniper});
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].kind == schema::FindingKind::ENTRIES_LOST);
    CHECK(report.findings[0].organisation == p.juniper.name());
    CHECK(report.findings[0].leaf == came_back);
    CHECK(report.findings[0].last_leaf == known - 1);
}

TEST_CASE(
    "what came back of the log is compared with a partner as before, and what is lost is named") {
    Pair p(71);
    const Asked before = ask(p.world, p.harbor, {&p.juniper});
    p.world.pass(hours(1));
    const auto backup = back_up(p.juniper);
    const auto in_backup = p.juniper.count("SELECT count(*) FROM exchange");
    REQUIRE(in_backup > 0);
    offer(p.world, p.juniper, before.legs[0]);
    p.world.pass(hours(1));
    const auto lost = p.juniper.count("SELECT count(*) FROM exchange") - in_backup;
    REQUIRE(lost > 0);
    restore(p.juniper, backup, p.holders, p.world.random());
    p.meet_again();
    p.world.pass(hours(2));
    const auto compared = [&] {
        Json shown = p.harbor.must("audit.reconcile", Json::object({{"peer", p.juniper.name()}}));
        p.world.pass(hours(1));
        return shown;
    };
    compared();
    const Json shown = compared();
    CHECK(static_cast<std::int64_t>(shown.array_at("findings").size()) == lost);
}

TEST_CASE("what a partner holds of another log, or of nobody's, restores nothing") {
    Pair p(62);
    const auto backup = back_up(p.juniper);
    const auto id = p.juniper.home().identity.node();
    node::RestoreFrom from{backup, id, p.holders.pair(0, 1)};
    const std::string of_juniper = held_of(p.harbor, p.juniper);
    const std::string of_harbor = held_of(p.juniper, p.harbor);
    const auto attempt = [&](const std::string& held) {
        node::use_held(from, held);
        const auto done = node::restore_home(
            p.juniper.folder().string() + "-new", from, p.world.clock().now(), p.world.random());
        CHECK_FALSE(fs::exists(p.juniper.folder().string() + "-new"));
        REQUIRE_FALSE(done);
        return done.error().code;
    };
    CHECK(attempt(of_harbor) == Errc::invalid_argument);
    const auto card = of_juniper.substr(0, of_juniper.find('\n'));
    const auto head = of_harbor.substr(of_harbor.find("\n\n"));
    CHECK(attempt(card + head) == Errc::untrusted);
    CHECK(attempt("a line that is no card\n") != Errc::io);
}

TEST_CASE("a restored node has new prekeys, and keys of its own for everything it signs") {
    Pair p(63);
    const auto backup = back_up(p.juniper);
    std::map<std::string, Bytes> before;
    for (const auto& name : p.juniper.home().keyring.names())
        before[name] = to_bytes(p.juniper.home().keyring.get(name)->reveal());
    const auto card = p.juniper.home().identity.card;
    restore(p.juniper, backup, p.holders, p.world.random());
    p.meet_again();
    for (const auto& name : p.juniper.home().keyring.names())
        if (name != node::general_record &&
            (name.starts_with("prekey/") || name.starts_with("psk/") || name.starts_with("node/")))
            CHECK(before[name] != to_bytes(p.juniper.home().keyring.get(name)->reveal()));
    const auto& now = p.juniper.home().identity.card;
    CHECK(now.signing != card.signing);
    CHECK(now.log != card.log);
    CHECK(now.witness != card.witness);
    CHECK(now.link != card.link);
    CHECK(now.root == card.root);
}

TEST_CASE("no identity goes to a restored partner before words were compared again") {
    Pair p(64);
    const auto backup = back_up(p.juniper);
    restore(p.juniper, backup, p.holders, p.world.random());
    pair_up(p.harbor, p.juniper);
    p.world.pump();
    CHECK(partner_of(p.harbor).text_at("alarm") == "LOG_RESTORED");
    CHECK(partner_of(p.harbor).text_at("state") != "active");
    CHECK(is_told(p.harbor, "LOG_RESTORED"));
    compare_words(p.harbor, p.juniper);
    compare_words(p.juniper, p.harbor);
    CHECK(partner_of(p.harbor).text_at("alarm").empty());
    CHECK(partner_of(p.harbor).text_at("state") == "active");
    CHECK_FALSE(is_told(p.harbor, "LOG_RESTORED"));
}

TEST_CASE("the new log of a restored node is witnessed from its beginning, and nobody is alarmed") {
    Pair p(65);
    p.world.pass(hours(30));
    const auto before = p.harbor.desk().log.size();
    const auto backup = back_up(p.harbor);
    p.world.pass(hours(5));
    restore(p.harbor, backup, p.holders, p.world.random());
    p.meet_again();
    p.world.pass(hours(3));
    CHECK(our_log(p.harbor).int_at("witnessed_entries") ==
          our_log(p.harbor).int_at("published_entries"));
    CHECK_FALSE(is_told(p.harbor, "LOG_OWN_BEHIND"));
    const auto cosigned = p.juniper.count("SELECT cosigned_size FROM peer");
    CHECK(cosigned > 0);
    CHECK(static_cast<std::uint64_t>(cosigned) < before);  // of the new log, not of the old
    p.world.pass(hours(100), hours(4));
    CHECK_FALSE(is_told(p.juniper, "UNWITNESSED"));
    CHECK_FALSE(is_told(p.harbor, "LOG_OWN_BEHIND"));
}

TEST_CASE("a restored witness forgets what it had cosigned, and cosigns under a new key") {
    Pair p(66);
    p.world.pass(hours(3));
    const auto backup = back_up(p.juniper);
    p.world.pass(hours(5));
    restore(p.juniper, backup, p.holders, p.world.random());
    p.meet_again();
    p.world.pass(hours(3));
    CHECK(our_log(p.harbor).int_at("witnessed_entries") ==
          our_log(p.harbor).int_at("published_entries"));
    CHECK_FALSE(is_told(p.harbor, "LOG_OWN_BEHIND"));
    CHECK_FALSE(is_told(p.juniper, "LOG_FROZEN"));
}

// Not from a backup: somebody put an old copy of the whole folder back.
TEST_CASE(
    "a node whose folder was set back is backed up and restored, and goes on with a new log") {
    Pair p(67);
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    p.world.pass(hours(2));
    p.juniper.close();
    fs::path old = p.juniper.folder();
    old += ".old";
    fs::copy(p.juniper.folder(), old, fs::copy_options::recursive);
    p.juniper.open();
    offer(p.world, p.juniper, asked.legs[0]);
    p.world.pass(hours(3));
    p.juniper.close();
    fs::remove_all(p.juniper.folder());
    fs::rename(old, p.juniper.folder());
    p.juniper.open();
    p.world.pass(hours(2));
    CHECK(is_told(p.juniper, "LOG_OWN_BEHIND"));
    const auto backup = back_up(p.juniper);
    restore(p.juniper, backup, p.holders, p.world.random(), held_of(p.harbor, p.juniper));
    p.meet_again();
    p.world.pass(hours(3));
    CHECK(p.state(asked.legs[0]) == "OFFERED");
    CHECK(partner_of(p.harbor).text_at("state") == "active");
    CHECK(p.juniper.must("audit.verify").bool_at("verified"));
}

TEST_CASE(
    "a proof of what was shared says how much of it stands in the log that a restore closed") {
    Pair p(71);
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    const std::string release = p.disclosed(asked);
    p.world.pass(hours(2));
    const auto backup = back_up(p.harbor);
    restore(p.harbor, backup, p.holders, p.world.random());
    p.meet_again();
    p.world.pass(hours(2));
    const Json proof = p.harbor.must("audit.prove", id_arg(asked.need));
    CHECK(proof.int_at("before_the_restore") > 0);
    CHECK(proof.text_at("say").find("restored from a backup") != std::string::npos);
}

TEST_CASE(
    "what waited in the copy and never came is called back, and people are told to decide anew") {
    Pair p(72);
    const Asked first = ask(p.world, p.harbor, {&p.juniper});
    make_firm(p.world, p.harbor, p.juniper, first, 0);
    p.juniper.close();
    const Asked second = ask(p.world, p.harbor, {&p.juniper});
    const std::string release = sign_release(p.harbor, first.case_id, p.juniper);
    REQUIRE(p.harbor.waiting() > 0);
    const auto backup = back_up(p.harbor);
    // She withdraws before anything has left. Nobody but this machine knows of it.
    p.harbor.must("release.withdraw", id_arg(release));
    restore(p.harbor, backup, p.holders, p.world.random());
    p.juniper.open();
    p.meet_again();
    p.world.pass(hours(1));
    CHECK(p.juniper.leg(second.legs[0]).is_null());
    CHECK(schema::is_terminal(*schema::leg_state_from(p.harbor.state_of(second.legs[0]))));
    CHECK(is_told(p.harbor, "LEG_NEVER_CAME"));
    CHECK(p.juniper.count("SELECT count(*) FROM grant_of") == 0);
    CHECK(p.harbor.count("SELECT count(*) FROM grant_of WHERE discloser<=1") == 0);
    CHECK(is_told(p.harbor, "GRANT_NEVER_CAME"));
    CHECK(p.state(first.legs[0]) == "ACCEPTED");
}

TEST_CASE("two nodes that were both restored tell each other what each of them still holds") {
    Pair p(68);
    const auto of_harbor = back_up(p.harbor);
    const Asked first = ask(p.world, p.harbor, {&p.juniper});
    const auto of_juniper = back_up(p.juniper);
    const Asked second = ask(p.world, p.harbor, {&p.juniper});
    restore(p.harbor, of_harbor, p.holders, p.world.random());
    restore(p.juniper, of_juniper, p.holders, p.world.random());
    p.meet_again();
    CHECK(p.state(first.legs[0]) == "DELIVERED");
    // The second was in neither copy.
    CHECK(p.harbor.leg(second.legs[0]).is_null());
    CHECK(p.juniper.leg(second.legs[0]).is_null());
    CHECK(p.harbor.count("SELECT count(*) FROM peer WHERE resync_awaited!=0 OR resync_owed!=0") ==
          0);
    CHECK(p.juniper.count("SELECT count(*) FROM peer WHERE resync_awaited!=0 OR resync_owed!=0") ==
          0);
}

TEST_CASE("a restored node uses no number of a message a second time") {
    Pair p(69);
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    const auto backup = back_up(p.juniper);
    offer(p.world, p.juniper, asked.legs[0]);
    const auto used = p.juniper.count("SELECT out_seq FROM leg");
    const auto heard = p.harbor.count("SELECT in_seq FROM leg");
    restore(p.juniper, backup, p.holders, p.world.random());
    CHECK(p.juniper.count("SELECT out_seq FROM leg") < used);
    p.meet_again();
    CHECK(p.juniper.count("SELECT out_seq FROM leg") > used);
    CHECK(p.harbor.count("SELECT in_seq FROM leg") >= heard);
    choose(p.world, p.harbor, asked.need, asked.legs[0]);
    p.juniper.must("leg.confirm", id_arg(asked.legs[0]));
    p.world.pump();
    CHECK(p.state(asked.legs[0]) == "ACCEPTED");
}

TEST_CASE("what a partner that has left the network shared is opened by two persons at once") {
    Pair p(70);
    p.juniper.must("node.retire");
    p.world.pump();
    REQUIRE(is_told(p.harbor, "PARTNER_RETIRED"));
    const auto backup = back_up(p.harbor);
    restore(p.harbor, backup, p.holders, p.world.random());
    const Json asked_for = p.harbor.must("peer.reopen", Json::object({{"peer", p.juniper.name()}}));
    CHECK(asked_for.bool_at("needs_second_person"));
}

}  // namespace leeward::test
