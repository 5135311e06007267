#include "schema/incident.h"

namespace leeward::schema {
namespace {

using enum IncidentState;
using I = IncidentMove;
using P = Party;

// clang-format off
constexpr Table<I, IncidentState, 3> table{{
    {I::I1, {},          {OPEN},      any_worker | Parties{P::SYS}, ""},
    {I::I2, {OPEN},      {CONTAINED}, any_worker, ""},
    {I::I3, {CONTAINED}, {CLOSED},    {P::INV_S}, ""},
}};
// clang-format on
constexpr Names<IncidentState, incident_state_count> state_names{{"OPEN", "CONTAINED", "CLOSED"}};
constexpr Names<IncidentMove, 4> move_names{{"", "I1", "I2", "I3"}};

static_assert(well_formed(table));
static_assert(has_way_out(table, OPEN) && has_way_out(table, CONTAINED));
static_assert(!has_way_out(table, CLOSED));

}  // namespace

std::string_view name(IncidentState state) {
    return state_names.of(state);
}
std::string_view name(IncidentMove move) {
    return move_names.of(move);
}
std::optional<IncidentState> incident_state_from(std::string_view word) {
    return state_names.find(word);
}
std::span<const IncidentTransition> incident_transitions() {
    return table;
}

Result<IncidentState> next(IncidentMove move, IncidentState from) {
    if (const auto to = step(table, move, from)) return *to;
    return refused("incident", name(from));
}

}  // namespace leeward::schema
