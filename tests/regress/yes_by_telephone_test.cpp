// Found by seed 1087 of the universes: a referrer wrote down a yes by telephone, the house's node had not heard of
// the question yet, and the referrer was restored from a copy that had both. The bed stood, the house's node
// never learnt of it, and nobody was told.
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {
namespace {

// Harbor has a yes of a house whose node is off, and is restored from a copy that knows of it.
Asked yes_in_the_copy(Pair& p) {
    p.juniper.close();
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    p.harbor.must("leg.phone-accepted",
                  id_arg(asked.legs[0]).set("person", "night worker").set("number", "555-0100"));
    restore(p.harbor, back_up(p.harbor), p.holders, p.world.random());
    p.juniper.open();
    p.meet_again();
    return asked;
}

}  // namespace

TEST_CASE("a yes by telephone that never came is said again after a restore, and people are told") {
    Pair p(1087);
    const Asked asked = yes_in_the_copy(p);
    CHECK(p.state(asked.legs[0]) == "PHONE_ACCEPTED");
    CHECK(is_told(p.harbor, "YES_NOT_THERE"));
    p.juniper.must("leg.confirm", id_arg(asked.legs[0]));
    p.world.pump();
    CHECK(p.state(asked.legs[0]) == "ACCEPTED");
}

}  // namespace leeward::test
