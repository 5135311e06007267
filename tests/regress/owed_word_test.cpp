// Found by seed 6887 of the universes: a house was restored and waited for a referrer's word on what it no longer
// knew; before they had met again the referrer, who knew of that, was restored as well. The copy forgot that
// the word was owed: the house waited on, and never learnt of the question.
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {
namespace {

// Both know of the restore by the house's new card; no words are compared yet.
void exchange_cards(Pair& p) {
    pair_up(p.harbor, p.juniper);
    p.world.pump();
}

}  // namespace

TEST_CASE("a word that is owed to a restored partner is owed after a restore of one's own") {
    Pair p(6887);
    const auto before_the_question = back_up(p.juniper);
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    restore(p.juniper, before_the_question, p.holders, p.world.random());
    exchange_cards(p);
    restore(p.harbor, back_up(p.harbor), p.holders, p.world.random());
    p.meet_again();
    CHECK(p.state(asked.legs[0]) == "DELIVERED");
}

TEST_CASE(
    "a word to a restored partner that was not received before a restore of one's own is said "
    "again") {
    Pair p(6888);
    const auto before_the_question = back_up(p.juniper);
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    restore(p.juniper, before_the_question, p.holders, p.world.random());
    pair_up(p.harbor, p.juniper);
    compare_words(p.juniper, p.harbor);
    compare_words(p.harbor, p.juniper);  // it is said now, and waits
    restore(p.harbor, back_up(p.harbor), p.holders, p.world.random());
    p.meet_again();
    CHECK(p.state(asked.legs[0]) == "DELIVERED");
}

}  // namespace leeward::test
