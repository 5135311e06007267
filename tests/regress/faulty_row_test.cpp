// Found by reading: one row that met a fault at its deadline, for a reason that nobody had thought of, kept every
// later row of its kind from its own. The reason here: the key of a case whose release is in force is gone.
#include "tests/node/exchange/release_fixture.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

// A second of the node that asks; whether something could not be met.
bool meets_fault(Papers& p) {
    p.world.clock().move(seconds(1));
    const auto work = p.harbor.engine().step(p.world.clock().ms());
    REQUIRE(work);
    return work->fault.has_value();
}

}  // namespace

TEST_CASE("a release that cannot be ended keeps no later one from its end") {
    Papers p(960);
    p.active();
    p.world.pass(hours(1));
    const Asked other = ask(p.world, p.harbor, {&p.juniper});
    make_firm(p.world, p.harbor, p.juniper, other, 0);
    const std::string later = sign_release(p.harbor, other.case_id, p.juniper);
    p.world.pump();
    p.lose_key_of_case();
    p.world.clock().move(hours(24 * 31));
    CHECK(meets_fault(p));
    CHECK(p.state(later) == "EXPIRED");
    CHECK(p.harbor.must("audit.verify").bool_at("verified"));
}

TEST_CASE("what met a fault is tried again once an hour, and not each second") {
    Papers p(961);
    p.active();
    p.lose_key_of_case();
    p.world.clock().move(hours(24 * 31));
    REQUIRE(meets_fault(p));
    int faults = 0;
    for (int i = 0; i < 60; ++i)
        faults += meets_fault(p) ? 1 : 0;
    CHECK(faults == 0);
    p.world.clock().move(hours(1));
    CHECK(meets_fault(p));
}

TEST_CASE("a question and a need that do not open any more keep no node from starting") {
    World world(962, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    (void)ask(world, harbor, {&world.node(1)});
    REQUIRE(harbor.home().store.write([](node::Transaction& tx) -> Outcome {
        LEEWARD_TRY(tx.run("UPDATE leg SET detail=zeroblob(80),since=since+86400"));
        return tx.run("UPDATE need SET sealed=zeroblob(80),since=since+86400");
    }));
    harbor.close();
    harbor.open();
    CHECK(harbor.count("SELECT count(*) FROM leg") == 1);
}

}  // namespace leeward::test
