// One tier for one recipient under one key (domain.md section 3.4): two registers again. The
// discloser's node writes one, the recipient's the other; both show the same.
#pragma once

#include <span>

#include "schema/leg.h"
#include "schema/need.h"
#include "schema/tier.h"

namespace leeward::schema {

// clang-format off
enum class GrantDiscloser : Byte {
    SEALED, OPENABLE, REVOKED, EXPIRED, ERASURE_REQUESTED, ERASURE_OVERDUE, UNREACHABLE,
};
enum class GrantRecipient : Byte { NONE, OPENED, ERASURE_ATTESTED, RETAINED_LAWFULLY };
enum class GrantState : Byte {  // what is shown
    SEALED, OPENABLE, OPENED, REVOKED, EXPIRED, ERASURE_REQUESTED, ERASURE_OVERDUE,
    UNREACHABLE, ERASURE_ATTESTED, RETAINED_LAWFULLY,
};
enum class GrantMove : Byte { G1t = 1, G2t, G3t, G4t, G5t, G6t, G7t, G8t, G9t, G10t };
// clang-format on
inline constexpr std::size_t grant_state_count = 10;

[[nodiscard]] std::string_view name(GrantDiscloser value);
[[nodiscard]] std::string_view name(GrantRecipient value);
[[nodiscard]] std::string_view name(GrantState state);
[[nodiscard]] std::string_view name(GrantMove move);
[[nodiscard]] std::optional<GrantDiscloser> grant_discloser_from(std::string_view word);
[[nodiscard]] std::optional<GrantRecipient> grant_recipient_from(std::string_view word);
[[nodiscard]] std::optional<GrantState> grant_state_from(std::string_view word);

// The recipient's last word stands against everything; then the discloser's closing; then OPENED.
[[nodiscard]] constexpr GrantState shown(GrantDiscloser discloser, GrantRecipient recipient) {
    if (recipient == GrantRecipient::ERASURE_ATTESTED) return GrantState::ERASURE_ATTESTED;
    if (recipient == GrantRecipient::RETAINED_LAWFULLY) return GrantState::RETAINED_LAWFULLY;
    switch (discloser) {
        case GrantDiscloser::REVOKED:
            return GrantState::REVOKED;
        case GrantDiscloser::EXPIRED:
            return GrantState::EXPIRED;
        case GrantDiscloser::ERASURE_REQUESTED:
            return GrantState::ERASURE_REQUESTED;
        case GrantDiscloser::ERASURE_OVERDUE:
            return GrantState::ERASURE_OVERDUE;
        case GrantDiscloser::UNREACHABLE:
            return GrantState::UNREACHABLE;
        case GrantDiscloser::SEALED:
        case GrantDiscloser::OPENABLE:
            break;
    }
    if (recipient == GrantRecipient::OPENED) return GrantState::OPENED;
    return discloser == GrantDiscloser::SEALED ? GrantState::SEALED : GrantState::OPENABLE;
}

// The recipient holds what it may read.
[[nodiscard]] constexpr bool readable(GrantState state) {
    return state == GrantState::OPENABLE || state == GrantState::OPENED;
}
// REVOKED and EXPIRED are the end only of what was never sent: see G6t.
[[nodiscard]] constexpr bool is_terminal(GrantState state) {
    return state >= GrantState::UNREACHABLE;
}

using GrantTransition = Transition<GrantMove, GrantState>;
[[nodiscard]] std::span<const GrantTransition> grant_transitions();
// The step in terms of what is shown. G1t begins a grant and is refused here. Errc::wrong_state.
[[nodiscard]] Result<GrantState> next(GrantMove move, GrantState from);
// The same for each writer. Errc::wrong_state, also for a move that belongs to the other register.
[[nodiscard]] Result<GrantDiscloser> write_discloser(GrantMove move,
                                                     GrantDiscloser own,
                                                     GrantRecipient seen);
[[nodiscard]] Result<GrantRecipient> write_recipient(GrantMove move,
                                                     GrantRecipient own,
                                                     GrantDiscloser seen);

// Whether the leg has come far enough for this tier. T1 while it is open; T2 and above only on the
// recipient's own yes (never one by telephone); T3 in a placement only once she is in the house, in
// any other service from the firm yes on. L0 never. The release is asked separately.
[[nodiscard]] bool allows(LegState shown, Answer answer, Tier tier, ServiceClass service);

}  // namespace leeward::schema
