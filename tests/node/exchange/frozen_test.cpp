// Logs of partners that do not fit what was seen of them before: found, kept as evidence, told, and
// ended; and everything that only looks like it, which must freeze nobody.
#include "node/exchange/frozen.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/seat.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using std::chrono::seconds;

const std::vector<std::string> three{"investigation", "shelter", "counselling"};

// A node's folder as it was, to be put back: an old copy that was restored, or a second life.
class Copy {
public:
    explicit Copy(TestNode& of) { take(of); }
    void take(TestNode& of) {
        of.close();
        replace(of.folder(), scratch_.path() / "copy");
        of.open();
    }
    void put_back(TestNode& to) const {
        to.close();
        replace(scratch_.path() / "copy", to.folder());
        to.open();
    }

private:
    static void replace(const fs::path& from, const fs::path& to) {
        fs::remove_all(to);
        fs::copy(from, to, fs::copy_options::recursive);
    }
    ScratchFolder scratch_;
};

bool has(const std::vector<std::string>& list, std::string_view one) {
    return std::find(list.begin(), list.end(), one) != list.end();
}

const node::Peer& as_seen_by(TestNode& node, TestNode& peer) {
    return *node.desk().peers.find(peer.desk().self.node());
}

bool is_frozen(TestNode& at, TestNode& peer) {
    const Json list = at.must("peer.list");
    for (const auto& one : list.array_at("peers"))
        if (one.text_at("name") == peer.name()) return one.text_at("state") == "frozen";
    return false;
}

std::int64_t disputes(TestNode& node) {
    return node.count("SELECT count(*) FROM log_dispute");
}

// Only these two hear each other.
void leave_alone(World& world, TestNode& a, TestNode& b) {
    std::map<node::TransportPublicKey, int> groups;
    for (std::size_t i = 0; i < world.size(); ++i)
        groups[world.node(i).link()] = static_cast<int>(i) + 1;
    groups[a.link()] = groups[b.link()] = 0;
    world.network().partition(groups);
}

void talk(World& world, TestNode& from, TestNode& to) {
    ask(world, from, {&to}, to.name() == "Cedar" ? "COUNSELLING" : "PLACEMENT");
    world.pass(seconds(30), seconds(5));
}

// A message of the class that is always taken, to everybody: with it goes what is seen of others.
void say_something(World& world, TestNode& from) {
    const Json contact = Json::object({{"duty_line", "555-0177"},
                                       {"hours", "all hours"},
                                       {"deputy_line", "555-0178"},
                                       {"languages", "en"}});
    from.must("peer.contact", Json::object({{"set", contact.dump()}}));
    world.pass(seconds(30), seconds(5));
}

// An entry in a store whose node does not run.
void change_store(TestNode& node, const std::function<Outcome(node::Transaction&)>& change) {
    crypto::SeededRandom random(77);
    auto home = node::open_home(node.folder(), SecretBytes(as_bytes(passphrase_of_all)), random);
    REQUIRE(home);
    REQUIRE(home->store.write([&](node::Transaction& tx) { return change(tx); }));
}

std::string held_note(TestNode& at, TestNode& of) {
    return as_seen_by(at, of).held.note;
}

// `at` has had no proof of this head of `of` for four days, though it asked for it three times.
void leave_unproven(TestNode& at, TestNode& of, const std::string& note) {
    const auto node = of.desk().self.node();
    const auto head = crypto::open_checkpoint(note, of.desk().log.vkey());
    REQUIRE(head);
    const auto since = at.clock().seconds() - 96 * 3600;
    at.close();
    change_store(at, [&](node::Transaction& tx) {
        return tx.run("INSERT INTO loose_head(node,size,note,since,asked) VALUES(?,?,?,?,3)",
                      node,
                      static_cast<std::int64_t>(head->checkpoint.size.get()),
                      note,
                      since);
    });
    at.open();
}

}  // namespace

TEST_CASE("What a partner shows is proven to continue what it showed before") {
    World world(1, three);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    const auto first = as_seen_by(birch, alder).held.at;
    for (int i = 0; i < 5; ++i) {
        talk(world, alder, birch);
        say_something(world, birch);
    }
    const auto& peer = as_seen_by(birch, alder);
    CHECK(peer.loose.empty());
    CHECK(peer.held.at.size > first.size);
    const auto held = alder.home().store.write(
        [&](node::Transaction& tx) { return alder.desk().log.holds(tx, peer.held.at); });
    REQUIRE(held);
    CHECK(*held);
}

TEST_CASE("Two logs of one partner, each shown to one of us, are found when the two of us talk") {
    World world(2, three);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    TestNode& cedar = world.node(2);
    const Copy before(alder);
    leave_alone(world, alder, birch);
    for (int i = 0; i < 4; ++i)
        talk(world, alder, birch);
    const Copy first(alder);
    world.network().lose_what_waits();  // a queue dies with its process
    before.put_back(alder);
    leave_alone(world, alder, cedar);
    talk(world, alder, cedar);
    CHECK(disputes(birch) + disputes(cedar) == 0);

    leave_alone(world, birch, cedar);
    world.pass(hours(24));
    say_something(world, birch);
    leave_alone(world, alder, cedar);
    talk(world, alder, cedar);
    talk(world, alder, cedar);
    CHECK(is_frozen(cedar, alder));
    CHECK(has(cedar.notices(), "LOG_FROZEN"));
    CHECK(has(alder.notices(), "LOG_DISPUTED"));

    // Whoever is shown the evidence can check it: both heads are signed by that log.
    const Json shown = cedar.must("peer.show", Json::object({{"peer", "Alder"}}));
    REQUIRE(shown.array_at("disputes").size() == 1);
    const Json& dispute = shown.array_at("disputes").front();
    const auto key = as_seen_by(cedar, alder).log();
    const auto held = crypto::open_checkpoint(dispute.text_at("held"), key);
    const auto other = crypto::open_checkpoint(dispute.text_at("shown"), key);
    REQUIRE(held);
    REQUIRE(other);
    CHECK(held->checkpoint != other->checkpoint);

    // The one who was shown the other log hears of it and finds the same.
    world.network().heal();
    first.put_back(alder);
    world.pass(seconds(120), seconds(5));
    talk(world, alder, birch);
    talk(world, alder, birch);
    CHECK(is_frozen(birch, alder));
}

TEST_CASE("A partner whose store was set back is found, and is told so itself") {
    World world(3, three);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    const Copy old(alder);
    for (int i = 0; i < 3; ++i)
        talk(world, alder, birch);
    old.put_back(alder);
    talk(world, alder, birch);
    talk(world, alder, birch);
    CHECK(is_frozen(birch, alder));
    CHECK(has(alder.notices(), "LOG_OWN_BEHIND"));
    const Json inbox = birch.must("inbox");
    bool said = false;
    for (const auto& notice : inbox.array_at("notices"))
        if (notice.text_at("code") == "LOG_FROZEN")
            said = notice.text_at("peer") == "Alder" && !notice.text_at("say").empty();
    CHECK(said);
}

TEST_CASE("From a frozen partner what it asks is refused, and what it closes is taken") {
    World world(4, three);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    const Asked open = ask(world, alder, {&birch});
    REQUIRE(birch.state_of(open.legs[0]) == "DELIVERED");
    const auto node = alder.desk().self.node();
    birch.close();
    change_store(birch, [&](node::Transaction& tx) -> Outcome {
        LEEWARD_TRY(
            tx.run("INSERT INTO log_dispute(node,kind,held,shown,found) "
                   "VALUES(?,1,'one head','another',0)",
                   node));
        return tx.run("UPDATE peer SET frozen=1 WHERE node=?", node);
    });
    birch.open();
    const Asked late = ask(world, alder, {&birch});
    CHECK(birch.leg(late.legs[0]).is_null());
    CHECK(has(alder.notices(), "REFUSED_LOG_FROZEN"));
    alder.must(
        "need.withdraw",
        Json::object(
            {{"id", open.need}, {"reason", "WITHDRAW_PREFERS_NOT_TO_SAY"}, {"read-back", true}}));
    world.pump();
    CHECK(birch.state_of(open.legs[0]) == "CANCEL_CONFIRMED");
}

TEST_CASE("Crashes at any moment in bad weather freeze nobody") {
    for (std::uint64_t seed = 10; seed < 14; ++seed) {
        INFO(seed);
        World world(seed, three);
        world.network().set_weather({150, 150, 500});
        for (int i = 0; i < 24; ++i) {
            TestNode& alder = world.node(0);
            ask(world, alder, {&world.node(1)});
            TestNode& crashing = world.node(world.random().number() % 3);
            if (i % 3 == 0) say_something(world, world.node(1));
            for (std::uint64_t turns = world.random().number() % 4; turns > 0; --turns)
                world.turn();
            crashing.close();
            crashing.open();
            world.pass(seconds(5), seconds(1));
        }
        world.network().set_weather({});
        world.pass(hours(100), hours(4));
        for (std::size_t i = 0; i < world.size(); ++i) {
            CHECK(disputes(world.node(i)) == 0);
            CHECK(world.node(i).count("SELECT count(*) FROM notice WHERE code LIKE 'LOG_%'") == 0);
        }
        for (std::size_t i = 0; i < 3 * world.size(); ++i)
            say_something(world, world.node(i % world.size()));
        CHECK(world.node(1).count("SELECT count(*) FROM loose_head") == 0);
    }
}

TEST_CASE("A partner that was away while the other's log grew is not frozen, nor does it freeze") {
    World world(5, three);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    birch.close();
    for (int day = 0; day < 10; ++day) {
        talk(world, alder, world.node(2));
        world.pass(hours(24), hours(6));
    }
    birch.open();
    world.pass(hours(1), seconds(60));
    talk(world, alder, birch);
    say_something(world, birch);
    talk(world, alder, birch);
    CHECK(disputes(alder) + disputes(birch) == 0);
    CHECK(as_seen_by(birch, alder).loose.empty());
    CHECK(alder.state_of(ask(world, alder, {&birch}).legs[0]) == "DELIVERED");
}

TEST_CASE("A proof that comes late ends it, and nobody else has frozen on hearsay") {
    World world(6, three);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    TestNode& cedar = world.node(2);
    talk(world, alder, birch);
    const std::string early = held_note(birch, alder);
    talk(world, alder, birch);
    talk(world, alder, birch);
    REQUIRE(held_note(birch, alder) != early);
    leave_alone(world, birch, cedar);
    leave_unproven(birch, alder, early);
    world.pass(hours(1), seconds(600));
    CHECK(is_frozen(birch, alder));
    CHECK(has(cedar.notices(), "LOG_DOUBTED"));
    CHECK_FALSE(is_frozen(cedar, alder));

    world.network().heal();
    world.pass(hours(1), seconds(60));
    say_something(world, birch);
    say_something(world, cedar);
    say_something(world, alder);
    CHECK_FALSE(is_frozen(birch, alder));
    CHECK_FALSE(is_frozen(cedar, alder));
    CHECK(birch.count("SELECT count(*) FROM log_dispute WHERE ending='PROVEN'") == 1);
    CHECK(disputes(cedar) == 0);
    for (TestNode* node : {&alder, &birch, &cedar})
        CHECK(node->count("SELECT count(*) FROM notice WHERE code LIKE 'LOG_%'") == 0);
    CHECK(alder.state_of(ask(world, alder, {&birch}).legs[0]) == "DELIVERED");
}

TEST_CASE("A head for which no proof comes in three days of asking freezes its log") {
    World world(7, three);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    talk(world, alder, birch);
    const std::string early = held_note(birch, alder);
    talk(world, alder, birch);
    leave_alone(world, birch, world.node(2));
    leave_unproven(birch, alder, early);
    world.pass(hours(1), seconds(600));
    CHECK(is_frozen(birch, alder));
    CHECK(birch.count("SELECT count(*) FROM log_dispute WHERE kind=4") == 1);
}

TEST_CASE("Two different people end a dispute that no proof can end, and both heads are kept") {
    World world(8, three);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    const Copy old(alder);
    for (int i = 0; i < 3; ++i)
        talk(world, alder, birch);
    old.put_back(alder);
    talk(world, alder, birch);
    talk(world, alder, birch);
    REQUIRE(is_frozen(birch, alder));
    const Json args = Json::object({{"peer", "Alder"}});
    const Json asked = birch.must("peer.settle", args);
    CHECK(asked.bool_at("needs_second_person"));
    const Json agree = Json::object({{"id", asked.text_at("id")}});
    CHECK(birch.refused("approval.give", agree).code == Errc::not_permitted);
    CHECK(is_frozen(birch, alder));
    Seat second(birch, "desk 2", "SHELTER_SUPERVISOR");
    CHECK(second.must("approval.give", agree).find("done")->bool_at("settled"));
    CHECK_FALSE(is_frozen(birch, alder));
    CHECK(birch.count("SELECT count(*) FROM log_dispute WHERE ending='SETTLED' AND held<>'' AND "
                      "shown<>''") == 1);
    CHECK(birch.refused("peer.settle", args).code == Errc::wrong_state);
    world.pass(seconds(60), seconds(5));
    CHECK(alder.state_of(ask(world, alder, {&birch}).legs[0]) == "DELIVERED");
    CHECK(birch.must("audit.verify").bool_at("verified"));
}

}  // namespace leeward::test
