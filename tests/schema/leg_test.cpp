#include "schema/leg.h"

#include "lifecycle_walk.h"

using namespace leeward::schema;  // NOLINT(google-build-using-namespace)
using L = LegState;

TEST_CASE("every word of a leg reads back") {
    leeward::test::require_words<Ask>(ask_count, ask_from);
    leeward::test::require_words<Answer>(answer_count, answer_from);
    leeward::test::require_words<LegState>(leg_state_count, leg_state_from);
}

TEST_CASE("the counters tell who knew whom") {
    REQUIRE(last({Ask::OPEN, 1, 0}, {}) == Last::ASK);
    REQUIRE(last({Ask::OPEN, 1, 0}, {Answer::SEEN, 2, 1}) == Last::ANSWER);
    REQUIRE(last({Ask::SELECTED, 2, 3}, {Answer::OFFERED, 3, 1}) == Last::ASK);
    REQUIRE(last({Ask::SELECTED, 2, 3}, {Answer::LAPSED, 4, 1}) == Last::CROSSED);
}

TEST_CASE("an inquiry goes from queued to in the house") {
    REQUIRE(shown({Ask::OPEN, 1, 0}, {}) == L::QUEUED);
    REQUIRE(shown({Ask::OPEN, 1, 0}, {Answer::STORED, 1, 1}) == L::DELIVERED);
    REQUIRE(shown({Ask::OPEN, 1, 0}, {Answer::OFFERED, 3, 1}) == L::OFFERED);
    REQUIRE(shown({Ask::SELECTED, 2, 3}, {Answer::OFFERED, 3, 1}) == L::SELECTED);
    REQUIRE(shown({Ask::SELECTED, 2, 3}, {Answer::ACCEPTED, 4, 2}) == L::ACCEPTED);
    REQUIRE(shown({Ask::PLAN, 3, 4}, {Answer::ACCEPTED, 4, 2}) == L::ACCEPTED);
    REQUIRE(shown({Ask::PLAN, 3, 4}, {Answer::PLAN_ACK, 5, 3}) == L::HANDOFF_SCHEDULED);
    REQUIRE(shown({Ask::DEPARTED, 4, 5}, {Answer::PLAN_ACK, 5, 3}) == L::IN_TRANSIT);
    REQUIRE(shown({Ask::DEPARTED, 4, 5}, {Answer::ARRIVED, 6, 4}) == L::ARRIVED);
}

TEST_CASE("a plan counts only when this plan was acknowledged") {
    REQUIRE(leg(Ask::PLAN, Answer::PLAN_ACK, Last::ANSWER) == L::HANDOFF_SCHEDULED);
    REQUIRE(leg(Ask::PLAN, Answer::PLAN_ACK, Last::ASK) == L::ACCEPTED);
    REQUIRE(leg(Ask::PLAN, Answer::PLAN_ACK, Last::CROSSED) == L::ACCEPTED);
}

TEST_CASE("a no written before the choice was known must be said again") {
    REQUIRE(leg(Ask::SELECTED, Answer::DECLINED, Last::CROSSED) == L::SELECTED);
    REQUIRE(leg(Ask::SELECTED, Answer::DECLINED, Last::ANSWER) == L::DECLINED);
    REQUIRE(leg(Ask::DEPARTED, Answer::DECLINED, Last::CROSSED) == L::IN_TRANSIT);
}

TEST_CASE("an arrival told by telephone yields to the shelter's own did not come") {
    REQUIRE(leg(Ask::PHONE_ARRIVED, Answer::ACCEPTED, Last::ASK) == L::ARRIVED);
    REQUIRE(leg(Ask::PHONE_ARRIVED, Answer::NOT_ARRIVED, Last::ASK) == L::ARRIVED);
    REQUIRE(leg(Ask::PHONE_ARRIVED, Answer::NOT_ARRIVED, Last::CROSSED) == L::NOT_ARRIVED);
}

TEST_CASE("sets of states say what their names say") {
    for (std::size_t i = 0; i < leg_state_count; ++i) {
        const auto state = static_cast<L>(i);
        REQUIRE_FALSE((is_terminal(state) && is_chosen(state)));
    }
    REQUIRE(is_chosen(L::NOT_ARRIVED));
    REQUIRE_FALSE(is_chosen(L::ARRIVED));
    REQUIRE(chooses(Ask::PHONE_ARRIVED));
    REQUIRE_FALSE(chooses(Ask::OPEN));
    REQUIRE_FALSE(chooses(Ask::NOT_SELECTED));
    for (std::size_t i = 0; i < ask_count; ++i) {
        const auto ask = static_cast<Ask>(i);
        REQUIRE((ask == Ask::OPEN) == (!chooses(ask) && !closes(ask)));
        REQUIRE_FALSE((chooses(ask) && closes(ask)));
    }
    for (std::size_t i = 0; i < answer_count; ++i) {
        const auto answer = static_cast<Answer>(i);
        REQUIRE_FALSE((keeps_bed(answer) && gone(answer)));
    }
    REQUIRE_FALSE(accepted_or_later(Answer::OFFERED));
}
