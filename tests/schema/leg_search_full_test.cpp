// The full bound of domain.md section 3.7: 6.6 million pairs, about 7 s and 420 MB optimised.
#include <catch2/catch_test_macros.hpp>

#include "leg_search.h"

TEST_CASE("five asks and six answers over a bad channel never leave the two sides apart") {
    const auto found = leeward::test::search(leeward::test::built_rules(), 5, 6);
    for (const auto& what : found.first)
        UNSCOPED_INFO(what);
    REQUIRE(found.count == 0);
    REQUIRE(found.states == 6661486);
    REQUIRE(found.used.size() == 37);
}
