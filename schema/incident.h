// Something went wrong that people must settle (domain.md section 3.6): misdirected, an invalidated
// release, a phone approval nobody countersigned, a lost key or device. It freezes the disclosures of
// the leg concerned, never its care.
#pragma once

#include <span>

#include "schema/lifecycle.h"

namespace leeward::schema {

enum class IncidentState : Byte { OPEN, CONTAINED, CLOSED };
enum class IncidentMove : Byte { I1 = 1, I2, I3 };
inline constexpr std::size_t incident_state_count = 3;

[[nodiscard]] std::string_view name(IncidentState state);
[[nodiscard]] std::string_view name(IncidentMove move);
[[nodiscard]] std::optional<IncidentState> incident_state_from(std::string_view word);

[[nodiscard]] constexpr bool is_terminal(IncidentState state) {
    return state == IncidentState::CLOSED;
}
using IncidentTransition = Transition<IncidentMove, IncidentState>;
[[nodiscard]] std::span<const IncidentTransition> incident_transitions();
// I1 begins one and is refused here. Errc::wrong_state.
[[nodiscard]] Result<IncidentState> next(IncidentMove move, IncidentState from);

}  // namespace leeward::schema
