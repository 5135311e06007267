// Found by a review: nobody looked at the time in a cosignature. Where the clock of one witness was hours ahead, an auditor
// took everything that an honest log held beyond that head for backdated.
#include <set>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "node/audit/published.h"
#include "node/exchange/witness_policy.h"
#include "tests/support/real_bundles.h"

namespace leeward::test {
namespace {

using node::Transaction;
using std::chrono::hours;
using std::chrono::minutes;

// Nodes of which some live by a clock that is ahead of Alder's.
struct Clocks {
    TestClock ahead;  // before the world, whose nodes look at it to the end
    World world;
    TestNode& alder = world.node(0);

    Clocks(std::uint64_t seed, const std::vector<std::string>& roles) : world(seed, roles) {
        world.pass(hours(3));
    }
    void put_ahead(TestNode& node, minutes by) {
        ahead = world.clock();
        ahead.move(by);
        live_by(node, ahead);
    }
    void put_right(TestNode& node) { live_by(node, world.clock()); }
    static void live_by(TestNode& node, TestClock& clock) {
        node.close();
        node.use_clock(clock);
        node.open();
    }
    void pass(minutes by, minutes step = minutes(10)) {
        for (; by.count() > 0; by -= step) {
            ahead.move(step);
            world.pass(step, step);
        }
    }
    // Each hour a head, and an act after it.
    void work(hours by, minutes step = minutes(10)) {
        for (; by.count() > 0; by -= hours(1)) {
            pass(hours(1), step);
            alder.must("audit.leaves");  // is entered in the log
        }
    }
    // How long ago the newest witnessed head of Alder's log was published.
    [[nodiscard]] hours witnessed_before() {
        const Json status = alder.must("witness.status");
        return hours((world.clock().seconds() - status.find("our_log")->int_at("witnessed_at")) /
                     3'600);
    }
    // What an auditor finds in Alder's log.
    [[nodiscard]] std::vector<std::string> found() {
        const std::vector bundles{bundle_of(alder)};
        return told(schema::check(bundles, trust_in(world)));
    }
};

// Who has cosigned the newest head of this node's log, by the names in the signatures.
std::set<std::string> cosigners(TestNode& node) {
    const auto head =
        node.home().store.peek([](Transaction& tx) { return node::newest_published(tx); });
    REQUIRE(head);
    REQUIRE(*head);
    std::set<std::string> names;
    const auto note = crypto::parse_note((*head)->note);
    REQUIRE(note);
    for (const auto& signature : note->signatures)
        names.insert(signature.name);
    names.erase(node.desk().log.origin());
    return names;
}

// The first whom Alder asks.
TestNode& first_witness(Clocks& clocks) {
    auto& desk = clocks.alder.desk();
    const auto in_turn = node::witnesses_for(desk, desk.self.node(), clocks.world.clock().now());
    REQUIRE_FALSE(in_turn.empty());
    std::size_t i = 1;
    while (clocks.world.node(i).desk().self.node() != in_turn.front().node)
        ++i;
    return clocks.world.node(i);
}

}  // namespace

TEST_CASE("a witness whose clock is ahead makes nothing in an honest log look backdated") {
    const minutes by(GENERATE(90, 300));
    Clocks clocks(2640, {"investigation", "shelter"});
    clocks.put_ahead(clocks.world.node(1), by);
    clocks.work(hours(4));
    clocks.pass(hours(1));
    CHECK(clocks.found() == std::vector<std::string>{});
}

TEST_CASE("within an hour the clocks of witnesses may differ") {
    Clocks clocks(2641, {"investigation", "shelter"});
    clocks.put_ahead(clocks.world.node(1), minutes(50));
    clocks.work(hours(4));
    CHECK(clocks.witnessed_before() < hours(2));
    CHECK(clocks.found() == std::vector<std::string>{});
}

TEST_CASE("a witness whose clock is right again vouches for the next head and all before it") {
    Clocks clocks(2642, {"investigation", "shelter"});
    TestNode& birch = clocks.world.node(1);
    clocks.put_ahead(birch, hours(5));
    clocks.work(hours(4));
    CHECK(clocks.witnessed_before() >= hours(4));
    clocks.put_right(birch);
    clocks.work(hours(2));
    CHECK(clocks.witnessed_before() < hours(2));
    CHECK(clocks.found() == std::vector<std::string>{});
}

TEST_CASE("a witness whose clock is ahead is replaced by another one, like one that is silent") {
    Clocks clocks(2643,
                  {"investigation", "shelter", "counselling", "shelter", "shelter", "shelter"});
    TestNode& first = first_witness(clocks);
    const std::string name = schema::witness_vkey(first.desk().self.card).name;
    REQUIRE(cosigners(clocks.alder).contains(name));
    clocks.put_ahead(first, hours(5));
    clocks.work(hours(8), hours(1));
    CHECK(cosigners(clocks.alder).size() == 3);
    CHECK_FALSE(cosigners(clocks.alder).contains(name));
}

TEST_CASE("a clock that is set back does not rule out who cosigns the head of before") {
    Clocks clocks(2645, {"investigation", "shelter"});
    clocks.work(hours(3));
    clocks.world.node(1).close();
    clocks.work(hours(1));
    REQUIRE(cosigners(clocks.alder).empty());
    clocks.put_ahead(clocks.alder, hours(-6));
    clocks.world.node(1).open();
    clocks.pass(minutes(30));
    CHECK(cosigners(clocks.alder).size() == 1);
}

TEST_CASE("a log whose own clock is behind is witnessed again before names have to wait") {
    Clocks clocks(2644, {"investigation", "shelter"});
    TestNode& birch = clocks.world.node(1);
    clocks.put_ahead(birch, hours(3));
    clocks.work(hours(40), hours(1));
    CHECK(clocks.witnessed_before() >= hours(40));
    clocks.work(hours(12), hours(1));
    CHECK(clocks.witnessed_before() < hours(6));
}

}  // namespace leeward::test
