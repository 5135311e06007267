#include <catch2/catch_test_macros.hpp>

#include "tests/scenarios/s1/placement.h"

namespace leeward::test {

TEST_CASE(
    "S1: a placement with no capacity, an offline shelter, a reviewed decline, then a warm "
    "handoff") {
    Placement s("S1", "A place for tonight");
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

}  // namespace leeward::test
