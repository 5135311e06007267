// Found by reading: a house's word that she had withdrawn came to a restored node before the house had named the
// question that it is about. It was refused as unreadable and never came again: nobody was called, and other
// partners went on reading.
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {

using std::chrono::hours;
using std::chrono::minutes;

TEST_CASE(
    "a withdrawal heard at a house waits until a restored referrer knows its question again") {
    Pair p(971);
    const auto backup = back_up(p.harbor);
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    p.disclosed(asked);
    p.juniper.must("release.withdraw", Json::object({{"leg", asked.legs[0]}, {"scope", "ALL"}}));
    restore(p.harbor, backup, p.holders, p.world.random());
    pair_up(p.harbor, p.juniper);
    p.world.pass(minutes(30), minutes(10));  // the question is named once words are compared
    CHECK_FALSE(is_told(p.juniper, "REFUSED_SCHEMA"));
    compare_words(p.harbor, p.juniper);
    compare_words(p.juniper, p.harbor);
    p.world.pass(hours(1), minutes(10));
    CHECK(is_told(p.harbor, "WITHDRAWAL_HEARD"));
    CHECK_FALSE(is_told(p.juniper, "REFUSED_SCHEMA"));
    CHECK(p.juniper.waiting() == 0);
}

}  // namespace leeward::test
