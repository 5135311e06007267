#include "schema/break_glass.h"

#include "lifecycle_walk.h"

using namespace leeward::schema;  // NOLINT(google-build-using-namespace)

TEST_CASE("emergency access takes exactly the transitions of its table") {
    const auto made = leeward::test::walk<BreakGlassState, BreakGlassMove>(
        break_glass_state_count, 6, [](auto move, auto from, auto to) {
            return next(move, from, to);
        });
    REQUIRE(made == leeward::test::expected("B2 REQUESTED ACTIVE\n"
                                            "B3 REQUESTED DENIED\n"
                                            "B4 ACTIVE ENDED\n"
                                            "B5 ENDED,REVIEW_OVERDUE "
                                            "REVIEWED_JUSTIFIED,REVIEWED_UNJUSTIFIED\n"
                                            "B6 ENDED REVIEW_OVERDUE"));
    leeward::test::require_words<BreakGlassState>(break_glass_state_count, break_glass_state_from);
}

TEST_CASE("a review of emergency access must say what it found") {
    REQUIRE_FALSE(next(BreakGlassMove::B5, BreakGlassState::ENDED));
    REQUIRE(next(BreakGlassMove::B4, BreakGlassState::ACTIVE).value() == BreakGlassState::ENDED);
}
