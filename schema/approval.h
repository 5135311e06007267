// Who needs a second person, when, and who never does (domain.md section 3.6a); and how a request for
// one goes. Nothing that protects the survivor is in this table: withdrawing, narrowing, erasing,
// discarding, an emergency inquiry and reading never wait for anybody.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "schema/lifecycle.h"
#include "schema/people.h"
#include "schema/time.h"

namespace leeward::schema {

enum class TwoPersonAct : Byte {
    DECLINE_REVIEW = 1,
    BED_LOST,
    BREAK_GLASS,
    TONIGHT_UNSIGNED,  // recorded without the minor's signature
    RISK_OVERRIDE,     // of an emergency or urgent inquiry
    RISK_OVERRIDE_ROUTINE,
    BULK_EXPORT,
    RECOVERY,  // another recovery holder
    POSTPONE_RETENTION,
    VOUCH,
    PASSPHRASE_RESET,
    COMPELLED,   // a disclosure that a law or a court demands
    SETTLE_LOG,  // a dispute about a partner's log for which no proof can come
    SUSPEND_PEER,
    RESUME_PEER,
    REOPEN_PEER,  // without the word of a partner that a restored node waits for
    DISOWN,       // our word that a partner has lost its root key
    RETIRE,       // leaving the network
};
inline constexpr std::size_t two_person_act_count = 18;

enum class SecondPerson : Byte {
    NOW_OR_BY_PHONE,  // by telephone the act takes effect and is countersigned afterwards
    AFTERWARDS,       // takes effect; reviewed by the end of the next working day
    BEFOREHAND,       // two keys before anything happens
};

struct ApprovalRule {
    TwoPersonAct act;
    SecondPerson when;
    RoleSet approvers;  // and never the one who asks
};
[[nodiscard]] std::span<const ApprovalRule> approval_rules();
[[nodiscard]] const ApprovalRule& rule_of(TwoPersonAct act);
[[nodiscard]] std::string_view name(TwoPersonAct act);
[[nodiscard]] std::optional<TwoPersonAct> two_person_act_from(std::string_view word);
[[nodiscard]] std::string_view name(SecondPerson when);

enum class ApprovalState : Byte {
    ASKED,      // nothing has happened yet
    PHONED,     // in effect on a yes by telephone, not countersigned
    TO_REVIEW,  // in effect, to be looked at afterwards
    OVERDUE,    // PHONED for too long: an incident
    GIVEN,
    COUNTERSIGNED,
    REVIEWED,
    REFUSED,  // the second person said no; of what was in effect, an incident
    LAPSED,   // nobody answered
    VOID,     // the one who asked may no longer do it, or what it was about is over
    AGREED,   // by a partner's supervisor; done once the one who asked gives the command again
};
inline constexpr std::size_t approval_state_count = 11;
enum class ApprovalMove : Byte { P1 = 1, P2, P3, P4, P5, P6, P7, P8, P9, P10, P11 };

[[nodiscard]] std::string_view name(ApprovalState state);
[[nodiscard]] constexpr bool is_open(ApprovalState state) {
    return state <= ApprovalState::OVERDUE || state == ApprovalState::AGREED;
}
[[nodiscard]] constexpr bool is_terminal(ApprovalState state) {
    return !is_open(state);
}
using ApprovalTransition = Transition<ApprovalMove, ApprovalState>;
[[nodiscard]] std::span<const ApprovalTransition> approval_transitions();
// Errc::wrong_state. P1, P4 and P8 begin one and are refused here.
[[nodiscard]] Result<ApprovalState> next(ApprovalMove move, ApprovalState from);

// When a request that nobody has answered lapses.
[[nodiscard]] Time approval_lapses(Time asked);

}  // namespace leeward::schema
