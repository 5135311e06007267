// An offer that lapsed and was asked for once more could not be offered again: the node took it for a
// late answer to a question that had ended (W6), which the table refuses from SEEN.
#include "tests/node/exchange/one_leg.h"

namespace leeward::test {

using std::chrono::hours;
using std::chrono::minutes;

TEST_CASE("a bed that is asked for once more after its hold ran out can be offered again") {
    One o(1);
    offer(o.world, o.lantern, o.leg());
    o.world.pass(hours(25), minutes(30));
    o.both_show("LAPSED");
    o.does(o.harbor, "leg.ask-again", o.args());
    o.both_show("SEEN");
    o.does(o.lantern, "leg.offer", o.args());
    o.both_show("OFFERED");
    CHECK(o.need() == "OPTIONS");
}

TEST_CASE("a choice that outlived its hold is a question again, and can be answered with a bed") {
    One o(2);
    o.lantern.must("leg.show", o.args());
    o.lantern.must("leg.offer", o.args("hold-minutes", 60));
    o.world.pump();
    o.world.pass(minutes(50), minutes(10));
    choose(o.world, o.harbor, o.asked.need, o.leg());
    o.world.pass(hours(5), minutes(15));
    o.both_show("SEEN");
    o.does(o.lantern, "leg.offer", o.args());
    o.both_show("OFFERED");
}

}  // namespace leeward::test
