#include "schema/deadline.h"

#include <algorithm>

namespace leeward::schema {
namespace {

using D = DeadlineRow;
using O = TimerOwner;
using P = Party;
using L = LegState;
using N = NeedState;
using M = Machine;

constexpr Span min(std::int64_t n) {
    return {n * 60, Span::Unit::SECONDS};
}
constexpr Span h(std::int64_t n) {
    return {n * 3600, Span::Unit::SECONDS};
}
constexpr Span d(std::int64_t n) {
    return {n * 86400, Span::Unit::SECONDS};
}
constexpr Span wd(std::int64_t n) {
    return {n, Span::Unit::WORKING_DAYS};
}
constexpr Span at_once = min(0);
constexpr Span never{};
constexpr std::array<Span, 3> all(Span span) {
    return {span, span, span};
}

template <class... States>
constexpr std::uint64_t in(States... states) {
    return (EnumSet<States>{states}.bits() | ...);
}

constexpr Parties nobody{};
constexpr Parties inv{P::INV};
constexpr Parties inv_s{P::INV_S};
constexpr Parties shl_s{P::SHL_S};
constexpr Parties both_supervisors{P::INV_S, P::SHL_S};

// clang-format off
constexpr std::array<Deadline, deadline_row_count> table{{
    {D::CASE_WITHOUT_NEED, M::CASE, in(CaseState::OPEN), "last need terminal, or C1", O::REFERRER,
     all(d(14)), never, "C2", "CLOSED", nobody},

    {D::NEED_DRAFT, M::NEED, in(N::DRAFT), "last edit", O::REFERRER,
     {h(1), d(7), d(7)}, never, "", "", inv | inv_s},
    {D::NEED_READY, M::NEED, in(N::READY), "N1", O::REFERRER,
     {min(5), h(1), wd(1)}, never, "N15", "UNPLACED", inv_s},
    {D::NEED_INQUIRING, M::NEED, in(N::INQUIRING), "all slots free, no candidate left", O::REFERRER,
     all(at_once), never, "N15", "UNPLACED", inv},
    {D::NEED_OPTIONS, M::NEED, in(N::OPTIONS), "last offer gone", O::REFERRER,
     all(at_once), never, "N24", "INQUIRING", nobody},
    {D::NEED_SELECTED, M::NEED, in(N::SELECTED), "chosen leg falls through", O::REFERRER,
     all(at_once), never, "N7", "OPTIONS", nobody},
    {D::NEED_CONFIRMED, M::NEED, in(N::CONFIRMED), "ACCEPTED or the last extension", O::REFERRER,
     {h(4), h(24), h(72)}, never, "", "", inv_s},
    {D::NEED_HANDOFF, M::NEED, in(N::HANDOFF), "window + grace: LEG_WINDOW", O::REFERRER,
     all(never), never, "A7", "NOT_ARRIVED", nobody},
    {D::NEED_PLACED, M::NEED, in(N::PLACED), "ARRIVED", O::REFERRER,
     all(h(48)), never, "N11", "FOLLOW_UP", nobody},
    {D::NEED_FOLLOW_UP, M::NEED, in(N::FOLLOW_UP), "7, 30 or 90 days", O::REFERRER,
     all(wd(3)), never, "", "", inv},
    {D::NEED_FOLLOW_UP_END, M::NEED, in(N::FOLLOW_UP), "the last due", O::REFERRER,
     all(d(14)), never, "N21", "CLOSED", nobody},
    {D::NEED_PAUSED, M::NEED, in(N::PAUSED), "N12", O::REFERRER,
     all(h(72)), never, "N23", "READY", inv_s},
    {D::NEED_UNPLACED, M::NEED, in(N::UNPLACED), "N15", O::REFERRER,
     all(at_once), h(24), "", "", inv_s},

    {D::LEG_PHONE_PROMPT, M::LEG, in(L::QUEUED), "QUEUED", O::REFERRER,
     {min(10), h(1), wd(1)}, never, "", "", inv},
    {D::LEG_SLOT, M::LEG, in(L::QUEUED, L::DELIVERED), "QUEUED", O::REFERRER,
     {min(15), h(4), wd(1)}, never, "", "", inv},
    {D::LEG_QUEUED, M::LEG, in(L::QUEUED), "QUEUED", O::REFERRER,
     {min(60), h(24), wd(5)}, never, "A9", "LAPSED", nobody},
    {D::LEG_ANSWER, M::LEG, in(L::DELIVERED, L::SEEN), "DELIVERED", O::REFERRER,
     {min(60), h(24), wd(5)}, never, "A9", "LAPSED", nobody},
    {D::LEG_REPLY, M::LEG, in(L::INFO_REQUESTED), "W3", O::RECIPIENT,
     {min(15), h(4), wd(1)}, never, "W4", "SEEN", nobody},
    {D::LEG_HOLD, M::LEG, in(L::OFFERED), "W5, W6", O::RECIPIENT,
     {h(4), h(24), h(72)}, never, "W13", "LAPSED", nobody},
    {D::LEG_WAITLIST, M::LEG, in(L::WAITLISTED), "W7 or the last re-confirm", O::RECIPIENT,
     all(d(14)), never, "W13", "LAPSED", nobody},
    {D::LEG_WAITLIST_REFERRER, M::LEG, in(L::WAITLISTED), "W7 or the last re-confirm", O::REFERRER,
     all(d(14)), never, "A8", "NOT_SELECTED", nobody},
    {D::LEG_REVIEW, M::LEG, in(L::DECLINE_UNDER_REVIEW), "W8", O::RECIPIENT,
     {never, h(4), wd(1)}, never, "W10", "DECLINED", nobody},
    {D::LEG_LATE_OFFER, M::LEG, in(L::LATE_OFFER), "arrival", O::REFERRER,
     all(at_once), never, "A10", "OFFERED", nobody},
    {D::LEG_FIRM, M::LEG, in(L::SELECTED), "arrival of SELECTED", O::RECIPIENT,
     {min(30), h(4), wd(1)}, never, "W12", "OFFERED", nobody},
    {D::LEG_FIRM_UNHEARD, M::LEG, in(L::SELECTED), "A3", O::REFERRER,
     {min(60), h(6), wd(2)}, never, "A9", "LAPSED", inv},
    {D::LEG_BY_PHONE_ONLY, M::LEG, in(L::PHONE_ACCEPTED, L::ARRIVED), "A4, A18", O::BOTH,
     {h(24), h(24), wd(1)}, never, "", "", both_supervisors},
    {D::LEG_ACCEPTED, M::LEG, in(L::ACCEPTED), "ACCEPTED or the last extension", O::BOTH,
     {h(4), h(24), h(72)}, never, "", "", both_supervisors},
    {D::LEG_WINDOW, M::LEG, in(L::HANDOFF_SCHEDULED, L::IN_TRANSIT), "end of the window", O::BOTH,
     {min(30), h(2), h(2)}, never, "A7", "NOT_ARRIVED", nobody},
    {D::LEG_NOT_ARRIVED, M::LEG, in(L::NOT_ARRIVED), "A7, W16", O::REFERRER,
     all(min(30)), never, "", "", inv | inv_s},
    {D::LEG_ARRIVED, M::LEG, in(L::ARRIVED), "W17", O::RECIPIENT,
     all(d(90)), never, "", "", shl_s},
    {D::LEG_CANCEL, M::LEG, in(L::CANCEL_REQUESTED), "A13", O::REFERRER,
     {h(1), h(4), h(24)}, never, "", "", inv_s},
    {D::LEG_CANCEL_END, M::LEG, in(L::CANCEL_REQUESTED), "A13", O::REFERRER,
     all(d(7)), never, "A16", "CANCEL_UNCONFIRMED", nobody},
    {D::LEG_NOT_SELECTED, M::LEG, in(L::NOT_SELECTED), "A8", O::REFERRER,
     {h(24), h(24), h(72)}, never, "", "", inv_s},
    {D::LEG_MISDIRECTED, M::LEG, in(L::MISDIRECTED), "A17, W20", O::REFERRER,
     all(h(1)), h(24), "", "", inv_s},
    {D::LEG_MISDIRECTED_END, M::LEG, in(L::MISDIRECTED), "A17, W20", O::REFERRER,
     all(d(7)), never, "A16", "CANCEL_UNCONFIRMED", nobody},
    {D::T1_COPY, M::NONE, 0, "end of the leg", O::RECIPIENT,
     {h(24), h(24), h(72)}, never, "", "erased", nobody},

    {D::RELEASE_UNSIGNED, M::RELEASE,
     in(ReleaseState::DRAFT, ReleaseState::PENDING_SIGNATURES, ReleaseState::CONFLICTED),
     "R1, R2, R3", O::DISCLOSER, {h(24), h(72), h(72)}, never, "", "", both_supervisors},
    {D::RELEASE_UNSIGNED_END, M::RELEASE,
     in(ReleaseState::DRAFT, ReleaseState::PENDING_SIGNATURES, ReleaseState::CONFLICTED),
     "R1, R2, R3", O::DISCLOSER, all(d(14)), never, "R11", "VOID", nobody},
    {D::RELEASE_ACTIVE, M::RELEASE, in(ReleaseState::ACTIVE, ReleaseState::NARROWED),
     "expiry: expiring_at()", O::DISCLOSER, all(never), never, "R6", "EXPIRING", nobody},
    {D::RELEASE_EXPIRING, M::RELEASE, in(ReleaseState::EXPIRING), "expiry", O::DISCLOSER,
     all(at_once), never, "R7", "EXPIRED", nobody},

    {D::GRANT_AUTHORITY, M::GRANT, in(GrantState::SEALED, GrantState::OPENABLE, GrantState::OPENED),
     "end of the release or leg", O::DISCLOSER, all(at_once), never, "G5t", "EXPIRED", nobody},
    {D::GRANT_CLOSED, M::GRANT, in(GrantState::REVOKED, GrantState::EXPIRED), "G4t, G5t, if sent",
     O::DISCLOSER, all(at_once), never, "G6t", "ERASURE_REQUESTED", nobody},
    {D::GRANT_ERASURE, M::GRANT, in(GrantState::ERASURE_REQUESTED), "G6t", O::DISCLOSER,
     all(d(7)), never, "G9t", "ERASURE_OVERDUE", both_supervisors},
    {D::GRANT_OVERDUE, M::GRANT, in(GrantState::ERASURE_OVERDUE), "G9t", O::DISCLOSER,
     all(d(7)), never, "", "", both_supervisors},
    {D::HANDOFF_SET, M::NONE, 0, "ARRIVED", O::BOTH, all(h(24)), never, "", "erased", nobody},

    {D::BREAK_GLASS_REQUESTED, M::BREAK_GLASS, in(BreakGlassState::REQUESTED), "B1", O::HOLDER,
     all(h(1)), never, "B3", "DENIED", nobody},
    {D::BREAK_GLASS_ACTIVE, M::BREAK_GLASS, in(BreakGlassState::ACTIVE), "B2", O::HOLDER,
     all(h(4)), never, "B4", "ENDED", nobody},
    {D::BREAK_GLASS_ENDED, M::BREAK_GLASS, in(BreakGlassState::ENDED), "B4", O::HOLDER,
     all(wd(3)), never, "B6", "REVIEW_OVERDUE", nobody},
    {D::BREAK_GLASS_REVIEW_OVERDUE, M::BREAK_GLASS, in(BreakGlassState::REVIEW_OVERDUE), "B6",
     O::HOLDER, all(d(7)), never, "", "", both_supervisors},
    {D::APPROVAL, M::NONE, 0, "P1", O::REQUESTER, all(h(24)), never, "", "", both_supervisors},
    {D::APPROVAL_END, M::NONE, 0, "P1: approval_due()", O::REQUESTER, all(h(96)), never, "I1",
     "OPEN", nobody},
    {D::INCIDENT_OPEN, M::INCIDENT, in(IncidentState::OPEN), "I1", O::OWN,
     all(h(1)), h(24), "", "", both_supervisors},
    {D::INCIDENT_NOTICES, M::INCIDENT, in(IncidentState::OPEN), "I1", O::OWN,
     all(h(24)), never, "", "", both_supervisors},
    {D::INCIDENT_CONTAINED, M::INCIDENT, in(IncidentState::CONTAINED), "I2", O::OWN,
     all(wd(10)), never, "", "", inv_s},

    {D::DELIVERY_BY_LEG, M::DELIVERY,
     in(DeliveryState::QUEUED, DeliveryState::SENT, DeliveryState::RETRY, DeliveryState::AT_HOST),
     "the deadline of its leg", O::SENDER, all(never), never, "D7", "ABANDONED", nobody},
    {D::DELIVERY_CONTROL, M::DELIVERY,
     in(DeliveryState::QUEUED, DeliveryState::SENT, DeliveryState::RETRY, DeliveryState::AT_HOST),
     "D1", O::SENDER, all(h(72)), never, "", "", both_supervisors},
}};
constexpr Names<DeadlineRow, deadline_row_count> row_names{{
    "CASE_WITHOUT_NEED", "NEED_DRAFT", "NEED_READY", "NEED_INQUIRING", "NEED_OPTIONS",
    "NEED_SELECTED", "NEED_CONFIRMED", "NEED_HANDOFF", "NEED_PLACED", "NEED_FOLLOW_UP",
    "NEED_FOLLOW_UP_END", "NEED_PAUSED", "NEED_UNPLACED", "LEG_PHONE_PROMPT", "LEG_SLOT",
    "LEG_QUEUED", "LEG_ANSWER", "LEG_REPLY", "LEG_HOLD", "LEG_WAITLIST", "LEG_WAITLIST_REFERRER",
    "LEG_REVIEW", "LEG_LATE_OFFER", "LEG_FIRM", "LEG_FIRM_UNHEARD", "LEG_BY_PHONE_ONLY",
    "LEG_ACCEPTED", "LEG_WINDOW", "LEG_NOT_ARRIVED", "LEG_ARRIVED", "LEG_CANCEL", "LEG_CANCEL_END",
    "LEG_NOT_SELECTED", "LEG_MISDIRECTED", "LEG_MISDIRECTED_END", "T1_COPY", "RELEASE_UNSIGNED",
    "RELEASE_UNSIGNED_END", "RELEASE_ACTIVE", "RELEASE_EXPIRING", "GRANT_AUTHORITY", "GRANT_CLOSED",
    "GRANT_ERASURE", "GRANT_OVERDUE", "HANDOFF_SET", "BREAK_GLASS_REQUESTED", "BREAK_GLASS_ACTIVE",
    "BREAK_GLASS_ENDED", "BREAK_GLASS_REVIEW_OVERDUE", "APPROVAL", "APPROVAL_END", "INCIDENT_OPEN",
    "INCIDENT_NOTICES", "INCIDENT_CONTAINED", "DELIVERY_BY_LEG", "DELIVERY_CONTROL",
}};
constexpr Names<TimerOwner, 8> owner_names{{
    "REFERRER", "RECIPIENT", "BOTH", "DISCLOSER", "HOLDER", "REQUESTER", "SENDER", "OWN",
}};
// clang-format on

// Each row stands at its own place, and says what then happens.
static_assert([] {
    for (std::size_t i = 0; i < table.size(); ++i)
        if (static_cast<std::size_t>(table[i].row) != i ||
            (table[i].then.empty() && table[i].raise.empty()))
            return false;
    return true;
}());

bool works_on(std::chrono::weekday day) {
    return day != std::chrono::Saturday && day != std::chrono::Sunday;
}

}  // namespace

std::string_view name(DeadlineRow row) {
    return row_names.of(row);
}
std::string_view name(TimerOwner owner) {
    return owner_names.of(owner);
}
std::span<const Deadline> deadlines() {
    return table;
}
const Deadline& deadline(DeadlineRow row) {
    return table.at(static_cast<std::size_t>(row));
}

std::vector<DeadlineRow> deadlines_of(Machine machine, Byte state) {
    std::vector<DeadlineRow> rows;
    for (const Deadline& row : table)
        if (row.machine == machine && ((row.states >> state) & 1) != 0) rows.push_back(row.row);
    return rows;
}

Time add_working_days(Time from, std::int64_t days) {
    using std::chrono::floor;
    Time at = from;
    while (days > 0) {
        at += std::chrono::days{1};
        if (works_on(std::chrono::weekday(floor<std::chrono::days>(at)))) --days;
    }
    return at;
}

Time end_of_next_working_day(Time from) {
    return std::chrono::floor<std::chrono::days>(add_working_days(from, 1)) + std::chrono::days{1};
}

Time after(Span span, Time from) {
    return span.unit == Span::Unit::WORKING_DAYS ? add_working_days(from, span.amount)
                                                 : from + Duration{span.amount};
}

std::optional<Time> due(DeadlineRow row, Priority priority, Time from) {
    const Span span = deadline(row).after.at(static_cast<std::size_t>(priority));
    if (span.unit == Span::Unit::NEVER) return std::nullopt;
    return after(span, from);
}

std::optional<Time> again(DeadlineRow row, Priority priority, Time last) {
    const Span span = deadline(row).again;
    return span.unit == Span::Unit::NEVER ? due(row, priority, last) : after(span, last);
}

Time part_of(Time from, Time due, int percent) {
    return from + (due - from) * percent / 100;
}

std::optional<Time> review_due(Priority priority, Time from, Time answer_due) {
    const auto own = due(DeadlineRow::LEG_REVIEW, priority, from);
    if (!own || priority != Priority::URGENT) return own;
    return std::min(*own, answer_due);
}

Time erasure_due(Tier tier, Time from) {
    return after(tier <= Tier::T1 ? h(72) : d(7), from);
}

Time expiring_at(Time starts, Time expires) {
    const Duration week = std::chrono::days{7};
    return expires - starts < week ? part_of(starts, expires, 50) : expires - week;
}

Time next_warning(Time starts, Time expires, Time last) {
    const Time first = expiring_at(starts, expires);
    for (const Time rung : {first, after(h(-72), expires), after(h(-24), expires)})
        if (rung >= first && rung > last) return rung;
    return expires;
}

Time approval_due(Time from, Time end_of_next_working_day) {
    return std::clamp(end_of_next_working_day,
                      from + Duration{std::chrono::hours{24}},
                      from + Duration{std::chrono::hours{96}});
}

}  // namespace leeward::schema
