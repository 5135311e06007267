// One survivor at one referrer (domain.md section 3.1): random, local, never transmitted. It owns the
// needs, the releases, the keys, and the answer to "who has seen this?".
#pragma once

#include <span>

#include "schema/lifecycle.h"

namespace leeward::schema {

enum class CaseState : Byte { OPEN, CLOSED, ERASED };
enum class CaseMove : Byte { C1 = 1, C2, C3, C4 };
inline constexpr std::size_t case_state_count = 3;

[[nodiscard]] std::string_view name(CaseState state);
[[nodiscard]] std::string_view name(CaseMove move);
[[nodiscard]] std::optional<CaseState> case_state_from(std::string_view word);

// Nothing comes back from ERASED: its keys are destroyed. CLOSED waits for the end of retention.
[[nodiscard]] constexpr bool is_terminal(CaseState state) {
    return state == CaseState::ERASED;
}
using CaseTransition = Transition<CaseMove, CaseState>;
[[nodiscard]] std::span<const CaseTransition> case_transitions();
// C1 begins a case and is refused here. Errc::wrong_state.
[[nodiscard]] Result<CaseState> next(CaseMove move, CaseState from);

// What keeps a closed case from being erased (C4), although its retention is over.
struct Unsettled {
    std::size_t erasures_unattested = 0;
    std::size_t withdrawals_unconfirmed = 0;
    std::size_t incidents_open = 0;
};
[[nodiscard]] constexpr bool may_erase(CaseState state, const Unsettled& left) {
    return state == CaseState::CLOSED && left.erasures_unattested == 0 &&
           left.withdrawals_unconfirmed == 0 && left.incidents_open == 0;
}

}  // namespace leeward::schema
