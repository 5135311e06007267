#include "node/exchange/leg_bodies.h"
#include "node/exchange/leg_register.h"
#include "node/exchange/legs.h"
#include "node/exchange/needs.h"
#include "schema/tier.h"

namespace leeward::node {
namespace {

using schema::Answer;
using schema::Ask;
using schema::LegState;
using schema::Time;

Applied refused(std::string code) {
    return {std::move(code), {}, {}};
}

schema::AuditRecord taken_event(const Leg& leg, LegState before, const std::string& reason) {
    schema::AuditRecord event;
    event.machine = schema::Machine::LEG;
    event.from_state = static_cast<Byte>(before);
    event.to_state = static_cast<Byte>(leg.shown);
    event.tier = static_cast<Byte>(schema::Tier::T1);
    event.reason = schema::code_tag(reason);
    return event;
}
// A leg that is not known here yet. A closing word may arrive before its inquiry: it is kept, and
// the inquiry, when it comes, changes nothing. W1 is written with whatever comes first: the referrer
// takes the inquiry's receipt for answer 1, so an answer of our own must never be that one.
Leg new_received(const Peer& peer, const schema::Message& message, const AskBody& body, Time now) {
    Leg leg;
    leg.id = message.header.leg;
    leg.peer = peer.node();
    leg.alias = body.alias;
    leg.service = body.service;
    leg.priority = body.priority;
    leg.opened = leg.since = leg.answer_from = now;
    // It may have been answered after the backup: nothing is said before the peer has spoken.
    leg.awaited = peer.resync_awaited != Time{};
    if (leg.awaited) leg.opened = std::min(now, peer.resync_awaited);
    leg.answer = {Answer::STORED, 1, 1};
    if (schema::closes(body.value)) leg.detail = Json();
    return leg;
}

bool card_is_sound(const AskBody& body) {
    const Json* card = body.kept.find("card");
    return card != nullptr && t1_card_is_valid(*card);
}

void note_number(Leg& leg, std::uint64_t seq) {
    if (seq == leg.in_seq + 1) leg.in_seq = seq;
}

void take_window(Leg& leg, const schema::Message& message, const AskBody& body, Time now) {
    if (body.window_end == never) return;
    leg.window_start = by_our_clock(body.window_start, message, now);
    leg.window_end = by_our_clock(body.window_end, message, now);
}

void take_register(Leg& leg, const schema::Message& message, const AskBody& body, Time now) {
    if (body.value == Ask::OPEN && leg.ask.value != Ask::OPEN) leg.answer_from = now;
    leg.ask = {body.value, message.header.counter, message.header.saw};
    if (stands_after_a_yes(body.value) && leg.detail.is_null()) {
        leg.detail = Json::object();  // what was erased is alive again, without its card
        leg.erased = never;
    }
    remember(leg, body.kept);
    take_window(leg, message, body, now);
    show(leg, now);
    note_reason(leg, body.reason);
}

// What the leg is called and is about, where only a later word has said so.
Outcome name_leg(Transaction& tx, Leg& leg, const AskBody& body) {
    leg.alias = body.alias;
    leg.service = body.service;
    leg.priority = body.priority;
    return tx.run("UPDATE leg SET alias=?,service=?,priority=? WHERE id=?",
                  leg.alias,
                  leg.service,
                  leg.priority,
                  leg.id);
}

// A word that a later one has overtaken (an inquiry a yes by telephone, a plan the departure): what it
// says of the need and of the handover belongs to the leg all the same, unless the leg has closed
// meanwhile. What is known already came later.
Outcome take_overtaken(
    Transaction& tx, Leg& leg, const schema::Message& message, const AskBody& body, Time now) {
    if (schema::closes(leg.ask.value) || leg.erased != never) return Done{};
    if (leg.detail.is_null()) leg.detail = Json::object();
    for (const auto& [key, value] : *body.kept.as_object())
        if (leg.detail.find(key) == nullptr) leg.detail.set(key, value);
    if (leg.window_end == never) take_window(leg, message, body, now);
    return card_is_sound(body) ? name_leg(tx, leg, body) : Outcome(Done{});
}

// An inquiry that comes after the leg was erased had a key made for it in advance: it goes again.
std::string key_that_stays(Desk& desk, Transaction& tx, const Leg& leg) {
    const std::string name = leg_record(leg.id);
    if (!desk.records.exists(name)) return "";
    if (leg.erased == never) return name;
    destroy_key_once_erased(desk, tx, leg.id);
    return "";
}

}  // namespace

Result<Applied> take_ask(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, Time now) {
    const auto body = ask_body_of(message.body);
    if (!body) return refused("SCHEMA");
    auto found = load_leg(desk, tx, message.header.leg);
    if (!found && found.error().code != Errc::not_found) return found.error();
    const bool fresh = !found;
    if (fresh && body->value == Ask::OPEN && !card_is_sound(*body)) return refused("SCHEMA");
    Leg leg = fresh ? new_received(peer, message, *body, now) : std::move(found).value();
    if (leg.ours || leg.peer != peer.node()) return refused("RECIPIENT_MISMATCH");
    const LegState before = leg.shown;
    note_number(leg, message.header.seq);
    const bool newer = message.header.counter > leg.ask.counter;
    if (newer) take_register(leg, message, *body, now);
    if (!fresh && newer && leg.alias.empty() && !body->alias.empty())
        LEEWARD_TRY(name_leg(tx, leg, *body));
    if (!fresh && message.header.counter < leg.ask.counter)
        LEEWARD_TRY(take_overtaken(tx, leg, message, *body, now));
    if (fresh) LEEWARD_TRY(insert_leg(desk, tx, leg));
    const auto event = taken_event(leg, before, body->reason);
    if (newer)
        LEEWARD_TRY(settle(desk, tx, leg, now));
    else
        LEEWARD_TRY(save_leg(desk, tx, leg));
    return Applied{{}, key_that_stays(desk, tx, leg), event};
}

Result<Applied> take_answer(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, Time now) {
    const auto body = answer_body_of(message.body);
    if (!body) return refused("SCHEMA");
    auto found = load_leg(desk, tx, message.header.leg);
    if (!found)
        return found.error().code == Errc::not_found ? Result<Applied>(refused("SCHEMA"))
                                                     : Result<Applied>(found.error());
    Leg leg = std::move(found).value();
    if (!leg.ours || leg.peer != peer.node()) return refused("RECIPIENT_MISMATCH");
    const LegState before = leg.shown;
    note_number(leg, message.header.seq);
    if (message.header.counter > leg.answer.counter) {
        leg.answer = {body->value, message.header.counter, message.header.saw};
        remember(leg, body->kept);
        if (body->hold_until != never)
            leg.hold_until = by_our_clock(body->hold_until, message, now);
        leg.reason = body->reason;
        show(leg, now);
        const auto event = taken_event(leg, before, body->reason);
        LEEWARD_TRY(settle(desk, tx, leg, now));
        return Applied{{}, leg_record(leg.id), event};
    }
    LEEWARD_TRY(save_leg(desk, tx, leg));
    return Applied{{}, leg_record(leg.id), taken_event(leg, before, body->reason)};
}

Outcome take_stored(Desk& desk, Transaction& tx, const schema::LegId& id, Time now) {
    LEEWARD_ASSIGN(Leg leg, load_leg(desk, tx, id));
    if (leg.answer.value != Answer::NONE) return Done{};
    leg.answer = {Answer::STORED, 1, 1};
    show(leg, now);
    return settle(desk, tx, leg, now);
}

Outcome take_yes_stored(Desk& desk, Transaction& tx, const schema::LegId& id, Time now) {
    LEEWARD_ASSIGN(Leg leg, load_leg(desk, tx, id));
    if (leg.answer.value != Answer::NONE || !stands_after_a_yes(leg.ask.value)) return Done{};
    leg.answer = {Answer::STORED, 1, 1};
    show(leg, now);
    return save_leg(desk, tx, leg);
}

}  // namespace leeward::node
