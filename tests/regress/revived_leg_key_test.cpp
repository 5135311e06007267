// Found by seed 3918 of the universes: two words came in one frame for a leg that had lapsed and was erased, a choice and
// then a yes by telephone. The choice had the key of the erased leg destroyed at the commit, the yes had made
// the leg live again under that key: what was said in it was lost.
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {

TEST_CASE("a yes by telephone keeps the key of the leg that it makes live again") {
    Pair p(3918);
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    const std::string& leg = asked.legs[0];
    offer(p.world, p.juniper, leg);
    p.harbor.watch([](const node::TransportPublicKey&, const node::Frame&) { return false; });
    choose(p.world, p.harbor, asked.need, leg);  // it waits
    TestClock ahead;
    ahead.move(std::chrono::hours(24 * 200));
    p.juniper.close();
    p.juniper.use_clock(ahead);
    p.juniper.open();
    for (int time = 0; time < 3; ++time) {
        ahead.move(std::chrono::hours(24 * 200));
        p.juniper.step();
    }
    REQUIRE(p.juniper.count("SELECT count(*) FROM leg WHERE erased!=0") == 1);
    p.juniper.close();
    p.juniper.use_clock(p.world.clock());
    p.juniper.open();
    p.harbor.must("leg.phone-accepted",
                  id_arg(leg).set("person", "night worker").set("number", "555-0100"));
    p.harbor.close();
    p.harbor.watch({});
    p.harbor.open();  // a start tries everything at once
    p.world.pump();
    REQUIRE(p.juniper.count("SELECT count(*) FROM leg WHERE erased=0") == 1);
    CHECK(p.juniper.home().keyring.contains("leg/" + leg));
}

}  // namespace leeward::test
