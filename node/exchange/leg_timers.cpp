#include "node/exchange/leg_timers.h"

#include <algorithm>

#include "node/exchange/notices.h"
#include "schema/deadline.h"
#include "schema/tier.h"

namespace leeward::node {
namespace {

using schema::AnswerMove;
using schema::AskMove;
using schema::DeadlineRow;
using schema::LegState;
using schema::Time;
using std::chrono::minutes;

Time when(DeadlineRow row, const Leg& leg, Time from) {
    const auto due = schema::due(row, leg.priority, from);
    return due ? *due : never;
}

// The earlier of two times, `never` being none.
Time earlier(Time a, Time b) {
    if (a == never) return b;
    if (b == never) return a;
    return std::min(a, b);
}

// A raise: first at its row's time, then again and again from the last one.
Time raise_time(DeadlineRow row, const Leg& leg, Time from) {
    if (leg.raised == never) return when(row, leg, from);
    const auto next = schema::again(row, leg.priority, leg.raised);
    return next ? *next : never;
}

Time window_end(const Leg& leg) {
    return leg.window_end == never ? never : when(DeadlineRow::LEG_WINDOW, leg, leg.window_end);
}

bool plan_agreed(const Leg& leg) {
    return leg.window_end != never;
}

Time slot_time(const Leg& leg) {
    return leg.freed ? never : when(DeadlineRow::LEG_SLOT, leg, leg.opened);
}
Time phone_prompt(const Leg& leg) {
    return leg.raised != never ? never : when(DeadlineRow::LEG_PHONE_PROMPT, leg, leg.opened);
}

Time referrer_timer(const Leg& leg) {
    switch (leg.shown) {
        case LegState::QUEUED:
            return earlier(when(DeadlineRow::LEG_QUEUED, leg, leg.opened),
                           earlier(slot_time(leg), phone_prompt(leg)));
        case LegState::DELIVERED:
            return earlier(when(DeadlineRow::LEG_ANSWER, leg, leg.answer_from), slot_time(leg));
        case LegState::SEEN:
        case LegState::INFO_REQUESTED:
        case LegState::DECLINE_UNDER_REVIEW:
            return when(DeadlineRow::LEG_ANSWER, leg, leg.answer_from);
        case LegState::OFFERED:
            return leg.hold_until == never ? never : leg.hold_until + minutes(5);
        case LegState::WAITLISTED:
            return when(DeadlineRow::LEG_WAITLIST_REFERRER, leg, leg.since);
        case LegState::SELECTED:
            return when(DeadlineRow::LEG_FIRM_UNHEARD, leg, leg.since);
        case LegState::PHONE_ACCEPTED:
            return raise_time(DeadlineRow::LEG_BY_PHONE_ONLY, leg, leg.since);
        case LegState::ACCEPTED:
            return earlier(raise_time(DeadlineRow::LEG_ACCEPTED, leg, leg.since),
                           plan_agreed(leg) ? window_end(leg) : never);
        case LegState::HANDOFF_SCHEDULED:
        case LegState::IN_TRANSIT:
            return window_end(leg);
        case LegState::NOT_ARRIVED:
            return raise_time(DeadlineRow::LEG_NOT_ARRIVED, leg, leg.since);
        case LegState::CANCEL_REQUESTED:
            return earlier(raise_time(DeadlineRow::LEG_CANCEL, leg, leg.since),
                           when(DeadlineRow::LEG_CANCEL_END, leg, leg.since));
        case LegState::MISDIRECTED:
            return earlier(raise_time(DeadlineRow::LEG_MISDIRECTED, leg, leg.since),
                           when(DeadlineRow::LEG_MISDIRECTED_END, leg, leg.since));
        case LegState::NOT_SELECTED:
            return leg.answer.value == schema::Answer::CANCEL_CONFIRMED
                       ? never
                       : raise_time(DeadlineRow::LEG_NOT_SELECTED, leg, leg.since);
        case LegState::LATE_OFFER:
        case LegState::ARRIVED:
        case LegState::DECLINED:
        case LegState::LAPSED:
        case LegState::CANCEL_CONFIRMED:
        case LegState::CANCEL_UNCONFIRMED:
        case LegState::BED_LOST:
        case LegState::DISCARDED:
        case LegState::ENDED:
            return never;
    }
    return never;
}

Time recipient_timer(const Leg& leg) {
    switch (leg.shown) {
        case LegState::DELIVERED:
        case LegState::SEEN: {
            if (leg.raised != never) return never;
            const Time due = when(DeadlineRow::LEG_ANSWER, leg, leg.answer_from);
            return schema::part_of(leg.answer_from, due, schema::ladder_on_call_percent);
        }
        case LegState::INFO_REQUESTED:
            return when(DeadlineRow::LEG_REPLY, leg, leg.since);
        case LegState::OFFERED:
            return leg.hold_until;
        case LegState::WAITLISTED:
            return when(DeadlineRow::LEG_WAITLIST, leg, leg.since);
        case LegState::DECLINE_UNDER_REVIEW: {
            const Time answer = when(DeadlineRow::LEG_ANSWER, leg, leg.answer_from);
            const auto due = schema::review_due(leg.priority, leg.since, answer);
            return due ? *due : never;
        }
        case LegState::SELECTED:
            return when(DeadlineRow::LEG_FIRM, leg, leg.since);
        case LegState::PHONE_ACCEPTED:
            return raise_time(DeadlineRow::LEG_BY_PHONE_ONLY, leg, leg.since);
        case LegState::ACCEPTED:
            return raise_time(DeadlineRow::LEG_ACCEPTED, leg, leg.since);
        case LegState::HANDOFF_SCHEDULED:
        case LegState::IN_TRANSIT:
            return window_end(leg);
        case LegState::ARRIVED:
            return raise_time(DeadlineRow::LEG_ARRIVED, leg, leg.since);
        case LegState::QUEUED:
        case LegState::LATE_OFFER:
        case LegState::NOT_ARRIVED:
        case LegState::CANCEL_REQUESTED:
        case LegState::MISDIRECTED:
        case LegState::NOT_SELECTED:
        case LegState::DECLINED:
        case LegState::LAPSED:
        case LegState::CANCEL_CONFIRMED:
        case LegState::CANCEL_UNCONFIRMED:
        case LegState::BED_LOST:
        case LegState::DISCARDED:
        case LegState::ENDED:
            return never;
    }
    return never;
}

// A raise calls a person, is logged, and is repeated by its row until the state is left.
Outcome raise_leg(Desk& desk, Transaction& tx, Leg& leg, std::string_view code, Time now) {
    leg.raised = now;
    LEEWARD_TRY(raise(tx, code, leg.id.get(), leg.peer, now));
    schema::AuditRecord event;
    event.kind = schema::EventKind::RAISED;
    event.machine = schema::Machine::LEG;
    event.from_state = event.to_state = static_cast<Byte>(leg.shown);
    event.other = schema::organisation_tag(leg.peer);
    event.reason = schema::code_tag(code);
    LEEWARD_TRY(log_event(desk, tx, event, now));
    return save_leg(desk, tx, leg, now);
}

bool passed(Time due, Time now) {
    return due != never && due <= now;
}

Outcome lapse(Desk& desk, Transaction& tx, Leg& leg, std::string_view code, Time now) {
    return write(desk, tx, leg, AskMove::A9, {schema::Json::object(), std::string(code)}, now);
}

Outcome free_slot(Desk& desk, Transaction& tx, Leg& leg, Time now) {
    leg.freed = true;
    LEEWARD_TRY(raise(tx, "SLOT_FREE", leg.id.get(), leg.peer, now));
    return save_leg(desk, tx, leg, now);
}

Outcome fire_referrer(Desk& desk, Transaction& tx, Leg& leg, Time now) {
    switch (leg.shown) {
        case LegState::QUEUED:
            if (passed(when(DeadlineRow::LEG_QUEUED, leg, leg.opened), now))
                return lapse(desk, tx, leg, "NOT_DELIVERED", now);
            if (passed(slot_time(leg), now)) return free_slot(desk, tx, leg, now);
            return raise_leg(desk, tx, leg, "PHONE_THEM", now);
        case LegState::DELIVERED:
            if (passed(when(DeadlineRow::LEG_ANSWER, leg, leg.answer_from), now))
                return lapse(desk, tx, leg, "NO_ANSWER", now);
            return free_slot(desk, tx, leg, now);
        case LegState::SEEN:
        case LegState::INFO_REQUESTED:
        case LegState::DECLINE_UNDER_REVIEW:
        case LegState::SELECTED:
            return lapse(desk, tx, leg, "NO_ANSWER", now);
        case LegState::OFFERED:
            return lapse(desk, tx, leg, "HOLD_EXPIRED", now);
        case LegState::WAITLISTED:
            return write(desk, tx, leg, AskMove::A8, {}, now);
        case LegState::HANDOFF_SCHEDULED:
        case LegState::IN_TRANSIT:
            LEEWARD_TRY(raise(tx, "NOT_ARRIVED", leg.id.get(), leg.peer, now));
            return write(desk,
                         tx,
                         leg,
                         AskMove::A7,
                         {schema::Json::object(), "NOT_ARRIVED_UNABLE_TO_CONTACT"},
                         now);
        case LegState::NOT_ARRIVED:
            return raise_leg(desk, tx, leg, "NOT_ARRIVED", now);
        case LegState::CANCEL_REQUESTED:
            if (passed(when(DeadlineRow::LEG_CANCEL_END, leg, leg.since), now))
                return write(desk, tx, leg, AskMove::A16, {}, now);
            return raise_leg(desk, tx, leg, "CANCEL_NOT_CONFIRMED", now);
        case LegState::MISDIRECTED:
            if (passed(when(DeadlineRow::LEG_MISDIRECTED_END, leg, leg.since), now))
                return write(desk, tx, leg, AskMove::A16, {}, now);
            return raise_leg(desk, tx, leg, "MISDIRECTED", now);
        case LegState::PHONE_ACCEPTED:
            return raise_leg(desk, tx, leg, "PHONE_YES_NOT_CONFIRMED", now);
        case LegState::ACCEPTED:
            return raise_leg(desk, tx, leg, "NO_PLAN_YET", now);
        case LegState::NOT_SELECTED:
            return raise_leg(desk, tx, leg, "RELEASE_NOT_CONFIRMED", now);
        case LegState::LATE_OFFER:
        case LegState::ARRIVED:
        case LegState::DECLINED:
        case LegState::LAPSED:
        case LegState::CANCEL_CONFIRMED:
        case LegState::CANCEL_UNCONFIRMED:
        case LegState::BED_LOST:
        case LegState::DISCARDED:
        case LegState::ENDED:
            break;
    }
    return save_leg(desk, tx, leg, now);
}

// Firm accept too late: back to the offer while its hold lives, else the bed is free again.
Outcome firm_too_late(Desk& desk, Transaction& tx, Leg& leg, Time now) {
    const bool holds = leg.hold_until != never && leg.hold_until > now;
    const bool offered = leg.answer.value == schema::Answer::OFFERED;
    if (holds && offered) return write(desk, tx, leg, AnswerMove::W12, {}, now);
    return write(desk, tx, leg, AnswerMove::W13, {schema::Json::object(), "HOLD_EXPIRED"}, now);
}

Outcome fire_recipient(Desk& desk, Transaction& tx, Leg& leg, Time now) {
    const schema::Json none = schema::Json::object();
    switch (leg.shown) {
        case LegState::DELIVERED:
        case LegState::SEEN:
            return raise_leg(desk, tx, leg, "ANSWER_WAITS", now);
        case LegState::INFO_REQUESTED:
            return write(desk, tx, leg, AnswerMove::W4, {none, "A_NO_ANSWER"}, now);
        case LegState::OFFERED:
        case LegState::WAITLISTED:
            return write(desk, tx, leg, AnswerMove::W13, {none, "HOLD_EXPIRED"}, now);
        case LegState::DECLINE_UNDER_REVIEW:
            return write(desk, tx, leg, AnswerMove::W10, {none, "REVIEW_TIMEOUT"}, now);
        case LegState::SELECTED:
            return firm_too_late(desk, tx, leg, now);
        case LegState::HANDOFF_SCHEDULED:
        case LegState::IN_TRANSIT:
            LEEWARD_TRY(raise(tx, "NOT_ARRIVED", leg.id.get(), leg.peer, now));
            if (!schema::accepted_or_later(leg.answer.value))
                return raise_leg(desk, tx, leg, "NOT_ARRIVED", now);
            return write(
                desk, tx, leg, AnswerMove::W16, {none, "NOT_ARRIVED_UNABLE_TO_CONTACT"}, now);
        case LegState::PHONE_ACCEPTED:
            return raise_leg(desk, tx, leg, "CONFIRM_PHONE_YES", now);
        case LegState::ACCEPTED:
            return raise_leg(desk, tx, leg, "NO_PLAN_YET", now);
        case LegState::ARRIVED:
            return raise_leg(desk, tx, leg, "STILL_HERE", now);
        case LegState::QUEUED:
        case LegState::LATE_OFFER:
        case LegState::NOT_ARRIVED:
        case LegState::CANCEL_REQUESTED:
        case LegState::MISDIRECTED:
        case LegState::NOT_SELECTED:
        case LegState::DECLINED:
        case LegState::LAPSED:
        case LegState::CANCEL_CONFIRMED:
        case LegState::CANCEL_UNCONFIRMED:
        case LegState::BED_LOST:
        case LegState::DISCARDED:
        case LegState::ENDED:
            break;
    }
    return save_leg(desk, tx, leg, now);
}

Result<std::vector<schema::LegId>> due_legs(Rows rows) {
    std::vector<schema::LegId> ids;
    while (rows.next())
        ids.push_back(rows.id<schema::LegId>(0));
    LEEWARD_TRY(rows.status());
    return ids;
}

}  // namespace

Time next_timer(const Leg& leg, Time) {
    return leg.ours ? referrer_timer(leg) : recipient_timer(leg);
}

schema::Duration answer_time(schema::Priority priority) {
    const Time from = schema::from_unix(0);
    const auto due = schema::due(DeadlineRow::LEG_ANSWER, priority, from);
    return due ? *due - from : schema::Duration(std::chrono::hours(24 * 7));
}

schema::Duration erase_after(schema::Priority priority) {
    const Time from = schema::from_unix(0);
    const auto due = schema::due(DeadlineRow::T1_COPY, priority, from);
    return due ? *due - from : schema::Duration(std::chrono::hours(72));
}

Result<bool> fire_leg_timers(Desk& desk, Transaction& tx, Time now, int limit) {
    LEEWARD_ASSIGN(
        const auto ids,
        due_legs(tx.query("SELECT id FROM leg WHERE timer>0 AND timer<=? ORDER BY timer LIMIT ?",
                          schema::unix_seconds(now),
                          limit)));
    for (const auto& id : ids) {
        LEEWARD_ASSIGN(Leg leg, load_leg(desk, tx, id));
        if (!passed(leg.timer, now)) continue;  // another one has moved it meanwhile
        LEEWARD_TRY(leg.ours ? fire_referrer(desk, tx, leg, now)
                             : fire_recipient(desk, tx, leg, now));
    }
    return static_cast<int>(ids.size()) == limit;
}

Result<bool> erase_ended_legs(Desk& desk, Transaction& tx, Time now, int limit) {
    LEEWARD_ASSIGN(const auto ids,
                   due_legs(tx.query("SELECT id FROM leg WHERE erase_by>0 AND erase_by<=? LIMIT ?",
                                     schema::unix_seconds(now),
                                     limit)));
    std::vector<std::string> keys;
    for (const auto& id : ids) {
        LEEWARD_ASSIGN(Leg leg, load_leg(desk, tx, id));
        keys.push_back(leg_record(id));
        leg.detail = schema::Json();
        leg.erased = now;
        leg.erase_by = never;
        schema::AuditRecord event;
        event.kind = schema::EventKind::ERASED;
        event.machine = schema::Machine::LEG;
        event.tier = static_cast<Byte>(schema::Tier::T1);
        event.other = schema::organisation_tag(leg.peer);
        LEEWARD_TRY(log_event(desk, tx, event, now));
        LEEWARD_TRY(save_leg(desk, tx, leg, now));
    }
    if (!keys.empty()) tx.on_commit([&desk, keys] { (void)desk.records.destroy(keys); });
    return static_cast<int>(ids.size()) == limit;
}

}  // namespace leeward::node
