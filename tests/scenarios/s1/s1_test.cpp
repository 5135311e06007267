#include <catch2/catch_test_macros.hpp>

#include "tests/scenarios/s1/placement.h"
#include "tests/support/carrier.h"

namespace leeward::test {
namespace {

void play(Placement& s) {
    s.written_down();
    s.measured();
    s.figures_held();
    s.asked();
    s.juniper_has_a_list();
    s.lantern_looks();
    s.a_coded_question();
    s.quay_does_not_answer();
    s.a_reviewed_no();
    s.returned();
    s.lantern_offers();
    s.quay_is_looked_for();
    s.quay_lapses();
    s.she_chooses();
    s.firm();
    s.planned();
    s.released();
    s.opened();
    s.on_paper();
    s.the_way_back();
    s.under_way();
    s.handed_over();
    s.a_day_later();
    s.followed_up();
    s.closed();
    s.the_auditor();
}

}  // namespace

TEST_CASE(
    "S1: a placement with no capacity, an offline shelter, a reviewed decline, then a warm "
    "handoff") {
    Placement s("S1", "A place for tonight");
    play(s);
}

TEST_CASE("S1 with no network at all: every row by sealed files that somebody carries") {
    Placement s("S1-files", "A place for tonight, from hand to hand");
    const Carrier carrier(s.world());
    play(s);
    CHECK(carrier.journeys() > 20);
}

}  // namespace leeward::test
