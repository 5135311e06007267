#include "schema/need.h"

#include <algorithm>

namespace leeward::schema {
namespace {

using enum NeedState;
using N = NeedMove;
using P = Party;

constexpr NeedStates open_states = NeedStates::range(DRAFT, UNPLACED);
constexpr NeedStates all_states = NeedStates::range(DRAFT, ENTERED_IN_ERROR);
constexpr NeedStates searching{OPTIONS, INQUIRING};  // where a need falls back to
constexpr Parties inv{P::INV};
constexpr Parties inv_s{P::INV_S};
constexpr Parties sys{P::SYS};
constexpr Parties heard{P::INV, P::SRV};

// N9 leaves out PLACED and FOLLOW_UP, where she is already; N18 leaves out itself. N17 from WITHDRAWN
// needs the survivor's word and any worker who heard it, from the others a supervisor.
// clang-format off
constexpr Table<N, NeedState, 24> table{{
    {N::N1,  {DRAFT}, {READY}, inv, ""},
    {N::N3,  {READY}, {INQUIRING}, inv, "RISK_OVERRIDE_"},  // the code only over the budget
    {N::N4,  {INQUIRING, UNPLACED}, {OPTIONS}, sys, ""},
    {N::N5,  {OPTIONS}, {SELECTED}, heard, "CHOICE_BASIS_"},
    {N::N6,  {SELECTED}, {CONFIRMED}, sys, ""},
    {N::N7,  {SELECTED}, searching, sys, ""},
    {N::N8,  {CONFIRMED}, {HANDOFF}, sys, ""},
    {N::N9,  open_states - NeedStates{PLACED, FOLLOW_UP}, {PLACED}, sys, ""},
    {N::N10, {HANDOFF}, searching, inv, "NOT_ARRIVED_"},
    {N::N11, {PLACED}, {FOLLOW_UP}, sys, ""},
    {N::N12, NeedStates::range(READY, CONFIRMED), {PAUSED}, heard | sys, "PAUSE_"},
    {N::N13, open_states, {WITHDRAWN}, heard, "WITHDRAW_"},
    {N::N14, NeedStates::range(DRAFT, HANDOFF) | NeedStates{PAUSED, UNPLACED}, {CANCELLED}, inv,
     "CANCEL_"},
    {N::N15, {READY, INQUIRING, OPTIONS}, {UNPLACED}, inv | sys, "UNMET_"},
    {N::N16, {UNPLACED}, {INQUIRING}, inv, "REOPEN_"},
    {N::N17, {CLOSED, CANCELLED, WITHDRAWN}, {READY}, inv_s | heard, "REOPEN_"},
    {N::N18, all_states - NeedStates{ENTERED_IN_ERROR}, {ENTERED_IN_ERROR}, inv_s, "EIE_"},
    {N::N19, {CONFIRMED, HANDOFF}, searching, sys, ""},
    {N::N20, open_states, {DUPLICATE_LINKED}, inv, ""},
    {N::N21, {FOLLOW_UP}, {CLOSED}, inv | sys, "OUTCOME_"},
    {N::N22, {PLACED}, {CLOSED}, sys, "OUTCOME_NOT_DISCLOSED"},
    {N::N23, {PAUSED}, NeedStates::range(READY, HANDOFF), heard | sys, ""},
    {N::N24, {OPTIONS}, {INQUIRING}, sys, ""},
    {N::N25, NeedStates::range(READY, SELECTED) | NeedStates{UNPLACED}, {CONFIRMED}, sys, ""},
}};
constexpr Names<Priority, 3> priority_names{{"EMERGENCY", "URGENT", "ROUTINE"}};
constexpr Names<ServiceClass, 6> service_names{{
    "PLACEMENT", "COUNSELLING", "MEDICAL", "LEGAL", "EDUCATION", "OTHER",
}};
constexpr Names<NeedState, need_state_count> state_names{{
    "DRAFT", "READY", "INQUIRING", "OPTIONS", "SELECTED", "CONFIRMED", "HANDOFF", "PLACED",
    "FOLLOW_UP", "PAUSED", "UNPLACED", "CLOSED", "WITHDRAWN", "CANCELLED", "DUPLICATE_LINKED",
    "ENTERED_IN_ERROR",
}};
constexpr Names<NeedMove, 26> move_names{{
    "", "N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8", "N9", "N10", "N11", "N12", "N13", "N14",
    "N15", "N16", "N17", "N18", "N19", "N20", "N21", "N22", "N23", "N24", "N25",
}};
// clang-format on

static_assert(well_formed(table));
static_assert([] {
    for (unsigned i = 0; i < need_state_count; ++i)
        if (const auto s = static_cast<NeedState>(i); !is_terminal(s) && !has_way_out(table, s))
            return false;
    return true;
}());
// Only three ends are taken back, and an entry made in error never is.
static_assert(step(table, N::N17, WITHDRAWN) == READY);
static_assert(!has_way_out(table, ENTERED_IN_ERROR));
// Not from HANDOFF on: there the person with her is phoned.
static_assert(!step(table, N::N12, HANDOFF));

using Legs = std::span<const LegState>;

bool shows(Legs legs, LegStates states) {
    return std::any_of(
        legs.begin(), legs.end(), [&](LegState leg) { return states.contains(leg); });
}
bool any_chosen(Legs legs) {
    return shows(legs, chosen_leg_states);
}
bool any_live(Legs legs) {
    return shows(legs, LegStates::range(LegState::QUEUED, LegState::MISDIRECTED));
}
NeedState without_choice(Legs legs) {
    return shows(legs, {LegState::OFFERED}) ? OPTIONS : INQUIRING;
}

std::optional<NeedStep> derive_searching(NeedState state, Legs legs, Candidates candidates) {
    if (state != OPTIONS && shows(legs, {LegState::OFFERED})) return NeedStep{N::N4, OPTIONS};
    if (state == OPTIONS && !shows(legs, {LegState::OFFERED})) return NeedStep{N::N24, INQUIRING};
    if (state == INQUIRING && !any_live(legs) && candidates == Candidates::NONE)
        return NeedStep{N::N15, UNPLACED};
    return std::nullopt;
}

std::optional<NeedStep> derive_selected(Legs legs) {
    if (shows(legs,
              {LegState::ACCEPTED,
               LegState::HANDOFF_SCHEDULED,
               LegState::IN_TRANSIT,
               LegState::NOT_ARRIVED}))
        return NeedStep{N::N6, CONFIRMED};
    if (!any_chosen(legs)) return NeedStep{N::N7, without_choice(legs)};
    return std::nullopt;
}

std::optional<NeedStep> derive_confirmed(NeedState state, Legs legs) {
    if (!any_chosen(legs)) return NeedStep{N::N19, without_choice(legs)};
    if (state == CONFIRMED && shows(legs, {LegState::HANDOFF_SCHEDULED, LegState::IN_TRANSIT}))
        return NeedStep{N::N8, HANDOFF};
    return std::nullopt;
}

}  // namespace

std::string_view name(Priority priority) {
    return priority_names.of(priority);
}
std::string_view name(ServiceClass service) {
    return service_names.of(service);
}
std::string_view name(NeedState state) {
    return state_names.of(state);
}
std::string_view name(NeedMove move) {
    return move_names.of(move);
}
std::optional<Priority> priority_from(std::string_view word) {
    return priority_names.find(word);
}
std::optional<ServiceClass> service_class_from(std::string_view word) {
    return service_names.find(word);
}
std::optional<NeedState> need_state_from(std::string_view word) {
    return state_names.find(word);
}
std::span<const NeedTransition> need_transitions() {
    return table;
}

Result<NeedState> next(NeedMove move, NeedState from) {
    if (const auto to = step(table, move, from)) return *to;
    return refused("need", name(from));
}

Result<NeedState> next(NeedMove move, NeedState from, NeedState wanted) {
    if (const auto to = step(table, move, from, std::optional(wanted))) return *to;
    return refused("need", name(from));
}

std::optional<NeedStep> derive(NeedState state, Legs legs, Candidates candidates) {
    const auto takes = [&](NeedMove move) { return step(table, move, state).has_value(); };
    if (takes(N::N9) && shows(legs, {LegState::ARRIVED})) return NeedStep{N::N9, PLACED};
    if (takes(N::N25) && shows(legs, {LegState::PHONE_ACCEPTED}))
        return NeedStep{N::N25, CONFIRMED};
    switch (state) {
        case INQUIRING:
        case OPTIONS:
        case UNPLACED:
            return derive_searching(state, legs, candidates);
        case SELECTED:
            return derive_selected(legs);
        case CONFIRMED:
        case HANDOFF:
            return derive_confirmed(state, legs);
        case DRAFT:
        case READY:
        case PLACED:
        case FOLLOW_UP:
        case PAUSED:
        case CLOSED:
        case WITHDRAWN:
        case CANCELLED:
        case DUPLICATE_LINKED:
        case ENTERED_IN_ERROR:
            break;
    }
    return std::nullopt;
}

NeedState resumed(NeedState before_pause, Legs legs) {
    if (shows(legs, {LegState::HANDOFF_SCHEDULED, LegState::IN_TRANSIT, LegState::NOT_ARRIVED}))
        return HANDOFF;
    if (shows(legs, {LegState::ACCEPTED, LegState::PHONE_ACCEPTED})) return CONFIRMED;
    if (shows(legs, {LegState::SELECTED})) return SELECTED;
    if (shows(legs, {LegState::OFFERED})) return OPTIONS;
    return before_pause == READY ? READY : INQUIRING;
}

bool under_way(Legs legs) {
    return shows(legs, {LegState::IN_TRANSIT, LegState::NOT_ARRIVED});
}

}  // namespace leeward::schema
