// Found by reading: what was said of a leg whose record was erased could not be entered in the log, for its
// key was gone, and with it everything that had come in the same batch was taken back, again and again.
#include "tests/node/exchange/release_fixture.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

void arrive_and_leave(Papers& p) {
    const auto now = p.world.clock().seconds();
    p.harbor.must("leg.plan",
                  Json::object({{"id", p.leg()},
                                {"window-start", now + 3600},
                                {"window-end", now + 7200},
                                {"code-word", "lantern"}}));
    p.world.pump();
    for (const auto* step : {"leg.plan", "leg.arrived"}) {
        p.lantern.must(step, with_id(p.leg()));
        p.world.pump();
    }
    sign_return_path(p.lantern, p.leg(), "COARSE");
    p.world.pump();
    p.lantern.must("leg.ended", with_id(p.leg()));
    p.world.pump();
}

Json all_of(const Papers& p) {
    return Json::object({{"case", p.asked.case_id}, {"scope", "ALL"}});
}

}  // namespace

TEST_CASE("a withdrawal is heard by a house that has erased its record of her") {
    Papers p(910);
    arrive_and_leave(p);
    p.world.pass(hours(24 * 4));
    REQUIRE(p.lantern.count("SELECT count(*) FROM leg WHERE erased>0") == 1);
    p.harbor.must("release.withdraw", all_of(p));
    const Asked other = ask(p.world, p.harbor, {&p.lantern});  // in the same envelope
    CHECK(p.harbor.waiting() == 0);
    CHECK(p.lantern.state_of(other.legs.front()) == "DELIVERED");
    CHECK(p.lantern.must("release.list").array_at("releases").front().text_at("state") ==
          "WITHDRAWN");
    CHECK(p.lantern.must("audit.verify").bool_at("verified"));
}

TEST_CASE("a withdrawal is heard by a referrer who has erased the case") {
    Papers p(911);
    arrive_and_leave(p);
    REQUIRE(
        p.harbor.home().store.write([&](node::Transaction& tx) {  // as its last need would close it
            return tx.run("UPDATE survivor_case SET state=1,since=?", p.world.clock().seconds());
        }));
    p.harbor.must("retention.set", Json::object({{"days", 1}}));
    p.world.pass(hours(24 * 30), hours(6));
    REQUIRE(p.harbor.count("SELECT max(state) FROM survivor_case") == 2);
    p.lantern.must("release.withdraw", Json::object({{"leg", p.leg()}, {"scope", "ALL"}}));
    p.world.pump();
    CHECK(p.lantern.waiting() == 0);
    CHECK(p.harbor.must("audit.verify").bool_at("verified"));
}

}  // namespace leeward::test
