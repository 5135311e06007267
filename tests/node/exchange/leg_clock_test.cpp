#include "node/exchange/leg_clock.h"

#include <map>

#include <catch2/catch_test_macros.hpp>

namespace leeward::node {
namespace {

using schema::Answer;
using schema::Ask;
using schema::DeadlineRow;
using schema::LegState;
using schema::Priority;
using schema::Time;
using std::chrono::hours;
using std::chrono::minutes;

constexpr Time start = schema::from_unix(1'790'000'000);  // a Monday

Leg leg_in(LegState state, bool ours, Priority priority = Priority::URGENT) {
    Leg leg;
    leg.ours = ours;
    leg.priority = priority;
    leg.shown = state;
    leg.opened = leg.since = leg.answer_from = start;
    return leg;
}

// The registers that belong to a state where the timer looks at them.
void dress(Leg& leg, DeadlineRow row) {
    if (row == DeadlineRow::LEG_WINDOW) {
        leg.answer.value = Answer::PLAN_ACK;
        leg.window_end = start;
    }
    if (row == DeadlineRow::LEG_BY_PHONE_ONLY && leg.shown == LegState::ARRIVED)
        leg.ask.value = Ask::PHONE_ARRIVED;
}

const LegTimer* timer_of(const std::vector<LegTimer>& timers, DeadlineRow row) {
    const auto at = std::find_if(
        timers.begin(), timers.end(), [row](const LegTimer& timer) { return timer.row == row; });
    return at == timers.end() ? nullptr : &*at;
}

std::vector<bool> sides_of(schema::TimerOwner owner) {
    if (owner == schema::TimerOwner::REFERRER) return {true};
    if (owner == schema::TimerOwner::RECIPIENT) return {false};
    return {true, false};
}

bool is_call(const LegTimer& timer) {
    return std::holds_alternative<Call>(timer.deed);
}

std::string_view move_of(const LegTimer& timer) {
    if (const auto* ask = std::get_if<schema::AskMove>(&timer.deed)) return schema::name(*ask);
    if (const auto* answer = std::get_if<schema::AnswerMove>(&timer.deed))
        return schema::name(*answer);
    return "";
}

// The row names one move; where both sides own a row, the shelter makes its own.
bool is_the_rows_move(const schema::Deadline& row, const LegTimer& timer) {
    if (row.row == DeadlineRow::LEG_WINDOW && move_of(timer) == "W16") return true;
    return move_of(timer) == row.move;
}

}  // namespace

TEST_CASE("every row of the table of deadlines that is about a leg is a timer at its owner") {
    int rows = 0;
    for (const auto& row : schema::deadlines()) {
        if (row.machine != schema::Machine::LEG || row.row == DeadlineRow::LEG_LATE_OFFER) continue;
        ++rows;
        for (unsigned i = 0; i < schema::leg_state_count; ++i) {
            if (((row.states >> i) & 1) == 0) continue;
            for (const bool ours : sides_of(row.owner)) {
                Leg leg = leg_in(static_cast<LegState>(i), ours);
                dress(leg, row.row);
                const auto timers = timers_of(leg);
                const LegTimer* timer = timer_of(timers, row.row);
                INFO(schema::name(row.row) << " in " << schema::name(leg.shown));
                REQUIRE(timer != nullptr);
                CHECK(timer->at ==
                      std::min(timer->at, *schema::due(row.row, leg.priority, start) + minutes(5)));
                if (row.then.empty())
                    CHECK(move_of(*timer).empty());
                else if (!is_call(*timer))
                    CHECK(is_the_rows_move(row, *timer));
            }
        }
    }
    CHECK(rows == 21);
}

TEST_CASE("the emergency's times are those of the table") {
    const auto at = [](LegState state, bool ours, DeadlineRow row) {
        const auto timers = timers_of(leg_in(state, ours, Priority::EMERGENCY));
        const LegTimer* timer = timer_of(timers, row);
        REQUIRE(timer != nullptr);
        return std::chrono::duration_cast<minutes>(timer->at - start).count();
    };
    CHECK(at(LegState::QUEUED, true, DeadlineRow::LEG_PHONE_PROMPT) == 10);
    CHECK(at(LegState::QUEUED, true, DeadlineRow::LEG_SLOT) == 15);
    CHECK(at(LegState::DELIVERED, true, DeadlineRow::LEG_SLOT) == 15);
    CHECK(at(LegState::QUEUED, true, DeadlineRow::LEG_QUEUED) == 60);
    CHECK(at(LegState::SEEN, true, DeadlineRow::LEG_ANSWER) == 60);
    CHECK(at(LegState::INFO_REQUESTED, false, DeadlineRow::LEG_REPLY) == 15);
    CHECK(at(LegState::OFFERED, false, DeadlineRow::LEG_HOLD) == 240);
    CHECK(at(LegState::OFFERED, true, DeadlineRow::LEG_HOLD) == 245);
    CHECK(at(LegState::SELECTED, false, DeadlineRow::LEG_FIRM) == 30);
    CHECK(at(LegState::NOT_ARRIVED, true, DeadlineRow::LEG_NOT_ARRIVED) == 30);
    CHECK(at(LegState::CANCEL_REQUESTED, true, DeadlineRow::LEG_CANCEL) == 60);
}

TEST_CASE("the ladder climbs by what is over, and skips the rungs that were slept through") {
    Leg leg = leg_in(LegState::DELIVERED, false);  // 24 hours to answer
    REQUIRE(due_timer(leg, start + hours(12)));
    CHECK(due_timer(leg, start + hours(12))->code == "ANSWER_WAITS");
    CHECK_FALSE(due_timer(leg, start + hours(11)));
    leg.raised = start + hours(12);
    CHECK_FALSE(due_timer(leg, start + hours(17)));
    CHECK(due_timer(leg, start + hours(18))->code == "ANSWER_WAITS_DEPUTY");
    leg.raised = never;
    CHECK(due_timer(leg, start + hours(20))->code == "ANSWER_WAITS_DEPUTY");
    leg.priority = Priority::ROUTINE;
    CHECK(due_timer(leg, start + hours(24 * 5))->code == "ANSWER_WAITS");
}

TEST_CASE("of all that was slept through, the move is made and nobody is called for nothing") {
    const Leg leg = leg_in(LegState::QUEUED, true);
    const auto due = due_timer(leg, start + hours(48));
    REQUIRE(due);
    CHECK(move_of(*due) == "A9");
}

TEST_CASE("a call is made again by the period of its row, not before") {
    Leg leg = leg_in(LegState::NOT_ARRIVED, true);
    CHECK(next_timer(leg) == start + minutes(30));
    leg.raised = start + minutes(30);
    CHECK(due_timer(leg, start + minutes(60))->code == "STILL_NOT_ARRIVED");
    leg.raised = start + minutes(60);
    CHECK(next_timer(leg) == start + minutes(90));
    CHECK(due_timer(leg, start + minutes(90))->code == "NOT_ARRIVED");
}

TEST_CASE("a plan that was never acknowledged calls once when its window is over") {
    Leg leg = leg_in(LegState::ACCEPTED, true);
    leg.ask.value = Ask::PLAN;
    leg.window_end = start + hours(4);
    CHECK(next_timer(leg) == start + hours(6));
    CHECK(due_timer(leg, start + hours(6))->code == "PLAN_WINDOW_OVER");
    leg.raised = start + hours(6);
    CHECK(next_timer(leg) == start + hours(30));
}

TEST_CASE("what a person kept waits for its whole time again") {
    Leg leg = leg_in(LegState::WAITLISTED, true);
    CHECK(next_timer(leg) == start + hours(24 * 14));
    leg.kept = start + hours(24 * 10);
    CHECK(next_timer(leg) == start + hours(24 * 24));
}

}  // namespace leeward::node
