// The authority to disclose: one direction, one recipient, one purpose, listed fields, an end
// (domain.md section 3.3). Written by the discloser's node. No state of it moves a leg.
#pragma once

#include <span>
#include <string>

#include "schema/lifecycle.h"

namespace leeward::schema {

// clang-format off
enum class ReleaseState : Byte {
    DRAFT, PENDING_SIGNATURES, CONFLICTED, ACTIVE, NARROWED, EXPIRING,
    EXPIRED, WITHDRAWN, SUPERSEDED, INVALIDATED, VOID,
};
enum class ReleaseMove : Byte { R1 = 1, R2, R3, R4, R5, R6, R7, R8, R9, R10, R11 };
// What a disclosure rests on. Only RELEASE is ever called consent.
enum class Basis : Byte { RELEASE, TONIGHT, EMERGENCY, STATUTORY_MANDATE, COURT_ORDER };
// clang-format on
inline constexpr std::size_t release_state_count = 11;

[[nodiscard]] std::string_view name(ReleaseState state);
[[nodiscard]] std::string_view name(ReleaseMove move);
[[nodiscard]] std::string_view name(Basis basis);
[[nodiscard]] std::optional<ReleaseState> release_state_from(std::string_view word);
[[nodiscard]] std::optional<Basis> basis_from(std::string_view word);

using ReleaseStates = EnumSet<ReleaseState>;
using ReleaseTransition = Transition<ReleaseMove, ReleaseState>;
inline constexpr ReleaseStates live_release_states{
    ReleaseState::ACTIVE, ReleaseState::NARROWED, ReleaseState::EXPIRING};

// Discloses. Asked at the moment of the disclosure: what ends later never reaches back.
[[nodiscard]] constexpr bool live(ReleaseState state) {
    return live_release_states.contains(state);
}
[[nodiscard]] constexpr bool is_terminal(ReleaseState state) {
    return state >= ReleaseState::EXPIRED;
}
[[nodiscard]] std::span<const ReleaseTransition> release_transitions();
// R1 begins a release: it has no state before and is refused here. Errc::wrong_state.
[[nodiscard]] Result<ReleaseState> next(ReleaseMove move, ReleaseState from);

// Days that a release may run: by default, and at most.
inline constexpr int release_default_days = 30;
inline constexpr int release_hard_max_days = 90;
inline constexpr int tonight_hours = 72;
inline constexpr int emergency_hours = 4;

// How far a partner may tell the referrer what became of her: only that it is over, whether she is
// still in contact, or the outcome. A release of its own; NONE without one.
enum class ReturnLevel : Byte { NONE, COARSE, DETAIL };
[[nodiscard]] std::string_view name(ReturnLevel level);
[[nodiscard]] std::optional<ReturnLevel> return_level_from(std::string_view word);

enum class Signer : Byte { MINOR, GUARDIAN, AGENCY_REPRESENTATIVE, COURT };
enum class Standing : Byte { SAFE, UNSAFE };  // UNSAFE: on the local list of alleged abusers
enum class Decision : Byte { WAITING, AGREED, REFUSED, WITHDREW };
enum class Alone : Byte { NOT_LAWFUL, LAWFUL };  // may a minor receive this service alone
[[nodiscard]] std::string_view name(Signer signer);
[[nodiscard]] std::string_view name(Standing standing);
[[nodiscard]] std::string_view name(Decision decision);
[[nodiscard]] std::optional<Signer> signer_from(std::string_view word);
[[nodiscard]] std::optional<Standing> standing_from(std::string_view word);
[[nodiscard]] std::optional<Decision> decision_from(std::string_view word);

// Whether these CAPACITY_ codes are a whole record that she understood: what, why, for and against, and
// said it back; CAPACITY_NOT_NOW is a record that she did not.
[[nodiscard]] bool shows_capacity(std::span<const std::string> codes);
// Which AUTHORITY_ codes give an adult of this kind a standing to sign; none for the minor.
[[nodiscard]] bool gives_standing(std::string_view authority, Signer signer);

struct Signature {
    Signer signer{};
    Standing standing{};
    Decision decision{};
    bool capacity_recorded = false;  // the minor understood, and somebody recorded how
};

// Which state the signatures give: PENDING_SIGNATURES, CONFLICTED or ACTIVE. The rule:
// a minor and one safe guardian; or an agency's representative and the minor's assent; or a minor
// alone where that is lawful, with a capacity record; or a court. The unsafe never sign, and what
// they refuse counts for nothing. A missing capacity record never cancels another valid consent.
[[nodiscard]] ReleaseState signed_state(std::span<const Signature> signatures, Alone alone);

}  // namespace leeward::schema
