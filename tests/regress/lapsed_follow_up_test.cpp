// Found by a review: once she had ended the return path, the follow-up that somebody had been called to before was still
// demanded every three working days, and the next ones never came.
#include "tests/node/exchange/one_leg.h"

namespace leeward::test {

using std::chrono::hours;

TEST_CASE("a follow-up that was due lapses once she has ended the return path, and says why") {
    constexpr hours day{24};
    One o(2631);
    o.firm();
    o.plan();
    o.depart();
    o.does(o.lantern, "leg.arrived", o.args());
    const std::string path = sign_return_path(o.lantern, o.leg(), "COARSE");
    o.world.pump();
    o.world.pass(day * 8, hours(12));
    REQUIRE(holds(o.harbor.notices(), "FOLLOW_UP_DUE"));
    o.does(o.lantern, "release.withdraw", Json::object({{"id", path}}));
    o.world.pass(day * 5, hours(12));
    const auto notices = o.harbor.notices();
    CHECK(holds(notices, "FOLLOW_UP_NO_AUTHORITY"));
    CHECK_FALSE(holds(notices, "FOLLOW_UP_DUE"));
    CHECK_FALSE(holds(notices, "FOLLOW_UP_OVERDUE"));
    const Json need = o.harbor.must("need.show", Json::object({{"id", o.asked.need}}));
    CHECK(need.find("follow_up")->int_at("done") == 1);
    CHECK(need.text_at("state") == "FOLLOW_UP");
}

}  // namespace leeward::test
