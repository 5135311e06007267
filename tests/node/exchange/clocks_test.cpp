// Papers between machines whose clocks differ by days.
#include "release_fixture.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using States = std::vector<std::string>;

// A node's own clock, three days ahead of everybody's.
void set_ahead(TestNode& node, TestClock& fast) {
    fast.move(std::chrono::milliseconds(hours(72)));
    node.close();
    node.use_clock(fast);
    node.open();
}

std::int64_t end_of(TestNode& node) {
    return node.must("grant.list").array_at("grants").front().int_at("expires");
}

bool warns_of_clock(TestNode& node) {
    const Json doctor = node.must("node.doctor");
    for (const auto& line : doctor.array_at("checks"))
        if (line.text_at("check") == "clock") return line.text_at("light") == "amber";
    return false;
}

}  // namespace

TEST_CASE("What a referrer with a clock three days ahead shares ends when it said, not later") {
    Papers p(660);
    TestClock fast;
    set_ahead(p.harbor, fast);
    p.active();
    const auto now = p.world.clock().seconds();
    CHECK(p.grants(p.lantern) == States{"OPENABLE"});
    CHECK(std::abs(end_of(p.lantern) - (now + 30 * 86'400)) <= 60);
    CHECK(std::abs(end_of(p.harbor) - (now + 33 * 86'400)) <= 3'600);
}

TEST_CASE("A partner's clock that is ahead of ours is shown to whoever looks after the node") {
    Papers p(661);
    CHECK_FALSE(warns_of_clock(p.lantern));
    TestClock fast;
    set_ahead(p.harbor, fast);
    p.active();
    CHECK(warns_of_clock(p.lantern));
    CHECK_FALSE(warns_of_clock(p.harbor));
}

TEST_CASE(
    "A clock three days ahead at the one who reads closes early, never late, and loses no key") {
    Papers p(662);
    p.active();
    TestClock fast;
    set_ahead(p.lantern, fast);
    p.world.pass(hours(24), hours(6));
    CHECK(p.grants(p.lantern) == States{"OPENABLE"});
    p.lantern.close();
    p.lantern.use_clock(p.world.clock());
    p.lantern.open();
    p.world.pump();
    CHECK(p.lantern.must("grant.open", open_with(only_grant(p.lantern))).find("record") != nullptr);
    CHECK(p.lantern.state_of(p.leg()) == "ACCEPTED");
}

}  // namespace leeward::test
