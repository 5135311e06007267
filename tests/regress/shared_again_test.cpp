// Found by reading: what stood as given was never sent again, by itself or by hand, although the house had nothing.
// A house that was restored to before it came was told to ask for it again, and could not be answered. And what had
// not left when a bed was given back did not follow when she came all the same.
#include "tests/node/exchange/release_fixture.h"
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {

TEST_CASE("what a restored house has lost is shared again when a person sends it") {
    Pair p(990);
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    make_firm(p.world, p.harbor, p.juniper, asked, 0);
    const auto backup = back_up(p.juniper);
    const std::string release = sign_release(p.harbor, asked.case_id, p.juniper);
    p.world.pump();
    restore(p.juniper, backup, p.holders, p.world.random());
    p.meet_again();
    REQUIRE(is_told(p.juniper, "GRANT_LOST"));
    const std::string grant = only_grant(p.juniper);
    CHECK(p.juniper.refused("grant.open", open_with(grant)).code == Errc::not_found);
    const Json again = Json::object({{"release", release}});
    CHECK(p.harbor.must("grant.send", again).int_at("sent") == 1);
    CHECK(p.harbor.must("grant.send", again).int_at("sent") == 0);  // it is on its way
    p.world.pump();
    CHECK(only_grant(p.juniper) == grant);
    CHECK(p.juniper.must("grant.open", open_with(grant)).find("record") != nullptr);
    CHECK_FALSE(is_told(p.juniper, "GRANT_LOST"));
}

TEST_CASE("what had not left when a bed was given back follows when she comes all the same") {
    Papers p(991);
    p.lantern.close();
    p.active();
    p.harbor.must("leg.cancel",
                  Json::object({{"id", p.leg()}, {"code", "CANCEL_NO_LONGER_NEEDED"}}));
    p.lantern.open();
    p.lantern.must("leg.arrived", with_id(p.leg()));
    p.world.pass(std::chrono::hours(1));
    REQUIRE(p.harbor.state_of(p.leg()) == "ARRIVED");
    const std::string grant = only_grant(p.lantern);
    CHECK(p.lantern.must("grant.open", open_with(grant)).find("record") != nullptr);
    CHECK(p.harbor.must("audit.verify").bool_at("verified"));
}

}  // namespace leeward::test
