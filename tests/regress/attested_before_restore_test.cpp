// Found by seed 571 of the universes: a referrer was restored from a copy older than its partner's attestation. The
// partner said so again, and what ties the referrer's log to the grant stayed for another hour, with the
// call for an overdue erasure.
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {

TEST_CASE("what was attested before a restore is over once the partner has said so again") {
    Pair p(571);
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    const std::string release = p.disclosed(asked);
    const auto backup = back_up(p.harbor);
    p.harbor.must("release.withdraw", id_arg(release));
    p.world.pump();
    (void)p.juniper.call("grant.erase", id_arg(only_grant(p.juniper)));
    p.world.pump();
    REQUIRE(p.harbor.home().keyring.names("grant/").empty());

    restore(p.harbor, backup, p.holders, p.world.random());
    REQUIRE_FALSE(p.harbor.home().keyring.names("grant/").empty());
    p.meet_again();
    CHECK(p.harbor.home().keyring.names("grant/").empty());
}

}  // namespace leeward::test
