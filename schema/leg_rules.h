// Who may write what into a leg's registers, and from which shown state (domain.md section 3.2).
//
// A write is made on the writer's own register, with the newest copy of the other's that it holds:
// it increments the counter by one and sets `saw` to the counter of that copy. Guards that need more
// than the registers (free slots, holds, second persons, codes) belong to the exchange.
#pragma once

#include <span>
#include <vector>

#include "schema/leg.h"

namespace leeward::schema {

// clang-format off
enum class AskMove : Byte {  // the number of the table is the value
    A1 = 1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15, A16, A17, A18,
};
enum class AnswerMove : Byte {
    W1 = 1, W2, W3, W4, W5, W6, W7, W8, W9, W10, W11, W12, W13, W14, W15, W16, W17, W18, W19, W20,
};
// clang-format on
inline constexpr std::size_t ask_move_count = 18;
inline constexpr std::size_t answer_move_count = 20;
[[nodiscard]] std::string_view name(AskMove move);     // "A13"
[[nodiscard]] std::string_view name(AnswerMove move);  // "W6"

enum class Sent : Byte { ANY, NEVER };

// One row of the table: `move` writes `value` where this is shown and the registers hold these. A move
// with two rows is allowed by either.
template <class Move, class Value>
struct WriteRule {
    Move move;
    Value value;
    LegStates from;
    Asks asks;
    Answers answers;
    Parties who;
    std::string_view codes;  // families of the reason code, separated by spaces; "" for none
    bool again = false;      // may write the value that stands already (a new round, a new plan)
    Sent sent = Sent::ANY;   // NEVER: only while the inquiry has not left this node
};
using AskRule = WriteRule<AskMove, Ask>;
using AnswerRule = WriteRule<AnswerMove, Answer>;
[[nodiscard]] std::span<const AskRule> ask_rules();        // A2 to A18; A1 begins a leg
[[nodiscard]] std::span<const AnswerRule> answer_rules();  // W1 to W20

[[nodiscard]] constexpr bool fits(
    const AskRule& rule, LegState shown, Ask own, Answer seen, Sent sent) {
    return rule.from.contains(shown) && rule.asks.contains(own) && rule.answers.contains(seen) &&
           (rule.sent == Sent::ANY || sent == Sent::NEVER) && (rule.again || own != rule.value);
}
[[nodiscard]] constexpr bool fits(const AnswerRule& rule, LegState shown, Answer own, Ask seen) {
    return rule.from.contains(shown) && rule.answers.contains(own) && rule.asks.contains(seen) &&
           (rule.again || own != rule.value);
}

// Makes a write. A1 takes a register with counter 0. `never_sent`: the inquiry has not left this node,
// so it can still be recalled for certain (A14). Errc::wrong_state with a sentence for the worker.
[[nodiscard]] Result<AskRegister> write_ask(AskMove move,
                                            const AskRegister& own,
                                            const AnswerRegister& seen,
                                            bool never_sent);
// Refused while `seen` has counter 0: no inquiry has come.
[[nodiscard]] Result<AnswerRegister> write_answer(AnswerMove move,
                                                  const AnswerRegister& own,
                                                  const AskRegister& seen);

// All moves that write_ask or write_answer would take now, in the order of their numbers.
[[nodiscard]] std::vector<AskMove> allowed_asks(const AskRegister& own,
                                                const AnswerRegister& seen,
                                                bool never_sent = false);
[[nodiscard]] std::vector<AnswerMove> allowed_answers(const AnswerRegister& own,
                                                      const AskRegister& seen);

// How a message is treated on the way (protocol.md section 5a). CONTROL closes, warns or confirms: no
// proof, no order, no window, taken even from a frozen peer. ORDINARY is ordered and windowed.
// DISCLOSING carries a card, codes or a plan and needs the log's proof. The store holds the number.
enum class MessageClass : Byte { CONTROL, ORDINARY, DISCLOSING };
[[nodiscard]] std::string_view name(MessageClass message_class);

[[nodiscard]] constexpr MessageClass class_of(Ask ask) {
    switch (ask) {
        case Ask::OPEN:
        case Ask::PLAN:
        case Ask::DEPARTED:
            return MessageClass::DISCLOSING;
        case Ask::SELECTED:
        case Ask::PHONE_ACCEPTED:
            return MessageClass::ORDINARY;
        case Ask::MISSING:
        case Ask::PHONE_ARRIVED:
        case Ask::NOT_SELECTED:
        case Ask::LAPSED:
        case Ask::CANCEL_REQUESTED:
        case Ask::CANCEL_CLOSED:
        case Ask::CANCEL_UNCONFIRMED:
        case Ask::DISCARD:
            return MessageClass::CONTROL;
    }
    return MessageClass::DISCLOSING;
}
// `has_outcome`: ENDED tells how she fares; without it ENDED only closes.
[[nodiscard]] constexpr MessageClass class_of(Answer answer, bool has_outcome = false) {
    switch (answer) {
        case Answer::SEEN:
        case Answer::INFO_REQUESTED:
        case Answer::OFFERED:
        case Answer::WAITLISTED:
        case Answer::DECLINE_UNDER_REVIEW:
        case Answer::DECLINED:
        case Answer::ACCEPTED:
        case Answer::PLAN_ACK:
            return MessageClass::ORDINARY;
        case Answer::ENDED:
            return has_outcome ? MessageClass::DISCLOSING : MessageClass::CONTROL;
        case Answer::NONE:
        case Answer::STORED:
        case Answer::LAPSED:
        case Answer::BED_LOST:
        case Answer::NOT_ARRIVED:
        case Answer::ARRIVED:
        case Answer::CANCEL_CONFIRMED:
        case Answer::DISCARDED:
            return MessageClass::CONTROL;
    }
    return MessageClass::DISCLOSING;
}
[[nodiscard]] constexpr bool needs_proof(MessageClass message_class) {
    return message_class == MessageClass::DISCLOSING;
}

}  // namespace leeward::schema
