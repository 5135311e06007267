// Found by seed 134 of the universes: a house answered while its partner could not be reached, and the
// question's record was erased at the house before the answer had left. The answer waited under the key
// of that record and went with it: the house showed a no, the referrer a question, and nobody was told.
#include "tests/node/exchange/one_leg.h"

namespace leeward::test {

using std::chrono::hours;
using std::chrono::minutes;

TEST_CASE(
    "an answer reaches its partner although the record that it answers was erased meanwhile") {
    One o(1, "ROUTINE");
    o.harbor.close();
    o.lantern.must("leg.show", o.args());
    o.lantern.must("leg.decline", o.args("code", "DECLINE_NO_CAPACITY"));
    o.world.pass(hours(73));
    REQUIRE(o.lantern.count("SELECT count(*) FROM leg WHERE erased>0") == 1);
    REQUIRE(o.lantern.waiting() > 0);
    o.harbor.open();
    o.world.pass(minutes(10), minutes(1));
    o.both_show("DECLINED");
    CHECK(o.harbor.leg(o.leg()).text_at("reason") == "DECLINE_NO_CAPACITY");
    CHECK(o.lantern.waiting() == 0);
    CHECK(o.lantern.count("SELECT count(*) FROM leg WHERE erased>0") == 1);
}

}  // namespace leeward::test
