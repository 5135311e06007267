// Found by reading: what a withdrawal covers was decided by what the house had been asked for, not by what the
// release was for. One for counselling outlived her word about counselling where only a bed had been asked for,
// and one for a bed outlived the bed where there was counselling too.
#include "tests/regress/two_services.h"

namespace leeward::test {
namespace {

std::string state_of(HouseOfTwo& h, const std::string& release) {
    return h.harbor.must("release.show", with_id(release)).text_at("state");
}

void withdraw(HouseOfTwo& h, std::string_view scope) {
    h.harbor.must("release.withdraw", Json::object({{"case", h.bed.case_id}, {"scope", scope}}));
    h.world.pump();
}

}  // namespace

TEST_CASE("her word about counselling ends what she released for it before it was asked for") {
    HouseOfTwo h(931);
    const std::string release = h.release_for_counselling();
    withdraw(h, "COUNSELLING");
    CHECK(state_of(h, release) == "WITHDRAWN");
    h.firm_counselling();
    CHECK(h.received().empty());
}

TEST_CASE("her word about the place leaves what she shares with the counsellor of the same house") {
    HouseOfTwo h(932);
    const Asked talks = h.firm_counselling();
    const std::string for_bed = h.release_for_bed();
    const std::string for_talks = h.release_for_counselling();
    withdraw(h, "PLACEMENT");
    CHECK(state_of(h, for_bed) == "WITHDRAWN");
    CHECK(state_of(h, for_talks) == "ACTIVE");
    CHECK(h.received() == talks.legs);
}

TEST_CASE(
    "a bed that she no longer wants ends what was shared for it, though counselling goes on") {
    HouseOfTwo h(933);
    const Asked talks = h.firm_counselling();
    const std::string for_bed = h.release_for_bed();
    const std::string for_talks = h.release_for_counselling();
    h.make_bed_firm();
    REQUIRE(h.received().size() == 2);
    h.harbor.must(
        "need.withdraw",
        Json::object(
            {{"id", h.bed.need}, {"reason", "WITHDRAW_SURVIVOR_ASKED"}, {"read-back", true}}));
    h.world.pump();
    CHECK(state_of(h, for_bed) == "WITHDRAWN");
    CHECK(state_of(h, for_talks) == "ACTIVE");
    CHECK(h.received() == talks.legs);
}

}  // namespace leeward::test
