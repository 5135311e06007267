// The check of domain.md section 3.7, at bounds that also run under the sanitizers. The full bound is
// leg_search_full_test.cpp.
#include "leg_search.h"

#include <catch2/catch_test_macros.hpp>

using namespace leeward::schema;  // NOLINT(google-build-using-namespace)
using leeward::test::built_rules;
using leeward::test::Findings;
using leeward::test::LegRules;

namespace {

void require_clean(const Findings& found) {
    for (const auto& what : found.first)
        UNSCOPED_INFO(what);
    REQUIRE(found.count == 0);
}

}  // namespace

TEST_CASE("all 663 entries of the leg table hold their properties") {
    const Findings found = leeward::test::walk_table(built_rules());
    require_clean(found);
    REQUIRE(found.states == 663);
}

TEST_CASE("four asks and five answers over a bad channel never leave the two sides apart") {
    const Findings found = leeward::test::search(built_rules(), 4, 5);
    require_clean(found);
    REQUIRE(found.states == 480499);   // another program of the same search counts as many
    REQUIRE(found.used.size() == 37);  // every A and W; A1 is the start
}

TEST_CASE("a decline that was written before the choice was known is found if it may decide") {
    LegRules rules = built_rules();
    for (auto& row : rules.rows)
        if (row.row == "T19") row.lasts = leg_table::any_last;
    REQUIRE(leeward::test::search(rules, 3, 4).count == 56);
}

TEST_CASE("an offer after a lost bed is found if it may be made") {
    LegRules rules = built_rules();
    for (auto& rule : rules.answers)
        if (rule.move == AnswerMove::W6) rule.answers = rule.answers | Answers{Answer::BED_LOST};
    REQUIRE(leeward::test::search(rules, 4, 6).count > 0);
}

TEST_CASE("a firm yes after a discard is found if it may be given") {
    LegRules rules = built_rules();
    for (auto& rule : rules.answers)
        if (rule.move == AnswerMove::W11) rule.answers = rule.answers | Answers{Answer::DISCARDED};
    REQUIRE(leeward::test::search(rules, 5, 3).count > 0);
}

TEST_CASE("a hole in the leg table is found by walking it") {
    LegRules rules = built_rules();
    for (auto& row : rules.rows)
        if (row.row == "T5") row.state = LegState::LAPSED;
    REQUIRE(leeward::test::walk_table(rules).count > 0);
}
