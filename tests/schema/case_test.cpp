#include "schema/case.h"

#include "lifecycle_walk.h"

using namespace leeward::schema;  // NOLINT(google-build-using-namespace)
using leeward::test::expected;

TEST_CASE("a case takes exactly the transitions of its table") {
    const auto made = leeward::test::walk<CaseState, CaseMove>(
        case_state_count, 4, [](auto move, auto from, auto) { return next(move, from); });
    REQUIRE(made == expected("C2 OPEN CLOSED\nC3 CLOSED OPEN\nC4 CLOSED ERASED"));
    leeward::test::require_words<CaseState>(case_state_count, case_state_from);
}

TEST_CASE("a closed case is erased only when nothing at a partner is unsettled") {
    REQUIRE(may_erase(CaseState::CLOSED, {}));
    REQUIRE_FALSE(may_erase(CaseState::OPEN, {}));
    REQUIRE_FALSE(may_erase(CaseState::CLOSED, {.erasures_unattested = 1}));
    REQUIRE_FALSE(may_erase(CaseState::CLOSED, {.withdrawals_unconfirmed = 1}));
    REQUIRE_FALSE(may_erase(CaseState::CLOSED, {.incidents_open = 1}));
}
