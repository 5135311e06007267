// Two partners compare what each has logged of the other.
#include "node/exchange/reconcile.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "node/exchange/reconcile_lists.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const std::vector<std::string> two{"investigation", "shelter"};

struct Exchanged {
    World world;
    TestNode& harbor;
    TestNode& lantern;
    Asked asked;
    explicit Exchanged(std::uint64_t seed)
        : world(seed, two), harbor(world.node(0)), lantern(world.node(1)) {
        asked = ask(world, harbor, {&lantern});
        make_firm(world, harbor, lantern, asked, 0);
        world.pass(minutes(2), minutes(1));
    }
    static Json compare(TestNode& here, const TestNode& with) {
        return here.must("audit.reconcile", Json::object({{"peer", with.name()}}));
    }
    // Asked, answered, and shown.
    Json compared(TestNode& here, TestNode& with) {
        compare(here, with);
        world.pump();
        world.pass(minutes(2), minutes(1));
        Json shown = compare(here, with);
        world.pump();
        return shown;
    }
    // A modified node: what one row of its list of exchanges says is gone, or is another thing.
    static void change(TestNode& node, const std::string& sql) {
        REQUIRE(node.home().store.write(
            [&](node::Transaction& tx) { return tx.run(std::string_view(sql)); }));
    }
};

Json only_finding(const Json& shown) {
    const auto& findings = shown.array_at("findings");
    REQUIRE(findings.size() == 1);
    return findings.front();
}
bool has_notice(TestNode& node, std::string_view code) {
    const auto all = node.notices();
    return std::find(all.begin(), all.end(), code) != all.end();
}

}  // namespace

TEST_CASE("two honest partners agree, on both sides, and nobody is called") {
    Exchanged e(951);
    const Json shown = e.compared(e.harbor, e.lantern);
    CHECK(shown.bool_at("agreed"));
    CHECK(shown.array_at("findings").empty());
    CHECK(e.lantern.count("SELECT agreed FROM reconciliation") == 1);
    CHECK(e.harbor.count("SELECT count(*) FROM exchange WHERE sent=1") >= 2);  // asked, chose
    CHECK_FALSE(has_notice(e.harbor, "LOGS_DIFFER"));
}

TEST_CASE("a receipt that a modified recipient hides is found, on both sides, and says where") {
    Exchanged e(952);
    const auto leaf = e.harbor.count("SELECT min(leaf) FROM exchange WHERE sent=1");
    Exchanged::change(
        e.lantern, "DELETE FROM exchange WHERE leaf=(SELECT min(leaf) FROM exchange WHERE sent=0)");
    const Json finding = only_finding(e.compared(e.harbor, e.lantern));
    CHECK(finding.text_at("finding") == "RECEIPT_MISSING");
    CHECK(finding.text_at("missing_at") == e.lantern.name());
    CHECK(finding.int_at("our_leaf") == leaf);
    CHECK(has_notice(e.harbor, "LOGS_DIFFER"));
    const Json theirs = only_finding(e.compared(e.lantern, e.harbor));
    CHECK(theirs.text_at("finding") == "RECEIPT_MISSING");
    CHECK(theirs.text_at("missing_at") == "us");
}

TEST_CASE("a message that its sender did not log is found as an undeclared disclosure") {
    Exchanged e(953);
    Exchanged::change(
        e.harbor, "DELETE FROM exchange WHERE leaf=(SELECT max(leaf) FROM exchange WHERE sent=1)");
    const Json finding = only_finding(e.compared(e.lantern, e.harbor));
    CHECK(finding.text_at("finding") == "DISCLOSURE_UNDECLARED");
    CHECK(finding.text_at("missing_at") == e.harbor.name());
    CHECK(finding.find("our_leaf") != nullptr);
}

TEST_CASE("a message that its sender called back and its recipient has is found") {
    Exchanged e(954);
    Exchanged::change(
        e.harbor,
        "UPDATE exchange SET state=2 WHERE leaf=(SELECT max(leaf) FROM exchange WHERE "
        "sent=1)");
    const Json finding = only_finding(e.compared(e.lantern, e.harbor));
    CHECK(finding.text_at("finding") == "ABANDONED_BUT_RECEIVED");
    CHECK(only_finding(e.compared(e.harbor, e.lantern)).text_at("finding") ==
          "ABANDONED_BUT_RECEIVED");
}

TEST_CASE("what is under way or was called back in time is held against nobody") {
    Exchanged e(955);
    e.lantern.close();
    const Asked more = ask(e.world, e.harbor, {&e.lantern}, "COUNSELLING");
    e.harbor.must("leg.cancel",
                  Json::object({{"id", more.legs[0]}, {"code", "CANCEL_NO_LONGER_NEEDED"}}));
    ask(e.world, e.harbor, {&e.lantern}, "COUNSELLING");
    e.lantern.open();
    e.harbor.watch([](const node::TransportPublicKey&, const node::Frame& frame) {
        return schema::kind_of(frame.parts) != schema::FrameKind::CONTROL;
    });
    const Json shown = e.compared(e.harbor, e.lantern);
    CHECK(shown.array_at("findings").empty());
}

TEST_CASE("the week is compared by itself three days after it is over") {
    Exchanged e(956);
    e.world.pass(hours(24 * 15), hours(6));
    CHECK(e.harbor.count("SELECT count(*) FROM reconciliation WHERE agreed=1") >= 1);
    CHECK(e.lantern.count("SELECT count(*) FROM reconciliation WHERE agreed=1") ==
          e.harbor.count("SELECT count(*) FROM reconciliation WHERE agreed=1"));
}

TEST_CASE("weeks that were not compared while a partner was away are compared when it is back") {
    Exchanged e(957);
    e.lantern.close();
    e.world.pass(hours(24 * 20), hours(12));
    CHECK(e.harbor.count("SELECT count(*) FROM reconciliation WHERE agreed=1") == 0);
    e.lantern.open();
    e.world.pass(hours(24), hours(1));
    CHECK(e.harbor.count("SELECT count(*) FROM reconciliation WHERE agreed=1") >= 1);
    CHECK(e.harbor.count("SELECT count(*) FROM reconcile_finding") == 0);
    CHECK(e.lantern.count("SELECT count(*) FROM reconcile_finding") == 0);
}

TEST_CASE("the same night is no finding for a partner that says it a second time, and whole") {
    Exchanged e(958);
    Exchanged::change(
        e.harbor,
        "UPDATE exchange SET state=2 WHERE leaf=(SELECT max(leaf) FROM exchange WHERE sent=1)");
    only_finding(e.compared(e.lantern, e.harbor));
    Exchanged::change(e.harbor, "UPDATE exchange SET state=1 WHERE state=2");
    const Json shown = e.compared(e.lantern, e.harbor);
    CHECK(shown.bool_at("agreed"));
    CHECK(shown.array_at("findings").empty());
    CHECK_FALSE(has_notice(e.lantern, "LOGS_DIFFER"));
}

TEST_CASE("a list that answers nothing that we have said finds nothing and clears nothing") {
    Exchanged e(959);
    Exchanged::change(
        e.lantern, "DELETE FROM exchange WHERE leaf=(SELECT min(leaf) FROM exchange WHERE sent=0)");
    only_finding(e.compared(e.harbor, e.lantern));
    const auto say = [&](const node::ReconcileBody& body) {
        schema::Message message;
        message.header.kind = schema::MessageKind::RECONCILE;
        message.header.ts = schema::from_unix(e.world.clock().seconds());
        message.body = node::write_reconcile(body);
        node::Peer& peer = *e.harbor.desk().peers.find(e.lantern.desk().self.node());
        const auto applied = e.harbor.home().store.write([&](node::Transaction& tx) {
            return node::take_reconcile(e.harbor.desk(), tx, peer, message, message.header.ts);
        });
        REQUIRE(applied);
        return applied->refused;
    };
    const auto week = e.harbor.count("SELECT max(epoch) FROM reconciliation");
    for (const std::int64_t answered :
         {std::int64_t{0}, std::int64_t{1}, e.world.clock().seconds() + 9}) {
        CHECK(say({week, false, std::nullopt, answered, node::TheirList{}}).empty());
        CHECK(e.harbor.count("SELECT count(*) FROM reconcile_finding") == 1);
    }
    // Digests that do not fit ours do not, either; a week to come is none.
    CHECK(say({week, false, node::WeekDigests{}, 0, std::nullopt}).empty());
    CHECK(e.harbor.count("SELECT count(*) FROM reconcile_finding") == 1);
    CHECK(say({week + 2, false, node::WeekDigests{}, 0, std::nullopt}) == "SCHEMA");
}

TEST_CASE("a receipt that came while the lists were under way is held against nobody") {
    node::OwnHalf mine;
    const crypto::Hash xref = crypto::sha256(as_bytes("an exchange"));
    mine.sent[xref] = {7, node::ExchangeState::RECEIPTED, 1000};
    const node::TheirList theirs;  // made before it came
    CHECK(node::differences(mine, theirs, 999).empty());
    CHECK(node::differences(mine, theirs, 1000).empty());
    REQUIRE(node::differences(mine, theirs, 1001).size() == 1);
    CHECK(node::differences(mine, theirs, 1001)[0].leaf == 7);
}

TEST_CASE("a list of a thousand exchanges is said in parts that each stand for themselves") {
    node::OwnHalf mine;
    crypto::SeededRandom random(7);
    for (std::uint64_t i = 0; i < 1000; ++i)
        (i % 3 == 0 ? mine.received : mine.sent)[random.array<32>()] = {
            i, node::ExchangeState::RECEIPTED, 1};
    const node::OwnHalf other{mine.received, mine.sent};
    CHECK(node::digests_of(mine).fits(node::digests_of(other)));
    const auto lists = node::lists_of(other);
    REQUIRE(lists.size() == 3);
    const auto missing = mine.sent.begin()->first;
    std::size_t found = 0;
    for (const auto& list : lists) {
        const node::ReconcileBody body{2'951, true, std::nullopt, 1'785'000'000, list};
        const std::string text = node::write_reconcile(body);
        CHECK(text.size() < 30'000);
        const auto read = node::read_reconcile(text);
        REQUIRE(read);
        CHECK(*read == body);
        CHECK(node::differences(mine, *read->list, 2).empty());
        auto hidden = *read->list;
        hidden.received.erase(missing);
        found += node::differences(mine, hidden, 2).size();
    }
    CHECK(found == 1);
}

TEST_CASE("what is said when logs are compared reads back, and nothing else is read") {
    const node::ReconcileBody digests{
        2'951, true, node::WeekDigests{crypto::sha256({}), crypto::Hash{}}, 0, std::nullopt};
    const std::string good = node::write_reconcile(digests);
    REQUIRE(node::read_reconcile(good));
    CHECK(*node::read_reconcile(good) == digests);
    for (std::size_t cut = 0; cut < good.size(); ++cut)
        CHECK_FALSE(node::read_reconcile(good.substr(0, cut)));

    const std::string zero(64, '0');
    const auto list = [](const std::string& from, const std::string& to, const std::string& items) {
        return node::read_reconcile(
            R"({"stage":"LIST","week":1,"answer":false,"answered":5,"list":{"from":")" + from +
            R"(","to":")" + to + R"(","items":[)" + items + "]}}");
    };
    CHECK(list(zero, "", "\"" + zero + "3\""));
    CHECK_FALSE(list("", "", ""));
    CHECK_FALSE(list("00", "", ""));
    CHECK_FALSE(list(zero, "00", ""));
    CHECK_FALSE(list(zero, "", "1"));
    CHECK_FALSE(list(zero, "", "\"" + zero + "4\""));
    CHECK_FALSE(list(std::string(64, '1'), "", "\"" + zero + "3\""));
    for (const char* text :
         {R"({"stage":"AGREED","week":1,"answer":false})",
          R"({"stage":"DIGEST","week":-1,"answer":true,"sent":"","received":""})",
          R"({"stage":"DIGEST","week":1,"answer":true,"sent":"00","received":"00"})",
          R"({"stage":"LIST","week":1,"answer":true,"answered":1})"})
        CHECK_FALSE(node::read_reconcile(text));
}

}  // namespace leeward::test
