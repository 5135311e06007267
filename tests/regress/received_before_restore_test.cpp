// Found by seed 4531 of the universes: a message that had been received before a restore came again after it in two
// envelopes, taken together. Each put a receipt into the new log: as if it had taken effect twice.
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {

TEST_CASE("what was received before a restore and comes again twice has one entry in the new log") {
    Pair p(4531);
    bool is_lost = true;
    p.juniper.watch([&](const node::TransportPublicKey&, const node::Frame&) { return !is_lost; });
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});  // its receipt is lost
    REQUIRE(p.juniper.state_of(asked.legs[0]) == "DELIVERED");
    restore(p.juniper, back_up(p.juniper), p.holders, p.world.random());
    pair_up(p.harbor, p.juniper);
    compare_words(p.harbor, p.juniper);
    compare_words(p.juniper, p.harbor);
    for (int attempt = 0; attempt < 3; ++attempt) {
        p.harbor.step();
        p.world.network().step();
        p.world.clock().move(std::chrono::minutes(8));
    }
    p.juniper.step();
    is_lost = false;
    p.world.pump();
    constexpr auto entered_twice =
        "SELECT count(*) FROM (SELECT 1 FROM leaf WHERE length(rec)>4 GROUP BY xref HAVING "
        "count(*)>1)";
    CHECK(p.juniper.count(entered_twice) == 0);
    CHECK(p.harbor.waiting() == 0);
    CHECK(p.state(asked.legs[0]) == "DELIVERED");
}

}  // namespace leeward::test
