#include "schema/leg_rules.h"

#include <algorithm>
#include <map>

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

using namespace leeward::schema;  // NOLINT(google-build-using-namespace)
using leeward::Errc;
using A = AskMove;
using W = AnswerMove;
using L = LegState;

namespace {

constexpr bool sent = false;
constexpr bool never_sent = true;

template <class Register, class Move>
Register must(leeward::Result<Register> written, Move move) {
    INFO(name(move));
    REQUIRE(written);
    return written.value();
}

}  // namespace

TEST_CASE("a placement is written move by move") {
    AskRegister ask = must(write_ask(A::A1, {}, {}, sent), A::A1);
    REQUIRE(ask == AskRegister{Ask::OPEN, 1, 0});
    AnswerRegister answer;
    const auto says = [&](W move) { answer = must(write_answer(move, answer, ask), move); };
    const auto asks = [&](A move) { ask = must(write_ask(move, ask, answer, sent), move); };
    says(W::W1);
    says(W::W2);
    says(W::W3);
    asks(A::A2);
    REQUIRE(shown(ask, answer) == L::SEEN);
    says(W::W5);
    asks(A::A3);
    says(W::W11);
    asks(A::A5);
    says(W::W15);
    REQUIRE(shown(ask, answer) == L::HANDOFF_SCHEDULED);
    asks(A::A6);
    says(W::W17);
    says(W::W18);
    REQUIRE(shown(ask, answer) == L::ENDED);
    REQUIRE(ask.counter == 5);
    REQUIRE(answer == AnswerRegister{Answer::ENDED, 8, 5});
}

TEST_CASE("a child under way cannot be cancelled, and the worker is told to phone") {
    const auto refused = write_ask(A::A13, {Ask::DEPARTED, 4, 5}, {Answer::PLAN_ACK, 5, 3}, sent);
    REQUIRE_FALSE(refused);
    REQUIRE(refused.error().code == Errc::wrong_state);
    REQUIRE(refused.error().detail.starts_with("she is under way: phone"));
}

TEST_CASE("a recall is certain only while the inquiry never left") {
    const AskRegister ask{Ask::OPEN, 1, 0};
    REQUIRE(write_ask(A::A14, ask, {}, never_sent));
    REQUIRE_FALSE(write_ask(A::A14, ask, {}, sent));
    REQUIRE(write_ask(A::A13, ask, {}, sent));
}

TEST_CASE("a leg begins once, and nothing is answered before an inquiry came") {
    REQUIRE_FALSE(write_ask(A::A1, {Ask::OPEN, 1, 0}, {}, sent));
    REQUIRE_FALSE(write_ask(A::A3, {}, {}, sent));
    for (unsigned i = 1; i <= answer_move_count; ++i)
        REQUIRE_FALSE(write_answer(static_cast<W>(i), {}, {}));
}

TEST_CASE("a lost bed is final for the leg") {
    const AnswerRegister lost{Answer::BED_LOST, 6, 3};
    REQUIRE_FALSE(write_answer(W::W6, lost, {Ask::LAPSED, 4, 5}));
    REQUIRE_FALSE(write_answer(W::W11, lost, {Ask::SELECTED, 2, 3}));
    REQUIRE_FALSE(write_answer(W::W5, lost, {Ask::SELECTED, 2, 3}));
}

TEST_CASE("a firm yes is taken back only as a lost bed") {
    const AskRegister ask{Ask::SELECTED, 2, 3};
    const AnswerRegister firm{Answer::ACCEPTED, 4, 2};
    REQUIRE_FALSE(write_answer(W::W10, firm, ask));
    REQUIRE(write_answer(W::W14, firm, ask));
}

TEST_CASE("every rule stands for every combination it names, and for no other") {
    std::size_t allowed = 0;
    for (unsigned k = 0; k < ask_count; ++k)
        for (unsigned n = 0; n < answer_count; ++n)
            for (unsigned l = 0; l < 3; ++l) {
                // Counters that give this `last`; both registers have been written.
                const AskRegister ask{static_cast<Ask>(k), 5, l == 0 ? 7U : 6U};
                const AnswerRegister answer{static_cast<Answer>(n), 7, l == 1 ? 5U : 4U};
                REQUIRE(last(ask, answer) == static_cast<Last>(l));
                const LegState state = shown(ask, answer);
                for (const A move : allowed_asks(ask, answer, never_sent)) {
                    const auto written = write_ask(move, ask, answer, never_sent);
                    REQUIRE(written->counter == 6);
                    REQUIRE(written->saw == 7);
                    REQUIRE(std::any_of(
                        ask_rules().begin(), ask_rules().end(), [&](const AskRule& rule) {
                            return rule.move == move && rule.value == written->value &&
                                   rule.from.contains(state);
                        }));
                    ++allowed;
                }
                for (const W move : allowed_answers(answer, ask)) {
                    const auto written = write_answer(move, answer, ask);
                    REQUIRE(written->counter == 8);
                    REQUIRE(written->saw == 5);
                    ++allowed;
                }
            }
    REQUIRE(allowed > 663);
}

TEST_CASE("the tables have every number, its writer and its codes") {
    std::map<std::string_view, int> rows;
    for (const auto& rule : ask_rules()) {
        ++rows[name(rule.move)];
        REQUIRE_FALSE(rule.who.empty());
        REQUIRE_FALSE(rule.who.contains(Party::SHL));
    }
    for (const auto& rule : answer_rules()) {
        ++rows[name(rule.move)];
        REQUIRE_FALSE(rule.who.empty());
        REQUIRE_FALSE(rule.who.contains(Party::INV));
    }
    REQUIRE(rows.size() == ask_move_count - 1 + answer_move_count);
    REQUIRE(name(A::A13) == "A13");
    REQUIRE(name(W::W20) == "W20");
}

TEST_CASE("what closes, warns or confirms is of the control class, and only cards need proof") {
    for (unsigned i = 0; i < ask_count; ++i)
        if (const auto ask = static_cast<Ask>(i); closes(ask))
            REQUIRE(class_of(ask) == MessageClass::CONTROL);
    REQUIRE(class_of(Ask::MISSING) == MessageClass::CONTROL);
    REQUIRE(class_of(Ask::PHONE_ARRIVED) == MessageClass::CONTROL);
    for (const Ask ask : {Ask::OPEN, Ask::PLAN, Ask::DEPARTED})
        REQUIRE(needs_proof(class_of(ask)));
    for (const Ask ask : {Ask::SELECTED, Ask::PHONE_ACCEPTED})
        REQUIRE(class_of(ask) == MessageClass::ORDINARY);
    for (const Answer answer : {Answer::BED_LOST,
                                Answer::NOT_ARRIVED,
                                Answer::ARRIVED,
                                Answer::CANCEL_CONFIRMED,
                                Answer::DISCARDED,
                                Answer::LAPSED,
                                Answer::ENDED})
        REQUIRE(class_of(answer) == MessageClass::CONTROL);
    REQUIRE(needs_proof(class_of(Answer::ENDED, true)));
    for (const Answer answer : {Answer::SEEN,
                                Answer::INFO_REQUESTED,
                                Answer::OFFERED,
                                Answer::WAITLISTED,
                                Answer::DECLINE_UNDER_REVIEW,
                                Answer::DECLINED,
                                Answer::ACCEPTED,
                                Answer::PLAN_ACK})
        REQUIRE(class_of(answer) == MessageClass::ORDINARY);
}

TEST_CASE("registers that meet at last show the same, whatever was written and lost before") {
    REQUIRE(rc::check([] {
        AskRegister ask = *write_ask(A::A1, {}, {}, sent);
        AnswerRegister answer;
        AskRegister ask_copy;
        AnswerRegister answer_copy;
        const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 1000));
        for (const int step : steps) {
            const auto pick = static_cast<std::size_t>(step / 4);
            const auto asks = allowed_asks(ask, answer_copy);
            const auto answers = allowed_answers(answer, ask_copy);
            if (step % 4 == 0 && !asks.empty())
                ask = *write_ask(asks[pick % asks.size()], ask, answer_copy, sent);
            if (step % 4 == 1 && !answers.empty())
                answer = *write_answer(answers[pick % answers.size()], answer, ask_copy);
            if (step % 4 == 2) ask_copy = ask;
            if (step % 4 == 3) {
                const bool chosen =
                    is_chosen(shown(ask, answer_copy)) || shown(ask, answer_copy) == L::ARRIVED;
                answer_copy = answer;
                RC_ASSERT((chosen || !is_chosen(shown(ask, answer_copy))));
            }
        }
        RC_ASSERT(ask_copy.counter <= ask.counter);
        RC_ASSERT(answer_copy.counter <= answer.counter);
        if (answer.value == Answer::ARRIVED && ask.value != Ask::DISCARD)
            RC_ASSERT(shown(ask, answer) == L::ARRIVED);
    }));
}
