#include "node/exchange/legs.h"

#include <algorithm>
#include <array>
#include <utility>

#include "node/exchange/disclose.h"
#include "node/exchange/leg_clock.h"
#include "node/exchange/leg_register.h"
#include "node/exchange/needs.h"
#include "node/exchange/notices.h"
#include "node/exchange/numbers.h"
#include "node/exchange/resync.h"
#include "node/exchange/two_places.h"
#include "schema/tier.h"

namespace leeward::node {

void show(Leg& leg, schema::Time now) {
    const schema::LegState before = leg.shown;
    leg.shown = schema::shown(leg.ask, leg.answer);
    leg.moved = true;
    if (leg.shown == before) return;
    leg.since = now;
    leg.raised = leg.kept = never;
    // A choice that crosses a no takes nothing from it: its review is owed as before.
    if (leg.answer.value != schema::Answer::DECLINED) leg.review_due = never;
    if (leg.shown == schema::LegState::DELIVERED) leg.answer_from = now;
}

void note_reason(Leg& leg, const std::string& of_ask) {
    const bool is_no = leg.shown == schema::LegState::DECLINED;
    if (!is_no || leg.ask.value != schema::Ask::OPEN) leg.reason = of_ask;
}

void remember(Leg& leg, const Json& members) {
    if (leg.detail.is_null()) return;
    if (const auto* object = members.as_object())
        for (const auto& [key, value] : *object)
            leg.detail.set(key, value);
}

namespace {

using schema::Answer;
using schema::AnswerMove;
using schema::Ask;
using schema::AskMove;
using schema::LegState;
using schema::Time;

// A question that ended and is asked again has its whole answer time again.
bool asks_again(AskMove move) {
    return move == AskMove::A10 || move == AskMove::A11 || move == AskMove::A12;
}

schema::AuditRecord leg_event(
    const Leg& leg, Byte number, LegState before, const Said& said, Time now) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::SEND;
    event.machine = schema::Machine::LEG;
    event.transition = number;
    event.from_state = static_cast<Byte>(before);
    event.to_state = static_cast<Byte>(leg.shown);
    event.tier = static_cast<Byte>(schema::Tier::T1);
    event.reason = schema::code_tag(said.reason);
    event.band = schema::deadline_band(leg.since, leg.timer, now);
    return event;
}

// What a side has said is not given up: while the other does not have it, the two show different
// things. Only the inquiry ends by itself, with its answer time; what follows it says nothing new of her.
Time message_expiry(const Leg& leg, schema::MessageKind kind, std::uint32_t counter, Time now) {
    const bool is_inquiry = kind == schema::MessageKind::ASK && counter == 1;
    return is_inquiry ? now + answer_time(leg.priority) + std::chrono::hours(1)
                      : now + std::chrono::hours(24 * 60);
}

Outcome put_register(Desk& desk,
                     Transaction& tx,
                     const Leg& leg,
                     schema::MessageKind kind,
                     schema::MessageClass message_class,
                     std::uint32_t counter,
                     std::uint32_t saw,
                     Json body,
                     const schema::AuditRecord& event,
                     Time now) {
    Outgoing message;
    message.to = leg.peer;
    message.kind = kind;
    message.message_class = message_class;
    message.leg = leg.id;
    message.counter = counter;
    message.saw = saw;
    message.body = body.dump();
    message.record =
        desk.records.exists(leg_record(leg.id)) ? leg_record(leg.id) : std::string(general_record);
    message.expires = message_expiry(leg, kind, counter, now);
    message.event = event;
    const auto put = desk.outbox.put(tx, message, now);
    return put ? Outcome(Done{}) : Outcome(put.error());
}

// A closing word that overtakes what was never sent takes its place: the inquiry is destroyed here,
// and a content-free tombstone uses its number.
Outcome recall_unsent(Desk& desk, Transaction& tx, const Leg& leg, Time now) {
    if (!schema::closes(leg.ask.value)) return Done{};
    const auto taken = desk.outbox.abandon_leg(tx, leg.id, now);
    return taken ? Outcome(Done{}) : Outcome(taken.error());
}

// What stands of a register of ours whose message was taken back, without its content. The node says it
// again, nobody else does.
Outcome put_bare_word(
    Desk& desk, Transaction& tx, const Leg& leg, const OutboxItem& taken, Time now) {
    LEEWARD_ASSIGN(const auto entry, desk.log.entry(tx, taken.leaf));
    LEEWARD_ASSIGN(const auto said, schema::decode_audit_record(entry.rec));
    const auto event =
        leg_event(leg, said.transition, static_cast<LegState>(said.from_state), {}, now);
    const auto word = taken.kind == schema::MessageKind::ASK ? schema::name(leg.ask.value)
                                                             : schema::name(leg.answer.value);
    return put_register(desk,
                        tx,
                        leg,
                        taken.kind,
                        schema::MessageClass::CONTROL,
                        taken.counter,
                        taken.saw,
                        Json::object({{"value", word}, {"withheld", true}}),
                        event,
                        now);
}

bool is_newest_word(const Leg& leg, const OutboxItem& item) {
    if (item.kind == schema::MessageKind::ASK) return leg.ours && item.counter == leg.ask.counter;
    return item.kind == schema::MessageKind::ANSWER && !leg.ours &&
           item.counter == leg.answer.counter;
}

// They have discarded it and want nothing more of it (G7): what waits is taken back. What was said stays
// said, as the bare word: otherwise the two sides would show different things until the next one.
Outcome take_back_content(Desk& desk, Transaction& tx, const Leg& leg, Time now) {
    LEEWARD_ASSIGN(const auto taken, desk.outbox.abandon_leg(tx, leg.id, now));
    const auto newest = std::find_if(taken.begin(), taken.end(), [&](const OutboxItem& item) {
        return item.kind == schema::MessageKind::ASK && is_newest_word(leg, item);
    });
    return newest == taken.end() ? Outcome(Done{}) : put_bare_word(desk, tx, leg, *newest, now);
}

// What was said after a backup is not known here before the peer has told it: only what closes, warns
// or confirms is said, with a number that outranks whatever that was.
Outcome may_say(const Desk& desk, const Leg& leg, schema::MessageClass message_class) {
    if (!leg.awaited || message_class == schema::MessageClass::CONTROL) return Done{};
    return must_not_await(desk, leg.peer);
}
std::uint32_t beyond_what_is_lost(const Leg& leg) {
    return leg.awaited ? 1U << 16 : 0;
}

}  // namespace

Outcome write(Desk& desk, Transaction& tx, Leg& leg, AskMove move, Said said, Time now) {
    const LegState before = leg.shown;
    LEEWARD_ASSIGN(leg.ask, schema::write_ask(move, leg.ask, leg.answer, !leg.sent));
    LEEWARD_TRY(may_say(desk, leg, schema::class_of(leg.ask.value)));
    leg.ask.counter += beyond_what_is_lost(leg);
    leg.shown = schema::shown(leg.ask, leg.answer);
    auto event = leg_event(leg, static_cast<Byte>(move), before, said, now);
    leg.shown = before;
    show(leg, now);
    if (asks_again(move)) leg.answer_from = now;
    note_reason(leg, said.reason);
    remember(leg, said.members);
    Json body = Json::object({{"value", schema::name(leg.ask.value)}});
    if (!said.reason.empty()) body.set("reason", said.reason);
    for (const auto& [key, value] : *said.members.as_object())
        body.set(key, value);
    LEEWARD_TRY(recall_unsent(desk, tx, leg, now));
    if (move == AskMove::A14) {
        event.kind = schema::EventKind::ACT;
        LEEWARD_TRY(log_event(desk, tx, event, now));  // nothing ever left: nothing to say
    } else {
        LEEWARD_TRY(put_register(desk,
                                 tx,
                                 leg,
                                 schema::MessageKind::ASK,
                                 schema::class_of(leg.ask.value),
                                 leg.ask.counter,
                                 leg.ask.saw,
                                 std::move(body),
                                 event,
                                 now));
    }
    return settle(desk, tx, leg, now);
}

Outcome write(Desk& desk, Transaction& tx, Leg& leg, AnswerMove move, Said said, Time now) {
    const LegState before = leg.shown;
    LEEWARD_ASSIGN(leg.answer, schema::write_answer(move, leg.answer, leg.ask));
    LEEWARD_TRY(may_say(
        desk, leg, schema::class_of(leg.answer.value, !said.members.text_at("outcome").empty())));
    leg.answer.counter += beyond_what_is_lost(leg);
    leg.shown = schema::shown(leg.ask, leg.answer);
    const auto event = leg_event(leg, static_cast<Byte>(move), before, said, now);
    leg.shown = before;
    show(leg, now);
    leg.reason = said.reason;
    remember(leg, said.members);
    if (!leg.detail.is_null() && leg.answer.value == Answer::DECLINED)
        leg.detail.set("declined_as", said.reason);
    Json body = Json::object({{"value", schema::name(leg.answer.value)}});
    if (!said.reason.empty()) body.set("reason", said.reason);
    for (const auto& [key, value] : *said.members.as_object())
        body.set(key, value);
    const bool has_outcome = !said.members.text_at("outcome").empty();
    LEEWARD_TRY(put_register(desk,
                             tx,
                             leg,
                             schema::MessageKind::ANSWER,
                             schema::class_of(leg.answer.value, has_outcome),
                             leg.answer.counter,
                             leg.answer.saw,
                             std::move(body),
                             event,
                             now));
    return settle(desk, tx, leg, now);
}

Json named_for_a_yes(const Leg& leg) {
    return Json::object({{"alias", leg.alias},
                         {"service", schema::name(leg.service)},
                         {"priority", schema::name(leg.priority)}});
}

namespace {

// The step that says this of a bed promised by telephone.
AskMove move_after_a_yes(Ask value) {
    constexpr std::array moves{std::pair{Ask::PHONE_ACCEPTED, AskMove::A4},
                               std::pair{Ask::PLAN, AskMove::A5},
                               std::pair{Ask::DEPARTED, AskMove::A6},
                               std::pair{Ask::MISSING, AskMove::A7},
                               std::pair{Ask::PHONE_ARRIVED, AskMove::A18}};
    const auto* found = std::find_if(
        moves.begin(), moves.end(), [&](const auto& move) { return move.first == value; });
    return found == moves.end() ? AskMove::A4 : found->second;
}

// With the plan, where there is one: the word that held it never came either.
Json all_after_a_yes(const Leg& leg) {
    Json body = named_for_a_yes(leg);
    body.set("value", schema::name(leg.ask.value));
    for (const auto* key : {"code_word", "person", "sentence", "roles"})
        if (const Json* value = leg.detail.find(key)) body.set(key, *value);
    if (leg.window_end == never) return body;
    return std::move(body)
        .set("window_start", schema::unix_seconds(leg.window_start))
        .set("window_end", schema::unix_seconds(leg.window_end));
}

}  // namespace

Outcome say_bare_word(Desk& desk, Transaction& tx, const OutboxItem& ran_out, Time now) {
    const auto leg = load_leg(desk, tx, *ran_out.leg);
    if (!leg) return leg.error().code == Errc::not_found ? Outcome(Done{}) : leg.error();
    const bool is_inquiry = ran_out.kind == schema::MessageKind::ASK && ran_out.counter == 1;
    if (is_inquiry || !is_newest_word(*leg, ran_out)) return Done{};
    return put_bare_word(desk, tx, *leg, ran_out, now);
}

Outcome say_again_after_a_yes(Desk& desk, Transaction& tx, const Leg& leg, Time now) {
    const auto move = static_cast<Byte>(move_after_a_yes(leg.ask.value));
    return put_register(desk,
                        tx,
                        leg,
                        schema::MessageKind::ASK,
                        schema::class_of(leg.ask.value),
                        leg.ask.counter,
                        leg.ask.saw,
                        all_after_a_yes(leg),
                        leg_event(leg, move, LegState::QUEUED, {}, now),
                        now);
}

// ------------------------------------------------------------------ what follows by itself

namespace {

bool can(const Leg& leg, AskMove move) {
    return !leg.awaited && schema::write_ask(move, leg.ask, leg.answer, !leg.sent);
}
bool can(const Leg& leg, AnswerMove move) {
    return !leg.awaited && schema::write_answer(move, leg.answer, leg.ask);
}

bool was_firm(Answer answer) {
    return schema::accepted_or_later(answer);
}

// At the recipient: a cancel of what was never firm needs nobody, a choice that meets an earlier no
// is answered again at once.
Result<bool> settle_received(Desk& desk, Transaction& tx, Leg& leg, Time now) {
    const bool cancel =
        leg.shown == LegState::CANCEL_REQUESTED || leg.shown == LegState::NOT_SELECTED ||
        leg.shown == LegState::CANCEL_UNCONFIRMED ||
        (leg.shown == LegState::CANCEL_CONFIRMED && leg.answer.value != Answer::CANCEL_CONFIRMED);
    if (cancel && !was_firm(leg.answer.value) && can(leg, AnswerMove::W19)) {
        LEEWARD_TRY(write(desk, tx, leg, AnswerMove::W19, {}, now));
        return true;
    }
    const bool crossed = leg.shown == LegState::SELECTED && leg.answer.value == Answer::DECLINED;
    if (crossed && can(leg, AnswerMove::W10)) {
        const std::string code = leg.detail.text_at("declined_as");
        const Said no{Json::object(), code.empty() ? "VACANCY_GONE" : code};
        LEEWARD_TRY(write(desk, tx, leg, AnswerMove::W10, no, now));
        return true;
    }
    return false;
}

// At the referrer: a late offer is settled at once, a choice that fell through opens again.
Result<bool> settle_asked(Desk& desk, Transaction& tx, Leg& leg, Time now) {
    if (leg.shown == LegState::LATE_OFFER && !leg.awaited) {
        LEEWARD_ASSIGN(const bool looking, still_looks(desk, tx, *leg.need));
        LEEWARD_TRY(write(desk, tx, leg, looking ? AskMove::A10 : AskMove::A8, {}, now));
        return true;
    }
    const bool chose = leg.ask.value == Ask::SELECTED || leg.ask.value == Ask::PHONE_ACCEPTED;
    const bool fell_through = chose && !schema::is_chosen(leg.shown) &&
                              leg.shown != LegState::ARRIVED && can(leg, AskMove::A12);
    if (!fell_through) return false;
    LEEWARD_TRY(write(desk, tx, leg, AskMove::A12, {}, now));
    return true;
}

// A leg that lives again, by a late offer, keeps its card; one that was discarded never does.
void mind_erasure_clock(Leg& leg, Time now) {
    if (!schema::is_terminal(leg.shown) && leg.answer.value != Answer::DISCARDED)
        leg.erase_by = never;
    if (leg.ours || leg.erased != never || leg.erase_by != never || !schema::is_terminal(leg.shown))
        return;
    leg.erase_by = now + erase_after(leg.priority);
}

// What was sent to the wrong house is erased there with the word that says so, incident or not
// (domain.md W20).
Outcome erase_discarded(Desk& desk, Transaction& tx, Leg& leg, Time now) {
    if (leg.ours || leg.erased != never || leg.answer.value != Answer::DISCARDED) return Done{};
    LEEWARD_TRY(empty_card(desk, tx, leg, now));
    destroy_key_once_erased(desk, tx, leg.id);
    return Done{};
}

// What a new state rings for at once. BED_LOST or a no while she is under way: phone whoever is with
// her (domain.md section 3.7).
std::string_view alarm_of(const Leg& leg) {
    const bool no_bed = leg.shown == LegState::BED_LOST || leg.shown == LegState::DECLINED;
    if (leg.ours && no_bed && leg.ask.value == Ask::DEPARTED) return "BED_LOST_UNDER_WAY";
    if (leg.shown == LegState::NOT_ARRIVED) return "NOT_ARRIVED";
    if (leg.ours && leg.shown == LegState::MISDIRECTED) return "MISDIRECTED";
    return "";
}

// Somebody has said something: what waited for a person before waits no longer. But whether she is
// known twice is a question of its own, which stands as long as the leg does.
Outcome settle_waiting(Transaction& tx, const Leg& leg) {
    if (schema::is_terminal(leg.shown)) return settle_notices(tx, leg.id.get());
    return settle_notices_but(tx, leg.id.get(), "DUPLICATE_%");
}

Outcome mind_notices(Transaction& tx, Leg& leg, Time now) {
    if (!std::exchange(leg.moved, false)) return Done{};
    LEEWARD_TRY(settle_waiting(tx, leg));
    const auto alarm = alarm_of(leg);
    return alarm.empty() ? Outcome(Done{}) : raise(tx, alarm, leg.id.get(), leg.peer, now);
}

}  // namespace

Outcome empty_card(Desk& desk, Transaction& tx, Leg& leg, Time now) {
    leg.detail = Json();
    leg.erased = now;
    leg.erase_by = never;
    schema::AuditRecord event;
    event.kind = schema::EventKind::ERASED;
    event.machine = schema::Machine::LEG;
    event.tier = static_cast<Byte>(schema::Tier::T1);
    event.other = schema::organisation_tag(leg.peer);
    return log_event(desk, tx, event, now);
}

Outcome settle(Desk& desk, Transaction& tx, Leg& leg, Time now) {
    if (leg.answer.value == Answer::DISCARDED) LEEWARD_TRY(take_back_content(desk, tx, leg, now));
    LEEWARD_TRY(erase_discarded(desk, tx, leg, now));
    mind_erasure_clock(leg, now);
    LEEWARD_TRY(mind_notices(tx, leg, now));
    LEEWARD_TRY(save_leg(desk, tx, leg));
    LEEWARD_TRY(note_answer(tx, leg, now));
    LEEWARD_ASSIGN(
        const bool moved,
        leg.ours ? settle_asked(desk, tx, leg, now) : settle_received(desk, tx, leg, now));
    if (moved) return Done{};  // that write has settled what followed
    if (leg.ours && leg.need) {
        LEEWARD_TRY(mind_two_places(desk, tx, *leg.need, now));
        LEEWARD_TRY(need_follows(desk, tx, *leg.need, now));
    }
    return grants_follow(desk, tx, leg, now);
}

Json leg_json(const Desk& desk, const Leg& leg) {
    const Peer* peer = desk.peers.find(leg.peer);
    Json json = Json::object({{"id", schema::text(leg.id)},
                              {"peer", peer == nullptr ? "" : peer->card.organisation},
                              {"alias", leg.alias},
                              {"side", leg.ours ? "referrer" : "recipient"},
                              {"service", schema::name(leg.service)},
                              {"priority", schema::name(leg.priority)},
                              {"state", schema::name(leg.shown)},
                              {"ask", schema::name(leg.ask.value)},
                              {"answer", schema::name(leg.answer.value)},
                              {"since", schema::unix_seconds(leg.since)}});
    if (leg.need) json.set("need", schema::text(*leg.need));
    if (!leg.reason.empty()) json.set("reason", leg.reason);
    if (!leg.papers.empty()) json.set("papers", leg.papers);
    if (leg.hold_until != never) json.set("hold_until", schema::unix_seconds(leg.hold_until));
    if (leg.window_end != never) {
        json.set("window_start", schema::unix_seconds(leg.window_start));
        json.set("window_end", schema::unix_seconds(leg.window_end));
    }
    if (leg.timer != never) json.set("due", schema::unix_seconds(leg.timer));
    if (leg.erased != never) json.set("erased", schema::unix_seconds(leg.erased));
    return json;
}

}  // namespace leeward::node
