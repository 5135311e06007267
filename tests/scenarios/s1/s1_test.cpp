#include <catch2/catch_test_macros.hpp>

#include "tests/scenarios/s1/placement.h"

namespace leeward::test {

TEST_CASE(
    "S1: a placement with no capacity, an offline shelter, a reviewed decline, then a warm "
    "handoff") {
    Placement s("S1", "A place for tonight");
    s.up_to_a_firm_bed();
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
