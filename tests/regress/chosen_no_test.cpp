// Found by a review: the place that was chosen said no and why, and the referrer, which opens the question again by
// itself then, wiped the reason at both. Nobody saw it, it was not counted, and a need for which no bed was free was
// said to fit no programme.
#include "tests/node/exchange/one_leg.h"

namespace leeward::test {

TEST_CASE("why a place that was chosen says no is shown at both, and is counted") {
    One o(2720);
    offer(o.world, o.lantern, o.leg());
    choose(o.world, o.harbor, o.asked.need, o.leg());
    o.does(o.lantern, "leg.decline", o.args("code", "VACANCY_GONE"));
    o.both_show("DECLINED");
    REQUIRE(o.harbor.leg(o.leg()).text_at("ask") == "OPEN");
    for (TestNode* node : {&o.harbor, &o.lantern})
        CHECK(node->leg(o.leg()).text_at("reason") == "VACANCY_GONE");
    CHECK(o.harbor.count("SELECT count(*) FROM leg_answer WHERE reason='VACANCY_GONE'") == 1);
    const Json need = o.harbor.must("need.show", Json::object({{"id", o.asked.need}}));
    CHECK(need.text_at("outcome") == "UNMET_NO_CAPACITY_ANYWHERE");
}

TEST_CASE("that reason goes with the no, once a bed is offered after all") {
    One o(2721);
    offer(o.world, o.lantern, o.leg());
    choose(o.world, o.harbor, o.asked.need, o.leg());
    o.does(o.lantern, "leg.decline", o.args("code", "VACANCY_GONE"));
    o.does(o.lantern, "leg.offer", o.args());
    o.both_show("OFFERED");
    for (TestNode* node : {&o.harbor, &o.lantern})
        CHECK(node->leg(o.leg()).text_at("reason").empty());
}

}  // namespace leeward::test
