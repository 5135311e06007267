// Found by reading: cases past their time that must stay, and arrivals whose handoff set another way still needs,
// were looked at oldest first, so many at a time; with that many of them no later one had its turn.
#include "tests/node/exchange/release_fixture.h"

namespace leeward::test {
namespace {

using schema::LegState;
using std::chrono::hours;
using std::chrono::seconds;

constexpr int looked_at_once = 200;  // cases; of arrivals fewer

std::string new_case(TestNode& node) {
    return node
        .must("case.new",
              Json::object({{"record", sample_record().dump()}, {"duplicate-check", "none"}}))
        .text_at("id");
}

// All of them, and `last` a second later.
void close_cases(TestNode& node, const std::string& last, std::int64_t at) {
    REQUIRE(node.home().store.write([&](node::Transaction& tx) -> Outcome {
        LEEWARD_TRY(tx.run("UPDATE leg SET shown=24,timer=0"));
        LEEWARD_TRY(tx.run("UPDATE survivor_case SET state=1,since=?", at));
        return tx.run("UPDATE survivor_case SET since=? WHERE hex(id)=upper(?)", at + 1, last);
    }));
}

// Many arrivals of a survivor who is on another way, by `leg`, and a second later the one by `last`.
void arrive(TestNode& node, const std::string& leg, const std::string& last, std::int64_t at) {
    REQUIRE(node.home().store.write([&](node::Transaction& tx) -> Outcome {
        LEEWARD_TRY(tx.run("UPDATE leg SET shown=?,since=?,timer=0", LegState::ARRIVED, at));
        LEEWARD_TRY(tx.run(
            "CREATE TEMP TABLE arrived AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 "
            "FROM n WHERE i<200) SELECT leg.* FROM leg,n WHERE hex(id)=upper(?)",
            leg));
        LEEWARD_TRY(tx.run("UPDATE arrived SET id=randomblob(16)"));
        LEEWARD_TRY(tx.run("INSERT INTO leg SELECT * FROM arrived"));
        LEEWARD_TRY(
            tx.run("UPDATE leg SET shown=? WHERE hex(id)=upper(?)", LegState::IN_TRANSIT, leg));
        return tx.run("UPDATE leg SET since=? WHERE hex(id)=upper(?)", at + 1, last);
    }));
}

void work(Papers& p) {
    for (int i = 0; i < 5; ++i) {
        p.world.clock().move(seconds(1));
        REQUIRE(p.harbor.engine().step(p.world.clock().ms()));
    }
}

}  // namespace

TEST_CASE("a case whose time is over is erased though more cases than are looked at must stay") {
    Papers p(980);
    std::vector<std::string> held{p.asked.case_id};
    while (held.size() < looked_at_once + 5)
        held.push_back(new_case(p.harbor));
    const std::string last = new_case(p.harbor);
    for (const auto& id : held)
        p.harbor.must("retention.hold", Json::object({{"case", id}, {"code", "HOLD_COURT"}}));
    close_cases(p.harbor, last, p.world.clock().seconds());
    p.harbor.must("retention.set", Json::object({{"days", 1}}));
    p.world.clock().move(hours(26));
    work(p);
    CHECK(p.harbor.must("case.show", with_id(last)).text_at("state") == "ERASED");
    CHECK(p.harbor.count("SELECT count(*) FROM survivor_case WHERE state=2") == 1);
}

TEST_CASE("a handoff set goes after a day though more of them than are looked at are needed") {
    Papers p(981);
    const Asked other = ask(p.world, p.harbor, {&p.juniper});
    arrive(p.harbor, p.leg(), other.legs.front(), p.world.clock().seconds());
    p.world.clock().move(hours(25));
    work(p);
    CHECK(p.harbor.count("SELECT count(*) FROM leg WHERE handoff_cleared=1") == 1);
    CHECK(p.harbor.count("SELECT count(*) FROM leg WHERE handoff_cleared=1 AND hex(id)=upper('" +
                         other.legs.front() + "')") == 1);
}

}  // namespace leeward::test
