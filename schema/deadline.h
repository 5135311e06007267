// The one table of deadlines (domain.md section 3.8): every state of every machine that waits for
// somebody, whose timer fires, when, and what then happens. Either a named transition, or a raise: a
// logged event for the person named, repeated until the state is left.
//
// A timer counts on its owner's clock from a moment that the owner knows. What passed while the
// machine slept fires when it wakes.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "schema/audit_event.h"
#include "schema/break_glass.h"
#include "schema/case.h"
#include "schema/delivery.h"
#include "schema/grant.h"
#include "schema/incident.h"
#include "schema/leg.h"
#include "schema/lifecycle.h"
#include "schema/need.h"
#include "schema/release.h"
#include "schema/time.h"

namespace leeward::schema {

// clang-format off
enum class DeadlineRow : Byte {
    CASE_WITHOUT_NEED,
    NEED_DRAFT, NEED_READY, NEED_INQUIRING, NEED_OPTIONS, NEED_SELECTED, NEED_CONFIRMED,
    NEED_HANDOFF, NEED_PLACED, NEED_FOLLOW_UP, NEED_FOLLOW_UP_END, NEED_PAUSED, NEED_UNPLACED,
    LEG_PHONE_PROMPT, LEG_SLOT, LEG_QUEUED, LEG_ANSWER, LEG_REPLY, LEG_HOLD, LEG_WAITLIST,
    LEG_WAITLIST_REFERRER, LEG_REVIEW, LEG_LATE_OFFER, LEG_FIRM, LEG_FIRM_UNHEARD,
    LEG_BY_PHONE_ONLY, LEG_ACCEPTED, LEG_WINDOW, LEG_NOT_ARRIVED, LEG_ARRIVED, LEG_CANCEL,
    LEG_CANCEL_END, LEG_NOT_SELECTED, LEG_MISDIRECTED, LEG_MISDIRECTED_END, T1_COPY,
    RELEASE_UNSIGNED, RELEASE_UNSIGNED_END, RELEASE_ACTIVE, RELEASE_EXPIRING,
    GRANT_AUTHORITY, GRANT_CLOSED, GRANT_ERASURE, GRANT_OVERDUE, HANDOFF_SET,
    BREAK_GLASS_REQUESTED, BREAK_GLASS_ACTIVE, BREAK_GLASS_ENDED, BREAK_GLASS_REVIEW_OVERDUE,
    APPROVAL, APPROVAL_END, INCIDENT_OPEN, INCIDENT_NOTICES, INCIDENT_CONTAINED,
    DELIVERY_BY_LEG, DELIVERY_CONTROL,
};
// clang-format on
inline constexpr std::size_t deadline_row_count = 56;
[[nodiscard]] std::string_view name(DeadlineRow row);

enum class TimerOwner : Byte {
    REFERRER,
    RECIPIENT,
    BOTH,  // each for itself
    DISCLOSER,
    HOLDER,
    REQUESTER,
    SENDER,
    OWN,  // the node whose record it is
};
[[nodiscard]] std::string_view name(TimerOwner owner);

// A length of time, in seconds or in working days. NEVER: the row's moment is set by a window, an
// expiry or another row, and due() has none.
struct Span {
    enum class Unit : Byte { NEVER, SECONDS, WORKING_DAYS };
    std::int64_t amount = 0;
    Unit unit = Unit::NEVER;

    friend constexpr bool operator==(const Span&, const Span&) = default;
};

struct Deadline {
    DeadlineRow row;
    Machine machine;               // NONE for what is no state of a machine
    std::uint64_t states;          // bit n: it belongs to state n
    std::string_view counts_from;  // the moment, in the words of the tables
    TimerOwner owner;
    std::array<Span, 3> after;  // by priority: emergency, urgent, routine
    Span again;                 // how often a raise is repeated; NEVER: the same time again
    std::string_view move;      // the transition that is made, or ""
    std::string_view then;      // the state it leads to, or "" for a raise alone
    Parties raise;              // who is called; empty for none
};

[[nodiscard]] std::span<const Deadline> deadlines();
[[nodiscard]] const Deadline& deadline(DeadlineRow row);
[[nodiscard]] std::vector<DeadlineRow> deadlines_of(Machine machine, Byte state);

[[nodiscard]] constexpr Machine machine_of(CaseState) {
    return Machine::CASE;
}
[[nodiscard]] constexpr Machine machine_of(NeedState) {
    return Machine::NEED;
}
[[nodiscard]] constexpr Machine machine_of(LegState) {
    return Machine::LEG;
}
[[nodiscard]] constexpr Machine machine_of(ReleaseState) {
    return Machine::RELEASE;
}
[[nodiscard]] constexpr Machine machine_of(GrantState) {
    return Machine::GRANT;
}
[[nodiscard]] constexpr Machine machine_of(DeliveryState) {
    return Machine::DELIVERY;
}
[[nodiscard]] constexpr Machine machine_of(BreakGlassState) {
    return Machine::BREAK_GLASS;
}
[[nodiscard]] constexpr Machine machine_of(IncidentState) {
    return Machine::INCIDENT;
}
template <class State>
[[nodiscard]] std::vector<DeadlineRow> deadlines_of(State state) {
    return deadlines_of(machine_of(state), static_cast<Byte>(state));
}

// When `row` falls due for something of this priority that began to wait at `from`; nullopt where the
// row has no time of its own for this priority.
[[nodiscard]] std::optional<Time> due(DeadlineRow row, Priority priority, Time from);
// When a raise that was made at `last` is repeated.
[[nodiscard]] std::optional<Time> again(DeadlineRow row, Priority priority, Time last);

[[nodiscard]] Time after(Span span, Time from);  // of a span that is not NEVER
// `days` working days later at the same hour: Monday to Friday, UTC calendar.
[[nodiscard]] Time add_working_days(Time from, std::int64_t days);
// The midnight (UTC) that ends the first working day after that of `from`.
[[nodiscard]] Time end_of_next_working_day(Time from);

// The ladder at the recipient while an inquiry waits, in percent of the answer time.
inline constexpr int ladder_on_call_percent = 50;
inline constexpr int ladder_deputy_percent = 75;
[[nodiscard]] Time part_of(Time from, Time due, int percent);

// LEG_REVIEW of an urgent inquiry ends at the latest with its answer time.
[[nodiscard]] std::optional<Time> review_due(Priority priority, Time from, Time answer_due);
// GRANT_ERASURE by tier: 72 hours for T1, 7 days above.
[[nodiscard]] Time erasure_due(Tier tier, Time from);
// When a release is EXPIRING: 7 days before its end, or at half its life if it is shorter.
[[nodiscard]] Time expiring_at(Time starts, Time expires);
// The ladder of warnings before an end: when it is EXPIRING, 72 hours before and 24 hours before,
// where those come later. The first that is after `last`, or the end itself.
[[nodiscard]] Time next_warning(Time starts, Time expires, Time last);
// When a phone approval becomes an incident (P3): at the end of the approver's next working day, but
// not before 24 hours and not after 96.
[[nodiscard]] Time approval_due(Time from, Time end_of_next_working_day);

}  // namespace leeward::schema
