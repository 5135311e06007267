// Found by a review: a node that started with its clock years behind (an empty battery) drew everything back to that
// time. Once the clock was right, cases were erased whose time had not come, and drafts and questions had run out.
#include "tests/node/exchange/release_fixture.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr hours day{24};

// A start in another decade, or as far behind as that; then the clock is set right.
void start_behind(World& world, TestNode& node, hours by = day * 730) {
    TestClock behind = world.clock();
    behind.move(-by);
    node.close();
    node.use_clock(behind);
    node.open();
    node.step();
    node.close();
    node.use_clock(world.clock());
    node.open();
    world.pass(minutes(1), minutes(1));
}

// A case at this node, closed yesterday as its last need would have closed it; our own records are kept for ten
// days.
struct Closed {
    TestNode& node;
    std::string id;

    Closed(World& world, TestNode& at)
        : node(at),
          id(at.must(
                   "case.new",
                   Json::object({{"record", sample_record().dump()}, {"duplicate-check", "none"}}))
                 .text_at("id")) {
        node.must("retention.set", Json::object({{"days", 10}}));
        const auto yesterday = schema::unix_seconds(world.clock().now() - day);
        REQUIRE(node.home().store.write([&](node::Transaction& tx) -> Outcome {
            return tx.run(
                "UPDATE survivor_case SET state=1,since=? WHERE hex(id)=upper(?)", yesterday, id);
        }));
    }
    bool is_kept() {
        return node.count("SELECT state FROM survivor_case WHERE id=x'" + id + "'") == 1;
    }
    std::int64_t warnings() {
        return node.count(
            "SELECT coalesce(sum(repeats),0) FROM notice WHERE code='CASE_ERASED_SOON' AND "
            "subject=x'" +
            id + "'");
    }
};

// This node has a word of that partner, with its time.
void hear(World& world, TestNode& node, TestNode& partner) {
    const Asked asked = ask(world, node, {&partner});
    partner.must("leg.show", Json::object({{"id", asked.legs.front()}}));
    world.pump();
}

}  // namespace

TEST_CASE("a closed case outlives a start with a clock years behind, and ends with its warnings") {
    Papers p(2631);
    Closed closed(p.world, p.harbor);
    start_behind(p.world, p.harbor);
    REQUIRE(closed.is_kept());
    CHECK(closed.warnings() == 1);
    p.world.pass(day * 8 + hours(12), hours(6));
    CHECK(closed.is_kept());
    CHECK(closed.warnings() == 3);
    p.world.pass(day, hours(6));
    CHECK_FALSE(closed.is_kept());
}

TEST_CASE("a closed case outlives it at a node that has heard nobody for weeks") {
    World world(2632, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    world.node(1).close();
    world.pass(day * 35, hours(12));
    Closed closed(world, harbor);
    start_behind(world, harbor);
    CHECK(closed.is_kept());
}

TEST_CASE(
    "a closed case outlives a start days behind, though one of two partners was long silent") {
    World world(2634, {"investigation", "shelter", "shelter"});
    TestNode& harbor = world.node(0);
    hear(world, harbor, world.node(2));
    world.node(2).close();
    world.pass(day * 35, hours(12));
    hear(world, harbor, world.node(1));
    Closed closed(world, harbor);
    start_behind(world, harbor, day * 11);
    CHECK(closed.is_kept());
}

TEST_CASE("an emergency question does not run out by a start with the clock two days behind") {
    World world(2635, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    const Asked asked = ask(world, harbor, {&world.node(1)}, "PLACEMENT", "EMERGENCY");
    const auto state = [&] { return harbor.leg(asked.legs.front()).text_at("state"); };
    world.node(1).must("leg.show", Json::object({{"id", asked.legs.front()}}));
    world.pump();
    REQUIRE(state() == "SEEN");
    start_behind(world, harbor, day * 2);
    CHECK(state() == "SEEN");
    world.pass(hours(2), minutes(10));
    CHECK(state() == "LAPSED");
}

// Its receipts say no time: of what it had stored for an hour it had signed none.
TEST_CASE("a question does not run out by it though its house has said nothing but as a witness") {
    World world(2636, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    world.pass(hours(40));
    const Asked asked = ask(world, harbor, {&world.node(1)});
    const auto state = [&] { return harbor.leg(asked.legs.front()).text_at("state"); };
    const auto yesterday = schema::unix_seconds(world.clock().now() - hours(21));
    world.pass(hours(2), minutes(10));
    REQUIRE(harbor.count("SELECT count(*) FROM received WHERE at>" + std::to_string(yesterday)) ==
            0);
    REQUIRE(state() == "DELIVERED");
    start_behind(world, harbor, day * 2);
    CHECK(state() == "DELIVERED");
    world.pass(hours(23), hours(1));
    CHECK(state() == "LAPSED");
}

TEST_CASE("a draft and a question to a second person wait on after a start with a clock behind") {
    Papers p(2633);
    const std::string draft = p.draft();
    const std::string state = p.state(draft);
    const Json asked = p.harbor.must(
        "retention.postpone",
        Json::object({{"case", p.asked.case_id}, {"days", 90}, {"code", "POSTPONE_COMPLAINT"}}));
    REQUIRE(asked.bool_at("needs_second_person"));
    start_behind(p.world, p.harbor);
    CHECK(p.state(draft) == state);
    const Json open = p.harbor.must("approval.list");
    REQUIRE(open.array_at("approvals").size() == 1);
    CHECK(open.array_at("approvals").front().text_at("id") == asked.text_at("id"));
}

}  // namespace leeward::test
