#include "schema/break_glass.h"

namespace leeward::schema {
namespace {

using enum BreakGlassState;
using B = BreakGlassMove;
using P = Party;

// clang-format off
constexpr Table<B, BreakGlassState, 6> table{{
    {B::B1, {},                      {REQUESTED},      any_worker, "HARM_"},
    {B::B2, {REQUESTED},             {ACTIVE},         any_worker, "HARM_"},
    {B::B3, {REQUESTED},             {DENIED},         any_worker | Parties{P::SYS}, ""},
    {B::B4, {ACTIVE},                {ENDED},          {P::SYS}, ""},
    {B::B5, {ENDED, REVIEW_OVERDUE}, {REVIEWED_JUSTIFIED, REVIEWED_UNJUSTIFIED}, any_worker, ""},
    {B::B6, {ENDED},                 {REVIEW_OVERDUE}, {P::SYS}, ""},
}};
constexpr Names<BreakGlassState, break_glass_state_count> state_names{{
    "REQUESTED", "ACTIVE", "ENDED", "REVIEW_OVERDUE", "DENIED", "REVIEWED_JUSTIFIED",
    "REVIEWED_UNJUSTIFIED",
}};
constexpr Names<BreakGlassMove, 7> move_names{{"", "B1", "B2", "B3", "B4", "B5", "B6"}};
// clang-format on

static_assert(well_formed(table));
static_assert([] {
    for (unsigned i = 0; i < break_glass_state_count; ++i)
        if (const auto s = static_cast<BreakGlassState>(i); is_terminal(s) == has_way_out(table, s))
            return false;
    return true;
}());

}  // namespace

std::string_view name(BreakGlassState state) {
    return state_names.of(state);
}
std::string_view name(BreakGlassMove move) {
    return move_names.of(move);
}
std::optional<BreakGlassState> break_glass_state_from(std::string_view word) {
    return state_names.find(word);
}
std::span<const BreakGlassTransition> break_glass_transitions() {
    return table;
}

Result<BreakGlassState> next(BreakGlassMove move, BreakGlassState from) {
    if (const auto to = step(table, move, from)) return *to;
    return refused("emergency access", name(from));
}

Result<BreakGlassState> next(BreakGlassMove move, BreakGlassState from, BreakGlassState wanted) {
    if (const auto to = step(table, move, from, std::optional(wanted))) return *to;
    return refused("emergency access", name(from));
}

}  // namespace leeward::schema
