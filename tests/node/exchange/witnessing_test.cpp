// Partners that witness each other's logs, and what follows when they do not.
#include "node/exchange/witnessing.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <catch2/catch_test_macros.hpp>

#include "node/audit/published.h"
#include "node/exchange/message_class.h"
#include "node/exchange/witness_policy.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

namespace fs = std::filesystem;
using node::Transaction;
using std::chrono::hours;
using std::chrono::minutes;

const std::vector<std::string> four{"investigation", "shelter", "counselling", "shelter"};

bool has(const std::vector<std::string>& list, std::string_view one) {
    return std::find(list.begin(), list.end(), one) != list.end();
}

Json status_of(TestNode& node) {
    return node.must("witness.status");
}

std::string state_at(TestNode& node, const TestNode& partner) {
    const Json status = status_of(node);
    for (const auto& one : status.array_at("partners"))
        if (one.text_at("organisation") == partner.name()) return one.text_at("state");
    return "";
}

// How old the newest head of `node` is that enough partners have cosigned.
hours witnessed_before(TestNode& node) {
    const auto until = node.home().store.peek([&](Transaction& tx) {
        return node::witnessed_until(node.desk(), tx, schema::from_unix(node.clock().seconds()));
    });
    REQUIRE(until);
    if (!*until) return hours(1'000'000);
    return std::chrono::duration_cast<hours>(schema::from_unix(node.clock().seconds()) - **until);
}

// The cosignatures under the newest published head.
std::size_t signatures(TestNode& node) {
    const auto head =
        node.home().store.peek([&](Transaction& tx) { return node::newest_published(tx); });
    REQUIRE(head);
    REQUIRE(*head);
    return crypto::parse_note((*head)->note).value().signatures.size() - 1;
}

// A firm bed at `shelter`, and papers that let her name go there.
void disclose(World& world, TestNode& referrer, TestNode& shelter) {
    const Asked asked = ask(world, referrer, {&shelter});
    make_firm(world, referrer, shelter, asked, 0);
    sign_release(referrer, asked.case_id, shelter);
    world.pump();
}

std::size_t grants_at(TestNode& node) {
    return node.must("grant.list", Json::object({{"all", true}})).array_at("grants").size();
}

class Copy {
public:
    explicit Copy(TestNode& of) {
        of.close();
        fs::copy(of.folder(), scratch_.path() / "copy", fs::copy_options::recursive);
        of.open();
    }
    void put_back(TestNode& to) const {
        to.close();
        fs::remove_all(to.folder());
        fs::copy(scratch_.path() / "copy", to.folder(), fs::copy_options::recursive);
        to.open();
    }

private:
    ScratchFolder scratch_;
};

}  // namespace

TEST_CASE("Every hour partners cosign each log's head, and all are shown it") {
    World world(1, four);
    world.pass(hours(3));
    world.pass(minutes(1));  // the files follow
    for (std::size_t i = 0; i < world.size(); ++i) {
        INFO(world.node(i).name());
        CHECK(signatures(world.node(i)) == 3);
        CHECK(witnessed_before(world.node(i)) < hours(1));
        const Json status = status_of(world.node(i));
        CHECK(status.array_at("cosigned_by_us").size() == 3);
        for (const auto& partner : status.array_at("partners")) {
            CHECK(partner.text_at("state") == "in order");
            CHECK(partner.find("waits_since") == nullptr);
        }
        std::ifstream file(world.node(i).folder() / "log" / "checkpoint");
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        CHECK(crypto::parse_note(text).value().signatures.size() == 4);
    }
}

TEST_CASE("Witnessing is entered in no log and leaves nothing waiting") {
    World world(2, {"investigation", "shelter"});
    world.pass(hours(2));
    const auto acts = [&](TestNode& node) {
        return node.count("SELECT count(*) FROM leaf WHERE length(n)>0");
    };
    const auto before = acts(world.node(0)) + acts(world.node(1));
    world.pass(hours(12));
    CHECK(acts(world.node(0)) + acts(world.node(1)) == before);
    CHECK(signatures(world.node(0)) == 1);
    CHECK(world.node(0).waiting() == 0);
}

TEST_CASE(
    "With witnesses down for 71 hours everything goes on; after 73 names wait and beds do not") {
    World world(3, four);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    world.pass(hours(2));
    world.node(2).close();
    world.node(3).close();
    disclose(world, alder, birch);
    CHECK(grants_at(birch) == 1);
    world.pass(hours(70));
    CHECK(state_at(birch, alder) == "in order");
    disclose(world, alder, birch);
    CHECK(grants_at(birch) == 2);
    CHECK(witnessed_before(alder) >= hours(70));

    world.pass(hours(3));
    CHECK(state_at(birch, alder) == "UNWITNESSED");
    CHECK(has(birch.notices(), "UNWITNESSED"));
    const Asked asked = ask(world, alder, {&birch});
    make_firm(world, alder, birch, asked, 0);  // a bed is found as always
    CHECK(birch.state_of(asked.legs[0]) == "ACCEPTED");
    sign_release(alder, asked.case_id, birch);
    world.pump();
    CHECK(grants_at(birch) == 2);
    CHECK(has(alder.notices(), "REFUSED_UNWITNESSED"));
    alder.must(
        "need.withdraw",
        Json::object(
            {{"id", asked.need}, {"reason", "WITHDRAW_PREFERS_NOT_TO_SAY"}, {"read-back", true}}));
    world.pump();
    CHECK(birch.state_of(asked.legs[0]) == "CANCEL_REQUESTED");  // control is always taken
}

TEST_CASE("Once a witness is back, what was refused is sent again by itself, and is taken") {
    World world(4, four);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    world.pass(hours(2));
    world.node(2).close();
    world.node(3).close();
    world.pass(hours(1));
    ask(world, alder, {&birch}, "PLACEMENT");
    world.pass(hours(74));
    disclose(world, alder, birch);
    CHECK(grants_at(birch) == 0);
    world.node(2).open();
    world.pass(hours(2));
    CHECK(witnessed_before(alder) < hours(2));
    CHECK(state_at(birch, alder) == "in order");
    CHECK_FALSE(has(birch.notices(), "UNWITNESSED"));
    CHECK(grants_at(birch) == 1);
}

TEST_CASE("An emergency's and TONIGHT's disclosures ask for no witness, a release's does") {
    const auto grant = [](std::string_view basis) {
        schema::Message message;
        message.header.kind = schema::MessageKind::GRANT;
        message.body = Json::object({{"tier", "T2"}, {"basis", basis}}).dump();
        return message;
    };
    CHECK(node::names_somebody(grant("RELEASE")));
    CHECK(node::names_somebody(grant("STATUTORY_MANDATE")));
    CHECK(node::names_somebody(grant("COURT_ORDER")));
    CHECK(node::names_somebody(grant("no such basis")));
    CHECK_FALSE(node::names_somebody(grant("TONIGHT")));
    CHECK_FALSE(node::names_somebody(grant("EMERGENCY")));
    auto closing = grant("RELEASE");
    closing.header.kind = schema::MessageKind::GRANT_STATE;
    CHECK_FALSE(node::names_somebody(closing));
}

TEST_CASE("A node whose store was set back learns it from its witnesses at the first start") {
    World world(5, four);
    TestNode& alder = world.node(0);
    world.pass(hours(2));
    const Copy old(alder);
    world.pass(hours(5));
    CHECK_FALSE(has(alder.notices(), "LOG_OWN_BEHIND"));
    old.put_back(alder);
    world.pump();
    world.pass(std::chrono::seconds(2), std::chrono::seconds(1));
    CHECK(has(alder.notices(), "LOG_OWN_BEHIND"));
}

TEST_CASE("A start with the store as it was raises no alarm") {
    World world(6, four);
    TestNode& alder = world.node(0);
    for (int i = 0; i < 3; ++i) {
        world.pass(minutes(50), minutes(10));
        alder.close();
        alder.open();
        world.pass(std::chrono::seconds(2), std::chrono::seconds(1));
    }
    CHECK_FALSE(has(alder.notices(), "LOG_OWN_BEHIND"));
    CHECK(witnessed_before(alder) < hours(1));
}

TEST_CASE("A log that shows a witness two trees is frozen by it, with both heads as evidence") {
    World world(7, four);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    world.pass(hours(2));
    // A head of Alder's log that its own key has signed, over another tree of the same size.
    const auto held = birch.home().store.peek([&](Transaction& tx) -> Result<std::string> {
        auto rows = tx.query("SELECT note FROM witnessed WHERE log=?",
                             crypto::format_vkey(alder.desk().log.vkey()));
        REQUIRE(rows.next());
        return rows.text(0);
    });
    REQUIRE(held);
    auto head = crypto::open_checkpoint(*held, alder.desk().log.vkey())->checkpoint;
    head.root[0] ^= 1;
    schema::Inner inner;
    inner.witnessing.ask = schema::AddCheckpoint{
        head.size.get(),
        {},
        crypto::format_note(crypto::sign_checkpoint(head, alder.home().identity.log))};
    node::Peer& seen = *birch.desk().peers.find(alder.desk().self.node());
    const auto working = seen.held.at;
    node::Post post(birch.transport(), birch.desk().peers, world.random());
    node::Courier courier({birch.home().store,
                           birch.desk().log,
                           birch.desk().outbox,
                           birch.desk().peers,
                           birch.desk().prekeys,
                           birch.desk().self,
                           post,
                           world.random()},
                          {},
                          {});
    node::Witnesses witnesses(birch.desk(), courier);
    REQUIRE(birch.home().store.write([&](Transaction& tx) {
        return witnesses.take(tx, seen, working, inner, schema::from_unix(birch.clock().seconds()));
    }));
    CHECK(seen.frozen);
    const Json shown = birch.must("peer.show", Json::object({{"peer", alder.name()}}));
    REQUIRE(shown.array_at("disputes").size() == 1);
    CHECK(shown.array_at("disputes").front().text_at("kind") == "FORKED");
}

TEST_CASE(
    "Who counts as a witness, and how many are wanted, is a policy that people can read and set") {
    World world(8, four);
    TestNode& alder = world.node(0);
    const auto now = schema::from_unix(world.clock().seconds());
    const std::string usual = alder.must("witness.policy").text_at("file");
    const auto parsed = crypto::TlogPolicy::parse(usual);
    REQUIRE(parsed);
    CHECK(parsed->witnesses().size() == 3);
    CHECK_FALSE(parsed->quorum_met({true, false, false}));
    CHECK(parsed->quorum_met({true, false, true}));
    for (const auto& witness : parsed->witnesses())
        CHECK(witness.key != alder.desk().self.card.log);

    // The log's own organisation never counts, the reader's own does.
    const auto of_birch = alder.home().store.peek([&](Transaction& tx) {
        return node::witness_policy(alder.desk(), tx, world.node(1).desk().self.node(), now);
    });
    REQUIRE(of_birch);
    const auto own = schema::witness_vkey(alder.desk().self.card);
    CHECK(std::count(of_birch->witnesses().begin(), of_birch->witnesses().end(), own) == 1);
    const auto birchs = schema::witness_vkey(world.node(1).desk().self.card);
    CHECK(std::count(of_birch->witnesses().begin(), of_birch->witnesses().end(), birchs) == 0);

    CHECK(alder.refused("witness.policy", Json::object({{"set", "quorum nobody-known\n"}})).code ==
          Errc::malformed);
    const std::string one =
        "witness w1 " + crypto::format_vkey(schema::witness_vkey(world.node(2).desk().self.card)) +
        "\nquorum w1\n";
    alder.must("witness.policy", Json::object({{"set", one}}));
    CHECK(alder.must("witness.policy").text_at("file") == one);
    world.pass(hours(2));
    CHECK(witnessed_before(alder) < hours(2));
    alder.must("witness.policy", Json::object({{"set", ""}}));
    CHECK(alder.must("witness.policy").text_at("file") == usual);
}

TEST_CASE("Whom a policy names is asked, wherever it stands in the order") {
    World world(11, {"investigation", "shelter", "counselling", "shelter", "shelter", "shelter"});
    TestNode& alder = world.node(0);
    const auto in_order = node::witnesses_for(
        alder.desk(), alder.desk().self.node(), schema::from_unix(world.clock().seconds()));
    REQUIRE(in_order.size() == 5);
    std::string policy;
    for (const std::size_t i : {3U, 4U})
        policy +=
            "witness w" + std::to_string(i) + " " + crypto::format_vkey(in_order[i].key) + "\n";
    alder.must("witness.policy", Json::object({{"set", policy + "group g all w3 w4\nquorum g\n"}}));
    world.pass(hours(2));
    CHECK(witnessed_before(alder) < hours(2));
}

TEST_CASE("A witness that is silent is replaced by another one after six hours") {
    World world(9, {"investigation", "shelter", "counselling", "shelter", "shelter", "shelter"});
    TestNode& alder = world.node(0);
    const auto asked = node::witnesses_for(
        alder.desk(), alder.desk().self.node(), schema::from_unix(world.clock().seconds()));
    REQUIRE(asked.size() == 5);
    world.pass(hours(8));
    for (std::size_t i = 1; i < world.size(); ++i)
        if (world.node(i).desk().self.node() == asked[0].node ||
            world.node(i).desk().self.node() == asked[1].node)
            world.node(i).close();
    world.pass(hours(8));
    CHECK(signatures(alder) >= 2);
    CHECK(witnessed_before(alder) < hours(1));
}

TEST_CASE(
    "A lost question or answer is asked again, and the hour's head is witnessed all the same") {
    World world(10, four);
    world.network().set_weather({500, 200, 100});
    world.pass(hours(6), minutes(10));
    world.network().set_weather({});
    for (std::size_t i = 0; i < world.size(); ++i)
        CHECK(witnessed_before(world.node(i)) < hours(3));
}

}  // namespace leeward::test
