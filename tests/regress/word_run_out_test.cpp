// Found by seed 2100 of the universes: all clocks stood two years ahead for a while, and an answer ran out in
// its sender's outbox. Nothing was said in its place: the house showed its answer, the referrer the
// question, for good.
#include "tests/node/exchange/one_leg.h"

namespace leeward::test {

TEST_CASE("a bed that was promised stands promised when the message that said so has run out") {
    One o(2100);
    offer(o.world, o.lantern, o.leg());
    choose(o.world, o.harbor, o.asked.need, o.leg());
    o.lantern.watch(
        [](const auto&, const node::Frame&) { return false; });  // it hears, and is not heard
    o.lantern.must("leg.confirm", o.args());
    o.world.pass(std::chrono::hours(24), std::chrono::minutes(30));
    REQUIRE(o.lantern.state_of(o.leg()) == "LATE_OFFER");
    o.world.clock().move(std::chrono::hours(61 * 24));
    o.lantern.watch({});
    o.world.pass(std::chrono::minutes(10), std::chrono::minutes(1));
    const std::string_view answered = "SELECT answer*1000+answer_counter FROM leg";
    CHECK(o.harbor.count(answered) == o.lantern.count(answered));
    o.both_show("LAPSED");
}

}  // namespace leeward::test
