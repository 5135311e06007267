#include "schema/case.h"

namespace leeward::schema {
namespace {

using enum CaseState;
using C = CaseMove;
using P = Party;

// clang-format off
constexpr Table<C, CaseState, 4> table{{
    {C::C1, {},       {OPEN},   {P::INV},   ""},
    {C::C2, {OPEN},   {CLOSED}, {P::SYS},   ""},
    {C::C3, {CLOSED}, {OPEN},   {P::INV_S}, ""},
    {C::C4, {CLOSED}, {ERASED}, {P::SYS},   ""},
}};
// clang-format on
constexpr Names<CaseState, case_state_count> state_names{{"OPEN", "CLOSED", "ERASED"}};
constexpr Names<CaseMove, 5> move_names{{"", "C1", "C2", "C3", "C4"}};

static_assert(well_formed(table));
static_assert(has_way_out(table, OPEN) && has_way_out(table, CLOSED));
static_assert(!has_way_out(table, ERASED));

}  // namespace

std::string_view name(CaseState state) {
    return state_names.of(state);
}
std::string_view name(CaseMove move) {
    return move_names.of(move);
}
std::optional<CaseState> case_state_from(std::string_view word) {
    return state_names.find(word);
}
std::span<const CaseTransition> case_transitions() {
    return table;
}

Result<CaseState> next(CaseMove move, CaseState from) {
    if (const auto to = step(table, move, from)) return *to;
    return refused("case", name(from));
}

}  // namespace leeward::schema
