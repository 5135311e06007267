// What a survivor needs: one service of one class, searched for and settled at the referrer alone
// (domain.md section 3.1). A need begins as DRAFT; all else is in the table, N1 to N25.
#pragma once

#include <optional>
#include <span>

#include "schema/leg.h"
#include "schema/lifecycle.h"

namespace leeward::schema {

enum class Priority : Byte { EMERGENCY, URGENT, ROUTINE };
// A need has exactly one, so that a bed found never closes a counselling leg.
enum class ServiceClass : Byte { PLACEMENT, COUNSELLING, MEDICAL, LEGAL, EDUCATION, OTHER };

// clang-format off
enum class NeedState : Byte {
    DRAFT, READY, INQUIRING, OPTIONS, SELECTED, CONFIRMED, HANDOFF, PLACED, FOLLOW_UP, PAUSED,
    UNPLACED,
    CLOSED, WITHDRAWN, CANCELLED, DUPLICATE_LINKED, ENTERED_IN_ERROR,
};
enum class NeedMove : Byte {  // the number of the table is the value; N2 is retired
    N1 = 1, N3 = 3, N4, N5, N6, N7, N8, N9, N10, N11, N12, N13, N14, N15, N16, N17, N18, N19, N20,
    N21, N22, N23, N24, N25,
};
// clang-format on
inline constexpr std::size_t need_state_count = 16;

[[nodiscard]] std::string_view name(Priority priority);
[[nodiscard]] std::string_view name(ServiceClass service);
[[nodiscard]] std::string_view name(NeedState state);
[[nodiscard]] std::string_view name(NeedMove move);  // "N13"
[[nodiscard]] std::optional<Priority> priority_from(std::string_view word);
[[nodiscard]] std::optional<ServiceClass> service_class_from(std::string_view word);
[[nodiscard]] std::optional<NeedState> need_state_from(std::string_view word);

using NeedStates = EnumSet<NeedState>;
using NeedTransition = Transition<NeedMove, NeedState>;

// Terminal; N17 reopens CLOSED, WITHDRAWN and CANCELLED.
[[nodiscard]] constexpr bool is_terminal(NeedState state) {
    return state >= NeedState::CLOSED;
}
// The whole table, in the order of its numbers.
[[nodiscard]] std::span<const NeedTransition> need_transitions();

// The state after `move`, for moves with one target; the second names the target where the table has
// several (N7, N10, N19: OPTIONS or INQUIRING; N23: the state before). Errc::wrong_state with a
// sentence for the worker.
[[nodiscard]] Result<NeedState> next(NeedMove move, NeedState from);
[[nodiscard]] Result<NeedState> next(NeedMove move, NeedState from, NeedState wanted);

struct NeedStep {
    NeedMove move;
    NeedState to;

    friend constexpr bool operator==(const NeedStep&, const NeedStep&) = default;
};
enum class Candidates : Byte { NONE, SOME };  // recipients that could still be asked

// The transition of the node itself that is due, given what the need's legs show; nullopt when the
// need stands where its legs say. Call it after each change of a leg, and again after applying, until
// nothing is due: it never goes in a circle.
[[nodiscard]] std::optional<NeedStep> derive(NeedState state,
                                             std::span<const LegState> legs,
                                             Candidates candidates);
// Where a paused need goes on (N23), by what its legs then show.
[[nodiscard]] NeedState resumed(NeedState before_pause, std::span<const LegState> legs);
// A child is on the way or not where she should be: nothing cancels; the person with her is phoned.
[[nodiscard]] bool under_way(std::span<const LegState> legs);

}  // namespace leeward::schema
