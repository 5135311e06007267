// What somebody sees who has a log's files and no openings: entries that are all alike.
//
// The log is a real one, with every kind of entry that the program writes. A kind is told from another
// only by its opening: by size, prefix, repetition, bit counts and order nothing is.
#include <array>
#include <cmath>
#include <map>
#include <set>

#include <catch2/catch_test_macros.hpp>

#include "node/audit/audit_log.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using node::Transaction;
using schema::EventKind;

struct SeenLeaf {
    EventKind kind{};  // from the opening: what must not show
    schema::LeafData data{};
};

std::vector<SeenLeaf> leaves_of(TestNode& node) {
    std::vector<SeenLeaf> out;
    REQUIRE(node.home().store.write([&](Transaction& tx) -> Outcome {
        for (std::uint64_t i = 0; i < node.desk().log.size(); ++i) {
            LEEWARD_ASSIGN(const auto entry, node.desk().log.entry(tx, i));
            out.push_back({schema::decode_audit_record(entry.rec)->kind, entry.data()});
        }
        return Done{};
    }));
    return out;
}

// A house that is asked, answers, is withdrawn from, erases, and is looked at; a day of it.
void live_a_day(World& world) {
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    for (int i = 0; i < 4; ++i) {
        const Asked asked = ask(world, alder, {&birch});
        make_firm(world, alder, birch, asked, 0);
        const std::string release = sign_release(alder, asked.case_id, birch);
        world.pump();
        alder.must("case.show",
                   Json::object({{"id", asked.case_id}, {"purpose", "PURPOSE_PLACEMENT"}}));
        alder.must("need.withdraw",
                   Json::object({{"id", asked.need},
                                 {"reason", "WITHDRAW_PREFERS_NOT_TO_SAY"},
                                 {"read-back", true}}));
        world.pass(std::chrono::hours(6));
    }
}

// An inquiry that lapses before it ever left: the log closes it with ABANDONED.
void lapse_one(World& world) {
    TestNode& alder = world.node(0);
    world.network().partition({{world.node(0).link(), 1}, {world.node(1).link(), 2}});
    ask(world, alder, {&world.node(1)});
    world.pass(std::chrono::hours(72));
    world.network().heal();
    world.pass(std::chrono::hours(1));
}

std::size_t ones(BytesView bytes) {
    std::size_t count = 0;
    for (const Byte b : bytes)
        count += static_cast<std::size_t>(__builtin_popcount(b));
    return count;
}

}  // namespace

TEST_CASE("Entries of different kinds cannot be told apart without their openings") {
    World world(41, {"investigation", "shelter"});
    live_a_day(world);
    lapse_one(world);
    world.pass(std::chrono::hours(24));
    const auto leaves = leaves_of(world.node(0));
    std::map<EventKind, std::vector<const SeenLeaf*>> by_kind;
    for (const auto& leaf : leaves)
        by_kind[leaf.kind].push_back(&leaf);
    for (const auto kind : {EventKind::PAD,
                            EventKind::ACT,
                            EventKind::SEND,
                            EventKind::RECEIPT,
                            EventKind::VIEW,
                            EventKind::ABANDONED,
                            EventKind::STARTED}) {
        INFO(schema::name(kind));
        REQUIRE_FALSE(by_kind[kind].empty());
    }

    // Nothing stands twice in one log: not a commitment, and not an xref, which would tie what was
    // called back to what called it back.
    std::set<Bytes> seen;
    for (const auto& leaf : leaves) {
        CHECK(as_text(BytesView(leaf.data).first<16>()) ==
              std::string_view("leeward-leaf/1\0\0", 16));
        for (const auto part :
             {BytesView(leaf.data).subspan(16, 32), BytesView(leaf.data).subspan(48)})
            CHECK(seen.insert(to_bytes(part)).second);
    }

    // Of 64 hidden bytes half of the bits are set, whatever the kind: within five standard deviations.
    for (const auto& [kind, all] : by_kind) {
        std::size_t set = 0;
        for (const auto* leaf : all)
            set += ones(BytesView(leaf->data).subspan(16));
        const double bits = 512.0 * static_cast<double>(all.size());
        INFO(schema::name(kind) << ": " << set << " of " << bits);
        CHECK(std::abs(static_cast<double>(set) - bits / 2) < 5 * std::sqrt(bits) / 2);
    }
}

TEST_CASE("When heads are published, and their sizes, do not say how much was done") {
    World quiet(42, {"investigation", "shelter"});
    World busy(42, {"investigation", "shelter"});
    live_a_day(busy);
    quiet.pass(std::chrono::hours(24));
    const auto heads = [](World& world) {
        std::vector<std::pair<std::int64_t, std::int64_t>> out;
        auto rows =
            world.node(0).home().store.query("SELECT hour,size FROM published_head ORDER BY hour");
        while (rows.next())
            out.emplace_back(rows.integer(0), rows.integer(1));
        return out;
    };
    for (World* world : {&quiet, &busy}) {
        const auto all = heads(*world);
        REQUIRE(all.size() >= 24);
        for (std::size_t i = 0; i < all.size(); ++i) {
            CHECK(all[i].second % 16 == 0);
            if (i > 0) CHECK(all[i].first == all[i - 1].first + 1);  // every hour, idle or not
        }
    }
    // An hour in which nothing is done grows as an hour may in which something is.
    std::set<std::int64_t> idle;
    std::set<std::int64_t> worked;
    for (auto [world, steps] : {std::pair(&quiet, &idle), std::pair(&busy, &worked)}) {
        const auto all = heads(*world);
        for (std::size_t i = 1; i < all.size(); ++i)
            steps->insert(all[i].second - all[i - 1].second);
    }
    CHECK(idle.size() >= 3);
    std::size_t shared = 0;
    for (const auto step : worked)
        shared += idle.count(step);
    CHECK(shared > 0);
}

TEST_CASE(
    "An opening says nothing finer than a quarter of an hour, and of a deadline only its band") {
    World world(43, {"investigation", "shelter"});
    world.clock().move(std::chrono::seconds(437));
    live_a_day(world);
    REQUIRE(world.node(0).home().store.write([&](Transaction& tx) -> Outcome {
        node::AuditLog& log = world.node(0).desk().log;
        for (std::uint64_t i = 0; i < log.size(); ++i) {
            LEEWARD_ASSIGN(const auto entry, log.entry(tx, i));
            const auto record = schema::decode_audit_record(entry.rec);
            REQUIRE(record);
            CHECK(schema::encode(*record) == entry.rec);  // no byte that the layout does not name
            CHECK(static_cast<int>(record->band) <= 3);
            if (record->kind != EventKind::STARTED) CHECK(record->quarter > 1'900'000);
        }
        return Done{};
    }));
}

}  // namespace leeward::test
