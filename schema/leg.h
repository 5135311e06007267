// A leg is one recipient's part of a need: two registers, each written by one node alone, and one
// total table that says what both sides show (domain.md sections 3.2 and 3.7).
//
// A register is {value, counter, saw}: the counter grows by one with each write, `saw` is the counter
// of the other register as last received when this one was written. The higher counter wins and all
// else is ignored, so order, loss and repetition of messages do not matter.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "schema/lifecycle.h"

namespace leeward::schema {

// clang-format off
enum class Ask : Byte {
    OPEN, SELECTED, PHONE_ACCEPTED, PLAN, DEPARTED, MISSING, PHONE_ARRIVED, NOT_SELECTED, LAPSED,
    CANCEL_REQUESTED, CANCEL_CLOSED, CANCEL_UNCONFIRMED, DISCARD,
};
enum class Answer : Byte {
    NONE, STORED, SEEN, INFO_REQUESTED, OFFERED, WAITLISTED, DECLINE_UNDER_REVIEW, DECLINED, LAPSED,
    ACCEPTED, PLAN_ACK, BED_LOST, NOT_ARRIVED, ARRIVED, ENDED, CANCEL_CONFIRMED, DISCARDED,
};
enum class LegState : Byte {  // what is shown; the order is that of "X…Y" in the tables
    QUEUED, DELIVERED, SEEN, INFO_REQUESTED, OFFERED, WAITLISTED, DECLINE_UNDER_REVIEW, LATE_OFFER,
    SELECTED, PHONE_ACCEPTED, ACCEPTED, HANDOFF_SCHEDULED, IN_TRANSIT, NOT_ARRIVED, ARRIVED,
    CANCEL_REQUESTED, MISDIRECTED,
    DECLINED, LAPSED, NOT_SELECTED, CANCEL_CONFIRMED, CANCEL_UNCONFIRMED, BED_LOST, DISCARDED, ENDED,
};
// Which register knew the other: the answer was written knowing this ask, the ask was written
// knowing this answer, or they crossed.
enum class Last : Byte { ASK, ANSWER, CROSSED };
// clang-format on

inline constexpr std::size_t ask_count = 13;
inline constexpr std::size_t answer_count = 17;
inline constexpr std::size_t leg_state_count = 25;

struct AskRegister {
    Ask value{Ask::OPEN};
    std::uint32_t counter = 0;  // 0: nothing received yet; A1 writes 1
    std::uint32_t saw = 0;

    friend constexpr bool operator==(const AskRegister&, const AskRegister&) = default;
};
struct AnswerRegister {
    Answer value{Answer::NONE};
    std::uint32_t counter = 0;
    std::uint32_t saw = 0;

    friend constexpr bool operator==(const AnswerRegister&, const AnswerRegister&) = default;
};

[[nodiscard]] std::string_view name(Ask ask);
[[nodiscard]] std::string_view name(Answer answer);
[[nodiscard]] std::string_view name(LegState state);
[[nodiscard]] std::string_view name(Last last);
[[nodiscard]] std::optional<Ask> ask_from(std::string_view word);
[[nodiscard]] std::optional<Answer> answer_from(std::string_view word);
[[nodiscard]] std::optional<LegState> leg_state_from(std::string_view word);

using Asks = EnumSet<Ask>;
using Answers = EnumSet<Answer>;
using LegStates = EnumSet<LegState>;

inline constexpr LegStates terminal_leg_states =
    LegStates::range(LegState::DECLINED, LegState::ENDED);
inline constexpr LegStates chosen_leg_states =
    LegStates::range(LegState::SELECTED, LegState::NOT_ARRIVED);

[[nodiscard]] constexpr bool is_terminal(LegState state) {
    return terminal_leg_states.contains(state);
}
// Chosen for the survivor: at most one leg of a need at a time (G5).
[[nodiscard]] constexpr bool is_chosen(LegState state) {
    return chosen_leg_states.contains(state);
}
// The referrer counts on this bed.
[[nodiscard]] constexpr bool chooses(Ask ask) {
    return ask >= Ask::SELECTED && ask <= Ask::PHONE_ARRIVED;
}
// The referrer no longer wants it.
[[nodiscard]] constexpr bool closes(Ask ask) {
    return ask >= Ask::NOT_SELECTED;
}
// The recipient keeps a bed for this leg.
[[nodiscard]] constexpr bool keeps_bed(Answer answer) {
    return Answers{
        Answer::OFFERED, Answer::ACCEPTED, Answer::PLAN_ACK, Answer::NOT_ARRIVED, Answer::ARRIVED}
        .contains(answer);
}
// The recipient keeps none, and has said so.
[[nodiscard]] constexpr bool gone(Answer answer) {
    return Answers{Answer::DECLINED,
                   Answer::LAPSED,
                   Answer::BED_LOST,
                   Answer::CANCEL_CONFIRMED,
                   Answer::DISCARDED,
                   Answer::ENDED}
        .contains(answer);
}
// The recipient's own firm yes, or what can only follow it. Never a yes by telephone.
[[nodiscard]] constexpr bool accepted_or_later(Answer answer) {
    return Answers{Answer::ACCEPTED, Answer::PLAN_ACK, Answer::NOT_ARRIVED, Answer::ARRIVED}
        .contains(answer);
}

[[nodiscard]] constexpr Last last(const AskRegister& ask, const AnswerRegister& answer) {
    if (answer.saw == ask.counter) return Last::ANSWER;
    return ask.saw == answer.counter ? Last::ASK : Last::CROSSED;
}

// One row of the table of section 3.7; the first that fits decides. `same` shows the answer's word.
struct LegRule {
    std::string_view row;
    Asks asks;
    Answers answers;
    EnumSet<Last> lasts;
    std::optional<LegState> state;  // nullopt: the same word as the answer
};

namespace leg_table {
inline constexpr Asks any_ask = Asks::range(Ask::OPEN, Ask::DISCARD);
inline constexpr Answers any_answer = Answers::range(Answer::NONE, Answer::DISCARDED);
inline constexpr EnumSet<Last> any_last{Last::ASK, Last::ANSWER, Last::CROSSED};
inline constexpr EnumSet<Last> not_ask{Last::ANSWER, Last::CROSSED};
inline constexpr EnumSet<Last> answer_knew{Last::ANSWER};
inline constexpr Answers open_words{Answer::SEEN,
                                    Answer::INFO_REQUESTED,
                                    Answer::OFFERED,
                                    Answer::WAITLISTED,
                                    Answer::DECLINE_UNDER_REVIEW,
                                    Answer::LAPSED};
inline constexpr Answers firm_words{Answer::ACCEPTED, Answer::PLAN_ACK};

// clang-format off
inline constexpr std::array<LegRule, 32> rules{{
    {"T1",  {Ask::DISCARD},            {Answer::DISCARDED},   any_last, LegState::DISCARDED},
    {"T2",  {Ask::DISCARD},            any_answer,            any_last, LegState::MISDIRECTED},
    {"T3",  any_ask,                   {Answer::ENDED},       any_last, LegState::ENDED},
    {"T4",  any_ask,                   {Answer::ARRIVED},     any_last, LegState::ARRIVED},
    {"T5",  {Ask::MISSING},            any_answer,            any_last, LegState::NOT_ARRIVED},
    {"T5a", {Ask::PHONE_ARRIVED},      {Answer::NOT_ARRIVED}, not_ask,  LegState::NOT_ARRIVED},
    {"T5b", {Ask::PHONE_ARRIVED},      any_answer,            any_last, LegState::ARRIVED},
    {"T6",  {Ask::CANCEL_UNCONFIRMED}, {Answer::DISCARDED},   any_last, LegState::DISCARDED},
    {"T7",  any_ask,                   {Answer::DISCARDED},   any_last, LegState::MISDIRECTED},
    {"T8",  {Ask::CANCEL_CLOSED},      any_answer,            any_last, LegState::CANCEL_CONFIRMED},
    {"T9",  {Ask::CANCEL_REQUESTED, Ask::CANCEL_UNCONFIRMED},
                                       {Answer::CANCEL_CONFIRMED}, any_last, LegState::CANCEL_CONFIRMED},
    {"T10", {Ask::CANCEL_REQUESTED},   any_answer,            any_last, LegState::CANCEL_REQUESTED},
    {"T11", {Ask::CANCEL_UNCONFIRMED}, any_answer,            any_last, LegState::CANCEL_UNCONFIRMED},
    {"T12", {Ask::NOT_SELECTED},       any_answer,            any_last, LegState::NOT_SELECTED},
    {"T13", {Ask::LAPSED}, firm_words | Answers{Answer::OFFERED, Answer::WAITLISTED},
                                                              not_ask,  LegState::LATE_OFFER},
    {"T14", {Ask::LAPSED}, any_answer - Answers{Answer::NOT_ARRIVED}, any_last, LegState::LAPSED},
    {"T15", any_ask,                   {Answer::NOT_ARRIVED}, any_last, LegState::NOT_ARRIVED},
    {"T16", any_ask,                   {Answer::BED_LOST},    any_last, LegState::BED_LOST},
    {"T17", any_ask,                   {Answer::CANCEL_CONFIRMED}, any_last, LegState::CANCEL_CONFIRMED},
    {"T18", {Ask::OPEN},               {Answer::DECLINED},    any_last, LegState::DECLINED},
    {"T19", {Ask::SELECTED, Ask::PHONE_ACCEPTED, Ask::PLAN, Ask::DEPARTED},
                                       {Answer::DECLINED},    answer_knew, LegState::DECLINED},
    {"T20", {Ask::DEPARTED},           any_answer,            any_last, LegState::IN_TRANSIT},
    {"T21", {Ask::PLAN},               {Answer::PLAN_ACK},    answer_knew, LegState::HANDOFF_SCHEDULED},
    {"T22", {Ask::SELECTED, Ask::PHONE_ACCEPTED, Ask::PLAN},
                                       firm_words,            any_last, LegState::ACCEPTED},
    {"T23", {Ask::PHONE_ACCEPTED, Ask::PLAN}, any_answer,     any_last, LegState::PHONE_ACCEPTED},
    {"T24", {Ask::SELECTED},           open_words,            answer_knew, std::nullopt},
    {"T25", {Ask::SELECTED},           any_answer,            any_last, LegState::SELECTED},
    {"T26", {Ask::OPEN}, {Answer::INFO_REQUESTED, Answer::LAPSED}, {Last::ASK}, LegState::SEEN},
    {"T27", {Ask::OPEN},               firm_words,            any_last, LegState::OFFERED},
    {"T28", {Ask::OPEN},               {Answer::NONE},        any_last, LegState::QUEUED},
    {"T29", {Ask::OPEN},               {Answer::STORED},      any_last, LegState::DELIVERED},
    {"T30", {Ask::OPEN},               open_words,            any_last, std::nullopt},
}};
// clang-format on

// The shown state with the answer's own word; only for open_words.
[[nodiscard]] constexpr LegState same_word(Answer answer) {
    return answer == Answer::LAPSED ? LegState::LAPSED
                                    : static_cast<LegState>(static_cast<unsigned>(answer) -
                                                            static_cast<unsigned>(Answer::SEEN) +
                                                            static_cast<unsigned>(LegState::SEEN));
}

// The place of the first rule that fits, or rules.size().
template <class Rules>
[[nodiscard]] constexpr std::size_t which(const Rules& from, Ask ask, Answer answer, Last knew) {
    for (std::size_t i = 0; i < from.size(); ++i)
        if (from[i].asks.contains(ask) && from[i].answers.contains(answer) &&
            from[i].lasts.contains(knew))
            return i;
    return from.size();
}

using Shown = std::array<LegState, ask_count * answer_count * 3>;
[[nodiscard]] constexpr std::size_t index(Ask ask, Answer answer, Last knew) {
    return ((static_cast<std::size_t>(ask) * answer_count) + static_cast<std::size_t>(answer)) * 3 +
           static_cast<std::size_t>(knew);
}
// All 663 entries. A rule set that is not total does not compile when evaluated as a constant.
template <class Rules>
[[nodiscard]] constexpr Shown tabulate(const Rules& from) {
    Shown shown{};
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const auto ask = static_cast<Ask>(i / (answer_count * 3));
        const auto answer = static_cast<Answer>(i / 3 % answer_count);
        const LegRule& rule = from.at(which(from, ask, answer, static_cast<Last>(i % 3)));
        shown[i] = rule.state ? *rule.state : same_word(answer);
    }
    return shown;
}
inline constexpr Shown table = tabulate(rules);
}  // namespace leg_table

// What both sides show.
[[nodiscard]] constexpr LegState leg(Ask ask, Answer answer, Last knew) {
    return leg_table::table[leg_table::index(ask, answer, knew)];
}
[[nodiscard]] constexpr LegState shown(const AskRegister& ask, const AnswerRegister& answer) {
    return leg(ask.value, answer.value, last(ask, answer));
}

static_assert(leg_table::same_word(Answer::DECLINE_UNDER_REVIEW) == LegState::DECLINE_UNDER_REVIEW);
static_assert(leg(Ask::OPEN, Answer::NONE, Last::ASK) == LegState::QUEUED);
static_assert(leg(Ask::CANCEL_REQUESTED, Answer::ARRIVED, Last::CROSSED) == LegState::ARRIVED);
static_assert(leg(Ask::DISCARD, Answer::ARRIVED, Last::CROSSED) == LegState::MISDIRECTED);

}  // namespace leeward::schema
