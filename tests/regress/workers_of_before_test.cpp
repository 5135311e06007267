// Found by seed 263 of the universes: the log that begins with a restore had brought no worker in. Nobody's acts were
// held to a key from there on, until a second person's word was taken for the first worker's, and "audit
// verify" called every act after it forged.
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {
namespace {

void decline_with_a_second_person(TestNode& house, const std::string& leg) {
    house.must("leg.show", id_arg(leg));
    house.must("leg.decline", id_arg(leg).set("code", "DECLINE_OTHER_REVIEWED"));
    house.must("leg.review",
               id_arg(leg)
                   .set("code", "REVIEW_RETURNED")
                   .set("by-phone", "the supervisor")
                   .set("number", "555-0100"));
}

}  // namespace

TEST_CASE("after a restore the acts of those who worked before verify") {
    Pair p(263);
    restore(p.juniper, back_up(p.juniper), p.holders, p.world.random());
    p.meet_again();
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    decline_with_a_second_person(p.juniper, asked.legs[0]);
    CHECK(p.juniper.must("audit.verify").bool_at("verified"));
}

TEST_CASE("after a restore an act that nobody signed is found") {
    Pair p(264);
    restore(p.juniper, back_up(p.juniper), p.holders, p.world.random());
    p.meet_again();
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    p.juniper.must("leg.show", id_arg(asked.legs[0]));
    REQUIRE(p.juniper.home().store.write([](node::Transaction& tx) -> Outcome {
        return tx.run("DELETE FROM signed_act WHERE leaf=(SELECT max(leaf) FROM signed_act)");
    }));
    CHECK(p.juniper.refused("audit.verify").code == Errc::corrupt);
}

}  // namespace leeward::test
