// A disclosure by the holder on EMERGENCY basis (domain.md section 3.6): the requester's node asks with
// a harm code, a person at the holder grants listed fields for at most four hours.
#pragma once

#include <span>

#include "schema/lifecycle.h"

namespace leeward::schema {

// clang-format off
enum class BreakGlassState : Byte {
    REQUESTED, ACTIVE, ENDED, REVIEW_OVERDUE, DENIED, REVIEWED_JUSTIFIED, REVIEWED_UNJUSTIFIED,
};
enum class BreakGlassMove : Byte { B1 = 1, B2, B3, B4, B5, B6 };
// clang-format on
inline constexpr std::size_t break_glass_state_count = 7;

[[nodiscard]] std::string_view name(BreakGlassState state);
[[nodiscard]] std::string_view name(BreakGlassMove move);
[[nodiscard]] std::optional<BreakGlassState> break_glass_state_from(std::string_view word);

[[nodiscard]] constexpr bool is_terminal(BreakGlassState state) {
    return state >= BreakGlassState::DENIED;
}
using BreakGlassTransition = Transition<BreakGlassMove, BreakGlassState>;
[[nodiscard]] std::span<const BreakGlassTransition> break_glass_transitions();
// B1 begins one and is refused here. B5 has two targets: the review's result is `wanted`.
// Errc::wrong_state.
[[nodiscard]] Result<BreakGlassState> next(BreakGlassMove move, BreakGlassState from);
[[nodiscard]] Result<BreakGlassState> next(BreakGlassMove move,
                                           BreakGlassState from,
                                           BreakGlassState wanted);

}  // namespace leeward::schema
