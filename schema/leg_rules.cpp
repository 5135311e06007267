#include "schema/leg_rules.h"

#include <algorithm>
#include <string>

namespace leeward::schema {
namespace {

using enum LegState;
using A = AskMove;
using W = AnswerMove;
using P = Party;
using leg_table::any_answer;
using leg_table::any_ask;

constexpr LegStates before_choice = LegStates::range(QUEUED, DECLINE_UNDER_REVIEW);
constexpr Asks planned{Ask::PLAN, Ask::DEPARTED};
constexpr Asks yes_only{Ask::SELECTED, Ask::PHONE_ACCEPTED};
constexpr Asks choosing = Asks::range(Ask::SELECTED, Ask::PHONE_ARRIVED);
constexpr Asks closing = Asks::range(Ask::NOT_SELECTED, Ask::DISCARD);
constexpr Answers firm{Answer::ACCEPTED, Answer::PLAN_ACK, Answer::NOT_ARRIVED};
constexpr Answers not_firm = any_answer - firm;
constexpr Answers bed_locked{
    Answer::OFFERED, Answer::WAITLISTED, Answer::ACCEPTED, Answer::PLAN_ACK};
constexpr Answers nothing_left{Answer::DECLINED,
                               Answer::LAPSED,
                               Answer::BED_LOST,
                               Answer::CANCEL_CONFIRMED,
                               Answer::DISCARDED,
                               Answer::ENDED};
constexpr Parties inv{P::INV};
constexpr Parties shl{P::SHL, P::CNS};
constexpr Parties shl_s{P::SHL_S};
constexpr Parties sys{P::SYS};
constexpr bool again = true;
constexpr bool once = false;

// clang-format off
constexpr std::array<AskRule, 17> asks{{
    {A::A2, Ask::OPEN, {INFO_REQUESTED}, any_ask, any_answer, inv, "A_", again},
    {A::A3, Ask::SELECTED, {OFFERED}, any_ask, any_answer, inv | Parties{P::SRV}, ""},
    {A::A4, Ask::PHONE_ACCEPTED, before_choice | LegStates{SELECTED, LATE_OFFER, LAPSED},
     any_ask, any_answer, inv, ""},
    {A::A5, Ask::PLAN, {ACCEPTED, PHONE_ACCEPTED, HANDOFF_SCHEDULED, NOT_ARRIVED},
     any_ask, any_answer, inv, "RESCHEDULED", again},
    {A::A6, Ask::DEPARTED, {HANDOFF_SCHEDULED, ACCEPTED, PHONE_ACCEPTED, IN_TRANSIT},
     planned, any_answer, inv, "DELAYED", again},
    {A::A7, Ask::MISSING,
     {HANDOFF_SCHEDULED, IN_TRANSIT, ACCEPTED, PHONE_ACCEPTED, BED_LOST, DECLINED},
     planned, any_answer, inv | sys, "NOT_ARRIVED_"},
    {A::A8, Ask::NOT_SELECTED, before_choice | LegStates{LATE_OFFER}, any_ask, any_answer, sys, ""},
    {A::A9, Ask::LAPSED,
     {QUEUED, DELIVERED, SEEN, INFO_REQUESTED, OFFERED, DECLINE_UNDER_REVIEW, SELECTED},
     any_ask, any_answer, sys,
     "NO_ANSWER DEPUTY_NO_ANSWER NOT_DELIVERED NO_ROUTE KEY_UNKNOWN KEY_CHANGED HOLD_EXPIRED"},
    {A::A10, Ask::OPEN, {LATE_OFFER}, any_ask, any_answer, sys, "", again},
    {A::A11, Ask::OPEN, {LAPSED}, any_ask,
     {Answer::STORED, Answer::SEEN, Answer::OFFERED, Answer::LAPSED, Answer::INFO_REQUESTED,
      Answer::WAITLISTED},
     inv, "", again},
    {A::A12, Ask::OPEN,
     {OFFERED, LAPSED, DECLINED, SEEN, INFO_REQUESTED, WAITLISTED, DECLINE_UNDER_REVIEW},
     yes_only, any_answer, sys, "", again},
    {A::A13, Ask::CANCEL_REQUESTED,
     before_choice | LegStates{SELECTED, PHONE_ACCEPTED, ACCEPTED, HANDOFF_SCHEDULED, NOT_ARRIVED,
                               LATE_OFFER},
     any_ask, any_answer, inv | Parties{P::INV_S}, "CANCEL_ WITHDRAW_ NOT_ARRIVED_ RELEASE_"},
    {A::A14, Ask::CANCEL_CLOSED, {QUEUED}, any_ask, any_answer, inv, "RECALLED", once, Sent::NEVER},
    {A::A15, Ask::CANCEL_CLOSED, {CANCEL_REQUESTED}, any_ask, any_answer, {P::INV_S},
     "CONFIRMED_BY_PHONE"},
    {A::A16, Ask::CANCEL_UNCONFIRMED, {CANCEL_REQUESTED, MISDIRECTED}, any_ask, any_answer, sys, ""},
    {A::A17, Ask::DISCARD,
     before_choice | LegStates{LATE_OFFER, SELECTED, PHONE_ACCEPTED, ACCEPTED, HANDOFF_SCHEDULED,
                               MISDIRECTED, DECLINED, LAPSED, NOT_SELECTED},
     any_ask, any_answer, inv, "MISDIRECT_ EIE_"},
    {A::A18, Ask::PHONE_ARRIVED,
     {PHONE_ACCEPTED, ACCEPTED, HANDOFF_SCHEDULED, IN_TRANSIT, NOT_ARRIVED},
     any_ask, any_answer, inv, ""},
}};

constexpr std::array<AnswerRule, 23> answers{{
    {W::W1, Answer::STORED, {QUEUED, SELECTED, PHONE_ACCEPTED}, {Ask::OPEN}, {Answer::NONE}, sys, ""},
    {W::W2, Answer::SEEN, {DELIVERED}, any_ask, any_answer, shl, ""},
    {W::W3, Answer::INFO_REQUESTED, {SEEN}, any_ask, any_answer, shl, "Q_", again},
    {W::W4, Answer::SEEN, {INFO_REQUESTED}, any_ask, any_answer, shl | sys, "A_NO_ANSWER"},
    {W::W5, Answer::OFFERED, {SEEN, INFO_REQUESTED, WAITLISTED}, any_ask, any_answer, shl,
     "CONDITION_", again},
    {W::W6, Answer::OFFERED, {DECLINED, LAPSED}, {Ask::OPEN, Ask::LAPSED, Ask::SELECTED},
     any_answer - Answers{Answer::NONE, Answer::BED_LOST, Answer::DISCARDED,
                          Answer::CANCEL_CONFIRMED},
     shl, "CONDITION_", again},
    {W::W7, Answer::WAITLISTED, {SEEN, INFO_REQUESTED}, any_ask, any_answer, shl, ""},
    {W::W8, Answer::DECLINE_UNDER_REVIEW, {SEEN, INFO_REQUESTED, OFFERED, WAITLISTED},
     any_ask, any_answer, shl, "DECLINE_"},
    {W::W9, Answer::SEEN, {DECLINE_UNDER_REVIEW}, any_ask, any_answer, shl_s, "REVIEW_"},
    {W::W10, Answer::DECLINED,
     {SEEN, INFO_REQUESTED, OFFERED, WAITLISTED, DECLINE_UNDER_REVIEW, SELECTED, PHONE_ACCEPTED,
      IN_TRANSIT},
     any_ask, not_firm, shl | shl_s | sys, "DECLINE_ VACANCY_GONE REVIEW_TIMEOUT", again},
    {W::W11, Answer::ACCEPTED, {SELECTED, PHONE_ACCEPTED, IN_TRANSIT, NOT_ARRIVED}, choosing,
     not_firm - Answers{Answer::BED_LOST, Answer::DISCARDED}, shl, ""},
    {W::W12, Answer::OFFERED, {SELECTED}, any_ask, any_answer, sys, "", again},
    {W::W13, Answer::LAPSED, {SELECTED, OFFERED, WAITLISTED, LATE_OFFER, LAPSED},
     any_ask, bed_locked, sys, "HOLD_EXPIRED"},
    {W::W13, Answer::LAPSED, {SELECTED, OFFERED, WAITLISTED, LATE_OFFER, LAPSED},
     {Ask::SELECTED}, any_answer - bed_locked, sys, "HOLD_EXPIRED"},
    // An offer that lapsed before the choice was known: it must be said again.
    {W::W13, Answer::LAPSED, {SELECTED}, {Ask::SELECTED}, {Answer::LAPSED}, sys, "HOLD_EXPIRED",
     again},
    {W::W14, Answer::BED_LOST, {ACCEPTED, HANDOFF_SCHEDULED, NOT_ARRIVED}, any_ask, firm, shl_s,
     "VACANCY_GONE EMERGENCY_CLOSURE"},
    {W::W15, Answer::PLAN_ACK, {ACCEPTED, NOT_ARRIVED}, {Ask::PLAN}, firm, shl, "", again},
    {W::W16, Answer::NOT_ARRIVED, {HANDOFF_SCHEDULED, IN_TRANSIT}, any_ask, firm, shl | sys,
     "NOT_ARRIVED_"},
    {W::W16, Answer::NOT_ARRIVED, {ARRIVED}, {Ask::PHONE_ARRIVED},
     any_answer - nothing_left - Answers{Answer::ARRIVED}, shl | sys, "NOT_ARRIVED_"},
    {W::W17, Answer::ARRIVED,
     {ACCEPTED, PHONE_ACCEPTED, HANDOFF_SCHEDULED, IN_TRANSIT, NOT_ARRIVED, CANCEL_REQUESTED,
      ARRIVED},
     any_ask, any_answer, shl, "LATE"},
    {W::W18, Answer::ENDED, {ARRIVED}, any_ask, any_answer, shl, "OUTCOME_"},
    {W::W19, Answer::CANCEL_CONFIRMED,
     {CANCEL_REQUESTED, NOT_SELECTED, CANCEL_CONFIRMED, CANCEL_UNCONFIRMED}, closing, any_answer,
     shl | sys, ""},
    {W::W20, Answer::DISCARDED,
     {MISDIRECTED, DELIVERED, SEEN, INFO_REQUESTED, OFFERED, WAITLISTED}, any_ask, any_answer, shl,
     "MISDIRECT_"},
}};

constexpr Names<AskMove, 19> ask_move_names{{
    "", "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "A10", "A11", "A12", "A13", "A14",
    "A15", "A16", "A17", "A18",
}};
constexpr Names<AnswerMove, 21> answer_move_names{{
    "", "W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8", "W9", "W10", "W11", "W12", "W13", "W14",
    "W15", "W16", "W17", "W18", "W19", "W20",
}};
constexpr Names<MessageClass, 3> class_names{{"CONTROL", "ORDINARY", "DISCLOSING"}};

// Why nothing else can be done now, to a worker. In the order of LegState.
constexpr std::array<std::string_view, leg_state_count> stands{{
    "the inquiry has not reached them yet",
    "it reached their node, nobody there has opened it yet",
    "a person there opened it and has not answered yet",
    "they asked a question that waits for an answer",
    "they hold a bed that nobody has chosen yet",
    "she is on their waiting list",
    "their supervisor is looking at a decline",
    "an offer came after the time was over",
    "they were asked to make it firm and have not answered yet",
    "they said yes by telephone and have not confirmed yet",
    "the bed is firm",
    "the plan is agreed",
    "she is under way: phone",
    "she is not where she should be: phone",
    "she is in the house",
    "a cancellation waits for their confirmation",
    "it went to the wrong place and can only be discarded",
    "they declined",
    "the time for an answer is over",
    "another place was chosen",
    "it is cancelled and confirmed",
    "it is cancelled, they never confirmed",
    "they lost the bed",
    "it is discarded",
    "her stay has ended",
}};
// clang-format on

Error refusal(std::string_view move, LegState state, bool from_here) {
    std::string sentence(stands[static_cast<std::size_t>(state)]);
    if (from_here) sentence += ", and it was said already or no longer fits what was said before";
    sentence += " (" + std::string(move) + " from " + std::string(name(state)) + ")";
    return {Errc::wrong_state, std::move(sentence)};
}

}  // namespace

std::string_view name(AskMove move) {
    return ask_move_names.of(move);
}
std::string_view name(AnswerMove move) {
    return answer_move_names.of(move);
}
std::string_view name(MessageClass message_class) {
    return class_names.of(message_class);
}
std::span<const AskRule> ask_rules() {
    return asks;
}
std::span<const AnswerRule> answer_rules() {
    return answers;
}

Result<AskRegister> write_ask(AskMove move,
                              const AskRegister& own,
                              const AnswerRegister& seen,
                              bool never_sent) {
    if (own.counter == 0) {
        if (move != A::A1) return Error{Errc::wrong_state, "nothing has been asked yet"};
        return AskRegister{Ask::OPEN, 1, seen.counter};
    }
    const LegState state = shown(own, seen);
    bool from_here = false;
    for (const AskRule& rule : asks) {
        if (rule.move != move) continue;
        if (fits(rule, state, own.value, seen.value, never_sent ? Sent::NEVER : Sent::ANY))
            return AskRegister{rule.value, own.counter + 1, seen.counter};
        from_here |= rule.from.contains(state);
    }
    return refusal(name(move), state, from_here);
}

Result<AnswerRegister> write_answer(AnswerMove move,
                                    const AnswerRegister& own,
                                    const AskRegister& seen) {
    if (seen.counter == 0) return Error{Errc::wrong_state, "no inquiry has come"};
    const LegState state = shown(seen, own);
    bool from_here = false;
    for (const AnswerRule& rule : answers) {
        if (rule.move != move) continue;
        if (fits(rule, state, own.value, seen.value))
            return AnswerRegister{rule.value, own.counter + 1, seen.counter};
        from_here |= rule.from.contains(state);
    }
    return refusal(name(move), state, from_here);
}

std::vector<AskMove> allowed_asks(const AskRegister& own,
                                  const AnswerRegister& seen,
                                  bool never_sent) {
    std::vector<AskMove> moves;
    for (unsigned i = 1; i <= ask_move_count; ++i) {
        const auto move = static_cast<AskMove>(i);
        if (write_ask(move, own, seen, never_sent)) moves.push_back(move);
    }
    return moves;
}

std::vector<AnswerMove> allowed_answers(const AnswerRegister& own, const AskRegister& seen) {
    std::vector<AnswerMove> moves;
    for (unsigned i = 1; i <= answer_move_count; ++i) {
        const auto move = static_cast<AnswerMove>(i);
        if (write_answer(move, own, seen)) moves.push_back(move);
    }
    return moves;
}

}  // namespace leeward::schema
