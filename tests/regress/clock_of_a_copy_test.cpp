// Found by seed 963 of the universes: a house whose clock stood a day ahead was asked, and restored from a copy of
// that day by the right clock. At its start, moments later, the question was dated back, to after the restore: nobody
// waited for the partner's word on it, and it was discarded under a number that "seen" had used before the loss.
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {

using std::chrono::hours;

TEST_CASE(
    "What a copy holds is older than its restore, though its clock was ahead of the restore's") {
    Pair p(963);
    TestClock ahead;
    ahead.move(hours(24));
    p.juniper.close();
    p.juniper.use_clock(ahead);
    p.juniper.open();
    const Asked asked = ask(p.world, p.harbor, {&p.juniper}, "PLACEMENT", "EMERGENCY");
    const std::string& leg = asked.legs[0];
    const auto backup = back_up(p.juniper);
    p.juniper.must("leg.show", id_arg(leg));
    p.world.pump();
    p.world.pass(hours(12));
    REQUIRE(p.harbor.state_of(leg) == "LAPSED");
    p.juniper.close();
    p.juniper.use_clock(p.world.clock());
    p.juniper.open();
    restore(p.juniper, backup, p.holders, p.world.random(), {}, [&] {
        p.world.clock().move(std::chrono::seconds(2));
    });
    p.juniper.must("leg.discard",
                   Json::object({{"id", leg}, {"code", "MISDIRECT_WRONG_RECIPIENT"}}));
    restore(p.harbor, back_up(p.harbor), p.holders, p.world.random());
    p.meet_again();
    CHECK(p.state(leg) == "MISDIRECTED");
}

}  // namespace leeward::test
