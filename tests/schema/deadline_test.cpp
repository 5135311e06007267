#include "schema/deadline.h"

#include <chrono>
#include <set>

#include <catch2/catch_test_macros.hpp>

using namespace leeward::schema;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;
using D = DeadlineRow;
using P = Priority;

namespace {

constexpr Time at(int year, unsigned month, unsigned day, int hour) {
    return std::chrono::sys_days{std::chrono::year{year} / static_cast<int>(month) /
                                 static_cast<int>(day)} +
           std::chrono::hours{hour};
}
constexpr Time wednesday = at(2025, 1, 1, 9);
constexpr Time friday = at(2025, 1, 3, 15);

template <class State>
void require_rows(std::size_t states) {
    for (std::size_t i = 0; i < states; ++i) {
        const auto state = static_cast<State>(i);
        INFO(name(machine_of(state)) << " " << name(state));
        if (!is_terminal(state)) REQUIRE_FALSE(deadlines_of(state).empty());
    }
}

void require_due(D row, std::optional<Duration> e, std::optional<Duration> u) {
    INFO(name(row));
    const auto moment = [](std::optional<Duration> wait) {
        return wait ? std::optional(wednesday + *wait) : std::nullopt;
    };
    REQUIRE(due(row, P::EMERGENCY, wednesday) == moment(e));
    REQUIRE(due(row, P::URGENT, wednesday) == moment(u));
}

}  // namespace

TEST_CASE("every state that waits for somebody has a deadline") {
    require_rows<NeedState>(need_state_count);
    require_rows<LegState>(leg_state_count);
    require_rows<ReleaseState>(release_state_count);
    require_rows<GrantState>(grant_state_count);
    require_rows<DeliveryState>(delivery_state_count);
    require_rows<BreakGlassState>(break_glass_state_count);
    require_rows<IncidentState>(incident_state_count);
    // A closed case waits for nobody: it rests until its retention is over.
    REQUIRE_FALSE(deadlines_of(CaseState::OPEN).empty());
    REQUIRE(deadlines_of(CaseState::CLOSED).empty());
}

TEST_CASE("every deadline names its moment, its machine's states, and what then happens") {
    std::set<std::string_view> names;
    for (const Deadline& row : deadlines()) {
        INFO(name(row.row));
        REQUIRE(names.insert(name(row.row)).second);
        REQUIRE_FALSE(row.counts_from.empty());
        REQUIRE_FALSE((row.then.empty() && row.raise.empty()));
        REQUIRE((row.machine == Machine::NONE) == (row.states == 0));
        if (!row.move.empty()) REQUIRE_FALSE(row.then.empty());
    }
    REQUIRE(names.size() == deadline_row_count);
    REQUIRE(name(static_cast<D>(deadline_row_count)) == "unknown");
}

TEST_CASE("the state that follows is a state of the machine") {
    for (const Deadline& row : deadlines()) {
        INFO(name(row.row));
        if (row.then.empty() || row.machine == Machine::NONE) continue;
        const bool known = case_state_from(row.then) || need_state_from(row.then) ||
                           leg_state_from(row.then) || release_state_from(row.then) ||
                           grant_state_from(row.then) || delivery_state_from(row.then) ||
                           break_glass_state_from(row.then) || incident_state_from(row.then);
        REQUIRE(known);
    }
}

TEST_CASE("the times of the table, emergency and urgent") {
    require_due(D::CASE_WITHOUT_NEED, 14 * 24h, 14 * 24h);
    require_due(D::NEED_DRAFT, 1h, 7 * 24h);
    require_due(D::NEED_READY, 5min, 1h);
    require_due(D::NEED_CONFIRMED, 4h, 24h);
    require_due(D::NEED_HANDOFF, std::nullopt, std::nullopt);
    require_due(D::NEED_PLACED, 48h, 48h);
    require_due(D::NEED_PAUSED, 72h, 72h);
    require_due(D::NEED_UNPLACED, 0h, 0h);
    require_due(D::LEG_PHONE_PROMPT, 10min, 1h);
    require_due(D::LEG_SLOT, 15min, 4h);
    require_due(D::LEG_QUEUED, 60min, 24h);
    require_due(D::LEG_ANSWER, 60min, 24h);
    require_due(D::LEG_REPLY, 15min, 4h);
    require_due(D::LEG_HOLD, 4h, 24h);
    require_due(D::LEG_WAITLIST, 14 * 24h, 14 * 24h);
    require_due(D::LEG_REVIEW, std::nullopt, 4h);
    require_due(D::LEG_FIRM, 30min, 4h);
    require_due(D::LEG_FIRM_UNHEARD, 60min, 6h);
    require_due(D::LEG_BY_PHONE_ONLY, 24h, 24h);
    require_due(D::LEG_ACCEPTED, 4h, 24h);
    require_due(D::LEG_WINDOW, 30min, 2h);
    require_due(D::LEG_NOT_ARRIVED, 30min, 30min);
    require_due(D::LEG_ARRIVED, 90 * 24h, 90 * 24h);
    require_due(D::LEG_CANCEL, 1h, 4h);
    require_due(D::LEG_CANCEL_END, 7 * 24h, 7 * 24h);
    require_due(D::LEG_NOT_SELECTED, 24h, 24h);
    require_due(D::LEG_MISDIRECTED, 1h, 1h);
    require_due(D::T1_COPY, 24h, 24h);
    require_due(D::RELEASE_UNSIGNED, 24h, 72h);
    require_due(D::RELEASE_UNSIGNED_END, 14 * 24h, 14 * 24h);
    require_due(D::HANDOFF_SET, 24h, 24h);
    require_due(D::BREAK_GLASS_REQUESTED, 1h, 1h);
    require_due(D::BREAK_GLASS_ACTIVE, 4h, 4h);
    require_due(D::APPROVAL, 24h, 24h);
    require_due(D::INCIDENT_OPEN, 1h, 1h);
    require_due(D::DELIVERY_CONTROL, 72h, 72h);
}

TEST_CASE("working days skip the weekend, in the UTC calendar") {
    REQUIRE(add_working_days(friday, 1) == at(2025, 1, 6, 15));
    REQUIRE(add_working_days(at(2025, 1, 4, 10), 1) == at(2025, 1, 6, 10));  // from a Saturday
    REQUIRE(add_working_days(friday, 5) == at(2025, 1, 10, 15));
    REQUIRE(add_working_days(friday, 0) == friday);
    REQUIRE(due(D::LEG_ANSWER, P::ROUTINE, friday) == at(2025, 1, 10, 15));
    REQUIRE(due(D::LEG_FIRM, P::ROUTINE, friday) == at(2025, 1, 6, 15));
    REQUIRE(due(D::LEG_FIRM_UNHEARD, P::ROUTINE, friday) == at(2025, 1, 7, 15));
    REQUIRE(due(D::INCIDENT_CONTAINED, P::ROUTINE, friday) == at(2025, 1, 17, 15));
    REQUIRE(due(D::BREAK_GLASS_ENDED, P::ROUTINE, friday) == at(2025, 1, 8, 15));
}

TEST_CASE("a raise is repeated each time its period passes, or at its own pace") {
    REQUIRE(again(D::LEG_NOT_ARRIVED, P::URGENT, wednesday) == wednesday + 30min);
    REQUIRE(again(D::NEED_UNPLACED, P::URGENT, wednesday) == wednesday + 24h);
    REQUIRE(again(D::INCIDENT_OPEN, P::URGENT, wednesday) == wednesday + 24h);
}

TEST_CASE("the times that depend on another moment") {
    REQUIRE(part_of(wednesday, wednesday + 60min, ladder_on_call_percent) == wednesday + 30min);
    REQUIRE(part_of(wednesday, wednesday + 60min, ladder_deputy_percent) == wednesday + 45min);
    REQUIRE(review_due(P::URGENT, wednesday, wednesday + 1h) == wednesday + 1h);
    REQUIRE(review_due(P::URGENT, wednesday, wednesday + 20h) == wednesday + 4h);
    REQUIRE(review_due(P::EMERGENCY, wednesday, wednesday + 1h) == std::nullopt);
    REQUIRE(expiring_at(wednesday, wednesday + 30 * 24h) == wednesday + 23 * 24h);
    REQUIRE(expiring_at(wednesday, wednesday + 72h) == wednesday + 36h);
    const auto monday = std::chrono::floor<std::chrono::days>(friday) + std::chrono::days{3};
    REQUIRE(end_of_next_working_day(friday) == monday + 24h);
    REQUIRE(end_of_next_working_day(monday + 3h) == monday + 48h);
    REQUIRE(approval_due(friday, friday + 2h) == friday + 24h);
    REQUIRE(approval_due(friday, friday + 74h) == friday + 74h);
    REQUIRE(approval_due(friday, friday + 200h) == friday + 96h);
    REQUIRE(erasure_due(Tier::T1, wednesday) == wednesday + 72h);
    REQUIRE(erasure_due(Tier::T2, wednesday) == wednesday + 7 * 24h);
}
