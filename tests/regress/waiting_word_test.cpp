// Found by seed 355 of the universes: a house was restored from a copy that did not know a question yet. A
// later word about it was still on its way and came before the partner had said how all stood. The house
// answered it anew, under a number that it had used before: each side showed another end.
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {

using std::chrono::hours;

TEST_CASE("a restored house answers no word of a partner that has not yet said how all stands") {
    Pair p(355);
    const auto backup = back_up(p.juniper);
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    const std::string& leg = asked.legs[0];
    p.juniper.must("leg.discard", Json::object({{"id", leg}, {"code", "MISDIRECT_NOT_OURS"}}));
    p.world.pump();
    REQUIRE(p.harbor.state_of(leg) == "MISDIRECTED");
    p.harbor.close();
    p.world.pass(hours(24 * 8), hours(6));  // nobody settles it
    restore(p.juniper, backup, p.holders, p.world.random());
    p.harbor.open();
    pair_up(p.harbor, p.juniper);
    p.world.pump();  // the word about that comes; how all stands is said once words are compared
    REQUIRE(p.juniper.count("SELECT count(*) FROM leg") == 1);
    compare_words(p.harbor, p.juniper);
    compare_words(p.juniper, p.harbor);
    p.world.pass(hours(2));
    const std::string_view registers =
        "SELECT ask*1000000+ask_counter*10000+answer*100+answer_counter FROM leg";
    CHECK(p.juniper.count(registers) == p.harbor.count(registers));
    CHECK(p.harbor.state_of(leg) == "DISCARDED");
}

}  // namespace leeward::test
