#include "node/exchange/leg_clock.h"

#include <algorithm>

namespace leeward::node {
namespace {

using schema::Answer;
using schema::AnswerMove;
using schema::AskMove;
using schema::DeadlineRow;
using schema::LegState;
using schema::Time;
using std::chrono::hours;
using std::chrono::minutes;

constexpr int half = schema::ladder_on_call_percent;

Time when(DeadlineRow row, const Leg& leg, Time from) {
    if (from == never) return never;
    const auto due = schema::due(row, leg.priority, from);
    return due ? *due : never;
}

// Since when nobody has moved, kept or called: what is earlier has been done already.
Time last_sign(const Leg& leg) {
    return std::max({leg.since, leg.kept, leg.raised});
}

class Timers {
public:
    explicit Timers(const Leg& leg) : leg_(leg) {}

    [[nodiscard]] Time at(DeadlineRow row, Time from) const { return when(row, leg_, from); }
    void move(DeadlineRow row, Time at, AskMove move, std::string_view code) {
        add({row, at, move, code});
    }
    void move(DeadlineRow row, Time at, AnswerMove move, std::string_view code) {
        add({row, at, move, code});
    }
    void free_slot(DeadlineRow row, Time at) { add({row, at, FreeSlot{}, "SLOT_FREE"}); }
    // Called first at `at`, then again by the row's own period.
    void call(DeadlineRow row, Time at, std::string_view code) {
        if (leg_.raised != never) {
            const auto next = schema::again(row, leg_.priority, leg_.raised);
            at = next ? *next : never;
        }
        add({row, at, Call{.rung = false}, code});
    }
    // Called once, unless somebody was called since.
    void call_once(DeadlineRow row, Time at, std::string_view code) {
        if (at > last_sign(leg_)) add({row, at, Call{.rung = true}, code});
    }
    std::vector<LegTimer> take() { return std::move(timers_); }

private:
    void add(LegTimer timer) {
        if (timer.at != never) timers_.push_back(timer);
    }

    const Leg& leg_;
    std::vector<LegTimer> timers_;
};

Time kept_or_since(const Leg& leg) {
    return std::max(leg.since, leg.kept);
}

bool by_phone_only(const Leg& leg) {
    return leg.ask.value == schema::Ask::PHONE_ARRIVED && leg.answer.value != Answer::ARRIVED;
}

// ------------------------------------------------------------------ the referrer's own

void not_delivered(const Leg& leg, Timers& out) {
    const Time lapse = out.at(DeadlineRow::LEG_QUEUED, leg.opened);
    out.move(DeadlineRow::LEG_QUEUED, lapse, AskMove::A9, "NOT_DELIVERED");
    out.call(DeadlineRow::LEG_PHONE_PROMPT,
             out.at(DeadlineRow::LEG_PHONE_PROMPT, leg.opened),
             "PHONE_THEM");
    out.call_once(
        DeadlineRow::LEG_QUEUED, schema::part_of(leg.opened, lapse, half), "PHONE_ON_CALL");
    out.call_once(DeadlineRow::LEG_QUEUED,
                  schema::part_of(leg.opened, lapse, schema::ladder_deputy_percent),
                  "PHONE_DEPUTY");
}

void not_seen(const Leg& leg, Timers& out) {
    if (!leg.freed) out.free_slot(DeadlineRow::LEG_SLOT, out.at(DeadlineRow::LEG_SLOT, leg.opened));
}

void not_answered(const Leg& leg, Timers& out) {
    out.move(DeadlineRow::LEG_ANSWER,
             out.at(DeadlineRow::LEG_ANSWER, leg.answer_from),
             AskMove::A9,
             "NO_ANSWER");
}

void hold(const Leg& leg, Timers& out) {
    const Time ends =
        leg.hold_until == never ? out.at(DeadlineRow::LEG_HOLD, leg.since) : leg.hold_until;
    if (leg.ours)
        out.move(DeadlineRow::LEG_HOLD, ends + minutes(5), AskMove::A9, "HOLD_EXPIRED");
    else
        out.move(DeadlineRow::LEG_HOLD, ends, AnswerMove::W13, "HOLD_EXPIRED");
}

void not_firm(const Leg& leg, Timers& out) {
    const Time lapse = out.at(DeadlineRow::LEG_FIRM_UNHEARD, leg.since);
    out.call_once(
        DeadlineRow::LEG_FIRM_UNHEARD, schema::part_of(leg.since, lapse, half), "PHONE_TO_CONFIRM");
    out.move(DeadlineRow::LEG_FIRM_UNHEARD, lapse, AskMove::A9, "NO_ANSWER");
}

// A plan that only one side knows of: its window passes, nobody has said where she is.
void plan_not_agreed(const Leg& leg, Timers& out) {
    out.call_once(DeadlineRow::LEG_WINDOW,
                  out.at(DeadlineRow::LEG_WINDOW, leg.window_end),
                  "PLAN_WINDOW_OVER");
}

void under_way(const Leg& leg, Timers& out) {
    const Time ends = out.at(DeadlineRow::LEG_WINDOW, leg.window_end);
    constexpr std::string_view code = "NOT_ARRIVED_UNABLE_TO_CONTACT";
    if (leg.ours)
        out.move(DeadlineRow::LEG_WINDOW, ends, AskMove::A7, code);
    else if (schema::accepted_or_later(leg.answer.value))
        out.move(DeadlineRow::LEG_WINDOW, ends, AnswerMove::W16, code);
    else  // a yes by telephone that nobody here confirmed: the register cannot say it
        out.call(DeadlineRow::LEG_WINDOW, ends, "NOT_ARRIVED");
}

void call_since(DeadlineRow row, const Leg& leg, Timers& out, std::string_view code) {
    out.call(row, out.at(row, kept_or_since(leg)), code);
}

void referrer_timers(const Leg& leg, Timers& out) {
    switch (leg.shown) {
        case LegState::QUEUED:
            not_delivered(leg, out);
            return not_seen(leg, out);
        case LegState::DELIVERED:
            not_answered(leg, out);
            return not_seen(leg, out);
        case LegState::SEEN:
        case LegState::INFO_REQUESTED:
        case LegState::DECLINE_UNDER_REVIEW:
            return not_answered(leg, out);
        case LegState::OFFERED:
            return hold(leg, out);
        case LegState::WAITLISTED:
            return out.move(DeadlineRow::LEG_WAITLIST_REFERRER,
                            out.at(DeadlineRow::LEG_WAITLIST_REFERRER, kept_or_since(leg)),
                            AskMove::A8,
                            "");
        case LegState::SELECTED:
            return not_firm(leg, out);
        case LegState::PHONE_ACCEPTED:
            call_since(DeadlineRow::LEG_BY_PHONE_ONLY, leg, out, "PHONE_YES_NOT_CONFIRMED");
            return plan_not_agreed(leg, out);
        case LegState::ACCEPTED:
            call_since(DeadlineRow::LEG_ACCEPTED, leg, out, "NO_PLAN_YET");
            return plan_not_agreed(leg, out);
        case LegState::HANDOFF_SCHEDULED:
        case LegState::IN_TRANSIT:
            return under_way(leg, out);
        case LegState::NOT_ARRIVED:
            call_since(DeadlineRow::LEG_NOT_ARRIVED, leg, out, "NOT_ARRIVED");
            return out.call_once(
                DeadlineRow::LEG_NOT_ARRIVED, leg.since + hours(1), "STILL_NOT_ARRIVED");
        case LegState::ARRIVED:
            if (by_phone_only(leg))
                call_since(DeadlineRow::LEG_BY_PHONE_ONLY, leg, out, "PHONE_ARRIVAL_NOT_CONFIRMED");
            return;
        case LegState::CANCEL_REQUESTED:
            call_since(DeadlineRow::LEG_CANCEL, leg, out, "CANCEL_NOT_CONFIRMED");
            return out.move(DeadlineRow::LEG_CANCEL_END,
                            out.at(DeadlineRow::LEG_CANCEL_END, leg.since),
                            AskMove::A16,
                            "");
        case LegState::MISDIRECTED:
            call_since(DeadlineRow::LEG_MISDIRECTED, leg, out, "MISDIRECTED");
            return out.move(DeadlineRow::LEG_MISDIRECTED_END,
                            out.at(DeadlineRow::LEG_MISDIRECTED_END, leg.since),
                            AskMove::A16,
                            "");
        case LegState::NOT_SELECTED:
            if (leg.answer.value != Answer::CANCEL_CONFIRMED)
                call_since(DeadlineRow::LEG_NOT_SELECTED, leg, out, "RELEASE_NOT_CONFIRMED");
            return;
        case LegState::LATE_OFFER:  // settled at once
        case LegState::DECLINED:
        case LegState::LAPSED:
        case LegState::CANCEL_CONFIRMED:
        case LegState::CANCEL_UNCONFIRMED:
        case LegState::BED_LOST:
        case LegState::DISCARDED:
        case LegState::ENDED:
            return;
    }
}

// ------------------------------------------------------------------ the recipient's own

// The ladder: on-call at half of the answer time, the deputy contact at three quarters.
void answer_waits(const Leg& leg, Timers& out) {
    const Time due = out.at(DeadlineRow::LEG_ANSWER, leg.answer_from);
    const bool routine = leg.priority == schema::Priority::ROUTINE;
    out.call_once(
        DeadlineRow::LEG_ANSWER, schema::part_of(leg.answer_from, due, half), "ANSWER_WAITS");
    out.call_once(DeadlineRow::LEG_ANSWER,
                  schema::part_of(leg.answer_from, due, schema::ladder_deputy_percent),
                  routine ? "ANSWER_WAITS" : "ANSWER_WAITS_DEPUTY");
}

void review(const Leg& leg, Timers& out) {
    const Time answer = out.at(DeadlineRow::LEG_ANSWER, leg.answer_from);
    const auto due = schema::review_due(leg.priority, leg.since, answer);
    if (due) out.move(DeadlineRow::LEG_REVIEW, *due, AnswerMove::W10, "REVIEW_TIMEOUT");
}

void recipient_timers(const Leg& leg, Timers& out) {
    switch (leg.shown) {
        case LegState::DELIVERED:
        case LegState::SEEN:
            return answer_waits(leg, out);
        case LegState::INFO_REQUESTED:
            return out.move(DeadlineRow::LEG_REPLY,
                            out.at(DeadlineRow::LEG_REPLY, leg.since),
                            AnswerMove::W4,
                            "A_NO_ANSWER");
        case LegState::OFFERED:
            return hold(leg, out);
        case LegState::WAITLISTED:
            return out.move(DeadlineRow::LEG_WAITLIST,
                            out.at(DeadlineRow::LEG_WAITLIST, kept_or_since(leg)),
                            AnswerMove::W13,
                            "HOLD_EXPIRED");
        case LegState::DECLINE_UNDER_REVIEW:
            return review(leg, out);
        case LegState::SELECTED:  // W13 instead once the hold is over
            return out.move(DeadlineRow::LEG_FIRM,
                            out.at(DeadlineRow::LEG_FIRM, leg.since),
                            AnswerMove::W12,
                            "");
        case LegState::PHONE_ACCEPTED:
            return call_since(DeadlineRow::LEG_BY_PHONE_ONLY, leg, out, "CONFIRM_PHONE_YES");
        case LegState::ACCEPTED:
            return call_since(DeadlineRow::LEG_ACCEPTED, leg, out, "NO_PLAN_YET");
        case LegState::HANDOFF_SCHEDULED:
        case LegState::IN_TRANSIT:
            return under_way(leg, out);
        case LegState::ARRIVED:
            return by_phone_only(leg)
                       ? call_since(
                             DeadlineRow::LEG_BY_PHONE_ONLY, leg, out, "CONFIRM_PHONE_ARRIVAL")
                       : call_since(DeadlineRow::LEG_ARRIVED, leg, out, "STILL_HERE");
        case LegState::LATE_OFFER:
        case LegState::LAPSED:  // the referrer gave up: the bed is still held for a late word
            if (leg.answer.value == Answer::OFFERED || leg.answer.value == Answer::WAITLISTED)
                hold(leg, out);
            return;
        case LegState::DECLINED:
            if (leg.review_due != never)
                out.call(DeadlineRow::LEG_REVIEW, leg.review_due, "REVIEW_DECLINE");
            return;
        case LegState::QUEUED:
        case LegState::NOT_ARRIVED:
        case LegState::CANCEL_REQUESTED:
        case LegState::MISDIRECTED:
        case LegState::NOT_SELECTED:
        case LegState::CANCEL_CONFIRMED:
        case LegState::CANCEL_UNCONFIRMED:
        case LegState::BED_LOST:
        case LegState::DISCARDED:
        case LegState::ENDED:
            return;
    }
}

int rank(const LegTimer& timer) {
    if (const auto* call = std::get_if<Call>(&timer.deed)) return call->rung ? 1 : 0;
    return std::holds_alternative<FreeSlot>(timer.deed) ? 2 : 3;
}

}  // namespace

std::vector<LegTimer> timers_of(const Leg& leg) {
    Timers out(leg);
    if (leg.ours)
        referrer_timers(leg, out);
    else
        recipient_timers(leg, out);
    return out.take();
}

Time next_timer(const Leg& leg) {
    const auto timers = timers_of(leg);
    const auto first = std::min_element(
        timers.begin(), timers.end(), [](auto& a, auto& b) { return a.at < b.at; });
    return first == timers.end() ? never : first->at;
}

std::optional<LegTimer> due_timer(const Leg& leg, Time now) {
    std::optional<LegTimer> best;
    for (const auto& timer : timers_of(leg)) {
        if (timer.at > now) continue;
        const bool better = !best || rank(timer) > rank(*best) ||
                            (rank(timer) == rank(*best) && timer.at >= best->at);
        if (better) best = timer;
    }
    return best;
}

schema::Duration answer_time(schema::Priority priority) {
    const Time from = schema::from_unix(0);
    const auto due = schema::due(DeadlineRow::LEG_ANSWER, priority, from);
    return due ? *due - from : schema::Duration(hours(24 * 7));
}

schema::Duration erase_after(schema::Priority priority) {
    const Time from = schema::from_unix(0);
    const auto due = schema::due(DeadlineRow::T1_COPY, priority, from);
    return due ? *due - from : schema::Duration(hours(72));
}

}  // namespace leeward::node
