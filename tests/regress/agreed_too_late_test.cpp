// Found by a review: a second person said yes when whoever had asked no longer could, nothing was done, and nobody
// was told: the page said "Saved here". The page's part is in tests/node/console/page_test.mjs.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/seat.h"

namespace leeward::test {

TEST_CASE("people are told when a yes came too late for whoever had asked") {
    World world(953, {"investigation", "shelter"});
    TestNode& juniper = world.node(1);
    const Asked asked = ask(world, world.node(0), {&juniper});
    make_firm(world, world.node(0), juniper, asked, 0);
    Seat night(juniper, "night desk", "SHELTER_INTAKE");
    Seat grace(juniper, "supervisor", "SHELTER_SUPERVISOR");
    const Json waits = night.must(
        "leg.lost", Json::object({{"id", asked.legs.front()}, {"code", "VACANCY_GONE"}}));
    juniper.must("people.roles",
                 Json::object({{"name", night.name()}, {"roles", listed("AUDITOR")}}));
    const Json answer = grace.must("approval.give", Json::object({{"id", waits.text_at("id")}}));
    CHECK(answer.text_at("state") == "VOID");
    CHECK(juniper.state_of(asked.legs.front()) == "ACCEPTED");
    const auto notices = juniper.notices();
    CHECK(std::count(notices.begin(), notices.end(), "SECOND_PERSON_VOID") == 1);
}

}  // namespace leeward::test
