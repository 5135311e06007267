// Found by a review: a head that was published while the clock stood a year ahead was taken for the newest until that
// date. Witnesses were asked for it alone, so after three days partners took no name from a sound log any more; and once
// the date had come, an auditor saw a log that had shrunk.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "node/audit/period.h"
#include "node/audit/published.h"
#include "tests/support/real_bundles.h"

namespace leeward::test {
namespace {

using node::Transaction;
using std::chrono::hours;
using Sizes = std::vector<std::uint64_t>;

constexpr hours year{24 * 365};

struct FourLogs {
    World world;
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);

    explicit FourLogs(std::uint64_t seed)
        : world(seed, {"investigation", "shelter", "counselling", "shelter"}) {
        world.pass(hours(3));
    }
    void live_by(TestClock& clock) {
        alder.close();
        alder.use_clock(clock);
        alder.open();
    }
    // As the node does on the hour, by a clock that is so far ahead.
    void publish_ahead(hours by) {
        REQUIRE(alder.home().store.write([&](Transaction& tx) {
            return alder.desk().log.publish(tx, world.clock().now() + by);
        }));
    }
    std::uint64_t newest() {
        const auto head =
            alder.home().store.peek([](Transaction& tx) { return node::newest_published(tx); });
        REQUIRE(head);
        REQUIRE(*head);
        return (*head)->size;
    }
    node::Period period(schema::Time from, schema::Time until) {
        auto found = alder.home().store.peek(
            [&](Transaction& tx) { return node::find_period(tx, from, until); });
        REQUIRE(found);
        return *found;
    }
    Sizes sizes(const node::Period& period) {
        Sizes out;
        for (const auto& note : period.heads)
            out.push_back(crypto::open_checkpoint(note, alder.desk().log.vkey())
                              .value()
                              .checkpoint.size.get());
        return out;
    }
    std::string alder_as_birch_sees_it() {
        const Json status = birch.must("witness.status");
        for (const auto& one : status.array_at("partners"))
            if (one.text_at("organisation") == alder.name()) return one.text_at("state");
        return "";
    }
};

}  // namespace

TEST_CASE("a log is witnessed as ever once a clock that was a year ahead is right again") {
    FourLogs f(2601);
    TestClock ahead = f.world.clock();
    ahead.move(year);
    f.live_by(ahead);
    f.world.pass(hours(1));
    f.live_by(f.world.clock());
    f.world.pass(hours(80));
    CHECK(f.alder_as_birch_sees_it() == "in order");
    const Asked asked = ask(f.world, f.alder, {&f.birch});
    make_firm(f.world, f.alder, f.birch, asked, 0);
    sign_release(f.alder, asked.case_id, f.birch);
    f.world.pump();
    const Json list = f.birch.must("grant.list", Json::object({{"all", true}}));
    REQUIRE(list.array_at("grants").size() == 1);
    CHECK(list.array_at("grants").front().text_at("state") == "OPENABLE");
}

TEST_CASE("a period holds its heads from the smallest to the largest, whatever hours they are of") {
    FourLogs f(2602);
    f.publish_ahead(year);
    const auto ahead = f.newest();
    f.alder.must("audit.leaves");  // is entered in the log
    f.world.pass(hours(3));
    const auto now = f.world.clock().now();
    REQUIRE(f.newest() > ahead);
    CHECK(f.newest() == f.period({}, now).size);
    const auto whole = f.period({}, now + 2 * year);
    const Sizes all = f.sizes(whole);
    CHECK(std::is_sorted(all.begin(), all.end()));
    CHECK(whole.size == f.newest());
    const auto later = f.period(now, now + 2 * year);
    CHECK(later.first == f.newest());
    for (const auto size : f.sizes(later))
        CHECK(size == f.newest());
}

TEST_CASE("an hour that a clock ahead has seen gets a head of its own when it comes") {
    FourLogs f(2603);
    f.publish_ahead(hours(5));
    f.world.pass(hours(4));
    const auto before = f.alder.desk().log.size();
    f.alder.must("audit.leaves");  // is entered in the log
    f.world.pass(hours(1));
    CHECK(f.newest() > before);
}

TEST_CASE("an auditor finds a log in order that has published an hour ahead and slept through it") {
    FourLogs f(2604);
    f.publish_ahead(hours(30));
    f.world.pass(hours(3));
    f.alder.close();
    f.world.pass(hours(40));
    f.alder.open();
    f.world.pass(hours(3));
    const std::vector<schema::Bundle> bundles{bundle_of(f.alder)};
    CHECK(told(schema::check(bundles, trust_in(f.world))) == std::vector<std::string>{});
}

}  // namespace leeward::test
