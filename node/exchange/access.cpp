#include "node/exchange/access.h"

#include "node/exchange/access_rows.h"
#include "node/exchange/drafting.h"
#include "node/exchange/incidents.h"
#include "node/exchange/legs.h"
#include "node/exchange/needs.h"
#include "node/exchange/notices.h"
#include "node/exchange/release_ends.h"
#include "node/exchange/signing.h"
#include "node/exchange/two_people.h"
#include "schema/codes.h"
#include "schema/deadline.h"
#include "schema/record.h"

namespace leeward::node {
namespace {

using schema::BreakGlassMove;
using schema::BreakGlassState;
using schema::DeadlineRow;
using schema::FieldSet;
using schema::Message;
using schema::MessageKind;
using schema::Tier;
using schema::Time;

constexpr std::int64_t most_hours = schema::emergency_hours;

Error invalid(std::string_view why) {
    return {Errc::invalid_argument, std::string(why) + "; nothing was changed"};
}

bool may_be_asked_for(const FieldSet& fields) {
    const FieldSet known = schema::fields_of_tier(Tier::T2) | schema::fields_of_tier(Tier::T3);
    return !fields.empty() && fields.is_subset_of(known);
}

Result<FieldSet> listed(const Json& args) {
    FieldSet out;
    for (const auto& item : args.array_at("fields")) {
        const auto field = schema::find_field(*item.as_string());
        if (!field) return invalid("'" + *item.as_string() + "' is not a field of the catalogue");
        out.insert(*field);
    }
    if (!may_be_asked_for(out)) return invalid("list T2 or T3 fields by name");
    return out;
}

Outcome put(Desk& desk, Transaction& tx, const Access& a, MessageKind kind, Json body, Time now) {
    body.set("access", schema::text(a.id));
    Outgoing message;
    message.to = a.peer;
    message.kind = kind;
    message.message_class = MessageClass::CONTROL;
    message.leg = a.leg;
    message.counter = a.counter;
    message.body = body.dump();
    message.record = general_record;
    message.expires = now + std::chrono::hours(24);
    message.event = access_event(a, BreakGlassMove::B1, a.state);
    message.event.kind = schema::EventKind::SEND;
    const auto done = desk.outbox.put(tx, message, now);
    return done ? Outcome(Done{}) : Outcome(done.error());
}

// The holder's step: its leaf, and the word to the requester.
Outcome move(Desk& desk,
             Transaction& tx,
             Access& a,
             BreakGlassMove step,
             std::optional<BreakGlassState> wanted,
             Time now) {
    const BreakGlassState before = a.state;
    LEEWARD_ASSIGN(a.state,
                   wanted ? schema::next(step, before, *wanted) : schema::next(step, before));
    a.since = now;
    a.raised = {};
    ++a.counter;
    LEEWARD_TRY(save_access(tx, a));
    LEEWARD_TRY(log_event(desk, tx, access_event(a, step, before), now));
    LEEWARD_TRY(settle_notices(tx, a.id.get()));
    return put(desk,
               tx,
               a,
               MessageKind::ACCESS_STATE,
               Json::object({{"state", schema::name(a.state)}}),
               now);
}

}  // namespace

// ------------------------------------------------------------------ at the requester

Result<Json> access_ask(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Leg leg, find_leg(desk, tx, args.text_at("leg")));
    if (leg.ours) return invalid("the record is here: there is nobody to ask");
    Access a;
    a.harm = args.text_at("harm");
    if (!schema::is_code("HARM_", a.harm)) return invalid("say with --harm HARM_… what is feared");
    LEEWARD_ASSIGN(a.fields, listed(args));
    a.id = schema::new_id<schema::AccessId>(desk.random);
    a.peer = leg.peer;
    a.leg = leg.id;
    a.state = BreakGlassState::REQUESTED;
    a.asked = a.since = now;
    LEEWARD_TRY(insert_access(tx, a));
    LEEWARD_TRY(
        log_event(desk, tx, access_event(a, BreakGlassMove::B1, BreakGlassState::REQUESTED), now));
    const Json body = Json::object({{"harm", a.harm}, {"fields", a.fields.hex()}});
    LEEWARD_TRY(put(desk, tx, a, MessageKind::ACCESS_ASK, body, now));
    Json json = access_json(desk, a);
    json.set("note", "Telephone them now as well: a person there must say yes.");
    if (const Peer* peer = desk.peers.find(leg.peer)) json.set("phone", peer->contact.duty_line);
    return json;
}

Result<Applied> take_access_state(
    Desk& desk, Transaction& tx, Peer& peer, const Message& message, Time now) {
    const Applied refused{"SCHEMA", {}, {}};
    const auto json = schema::parse_json(message.body, {4096, 4});
    if (!json) return refused;
    schema::ObjectReader in(*json, "emergency access");
    const auto id = in.id<schema::AccessId>("access");
    const auto state = schema::break_glass_state_from(in.text("state", 32));
    if (!in.finish() || !state) return refused;
    auto found = load_access(tx, id);
    if (!found || found->holder || found->peer != peer.node()) return refused;
    const BreakGlassState before = found->state;
    if (message.header.counter > found->counter) {
        found->state = *state;
        found->counter = message.header.counter;
        found->since = now;
        LEEWARD_TRY(save_access(tx, *found));
        LEEWARD_TRY(
            raise(tx, "ACCESS_" + std::string(schema::name(*state)), id.get(), peer.node(), now));
    }
    (void)desk;
    return Applied{{}, {}, access_event(*found, BreakGlassMove::B2, before)};
}

// ------------------------------------------------------------------ at the holder

Result<Applied> take_access_ask(
    Desk& desk, Transaction& tx, Peer& peer, const Message& message, Time now) {
    const Applied refused{"SCHEMA", {}, {}};
    const auto json = schema::parse_json(message.body, {4096, 4});
    if (!json) return refused;
    schema::ObjectReader in(*json, "emergency access");
    Access a;
    a.id = in.id<schema::AccessId>("access");
    a.harm = in.text("harm", 64);
    const auto fields = schema::FieldSet::from_hex(in.text("fields", 48));
    if (!in.finish() || !fields || !may_be_asked_for(*fields)) return refused;
    const auto leg = load_leg(desk, tx, message.header.leg);
    if (!leg || !leg->ours || !leg->need || leg->peer != peer.node())
        return Applied{"RECIPIENT_MISMATCH", {}, {}};
    if (load_access(tx, a.id)) return refused;
    LEEWARD_ASSIGN(const Need need, load_need(desk, tx, *leg->need));
    a.holder = true;
    a.peer = peer.node();
    a.leg = leg->id;
    a.case_id = need.case_id;
    a.fields = *fields;
    a.state = BreakGlassState::REQUESTED;
    a.asked = a.since = now;
    LEEWARD_TRY(insert_access(tx, a));
    LEEWARD_TRY(raise(tx, "ACCESS_ASKED", a.id.get(), peer.node(), now));
    return Applied{{}, {}, access_event(a, BreakGlassMove::B1, BreakGlassState::REQUESTED)};
}

namespace {

// A further one of a requester whose last review is overdue is never blocked: it needs the holder's
// supervisor, is flagged, and the auditor is told at once.
Outcome mind_overdue_review(Desk& desk, Transaction& tx, Access& a, Time now) {
    LEEWARD_ASSIGN(a.flagged, has_overdue_review(tx, a.peer));
    if (!a.flagged) return Done{};
    LEEWARD_TRY(require(desk.actor, schema::supervisors));
    return call_for(desk,
                    tx,
                    schema::Machine::BREAK_GLASS,
                    static_cast<Byte>(a.state),
                    "ACCESS_FLAGGED",
                    a.leg.get(),
                    a.peer,
                    now);
}

// The authority: an EMERGENCY basis over the listed fields that are held, told to the survivor once
// it is over.
Result<Release> authority_for(
    Desk& desk, Transaction& tx, const Access& a, std::int64_t hours, Time now) {
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, *a.case_id));
    Release r;
    r.case_id = *a.case_id;
    r.recipient = a.peer;
    r.purpose = "PURPOSE_BREAK_GLASS";
    r.basis = schema::Basis::EMERGENCY;
    r.fields = schema::fields_of(one.record) & a.fields;
    if (r.fields.empty()) return invalid("the case holds none of these fields");
    const Time end = now + std::chrono::hours(hours);
    r.detail = Json::object({{"notice_due", schema::unix_seconds(end)}});
    LEEWARD_ASSIGN(const Json drafted, begin_draft(desk, tx, r, Json::object({{"days", 1}}), now));
    (void)drafted;
    r.expires = end;
    LEEWARD_TRY(freeze_text(desk, tx, r, now));
    LEEWARD_TRY(move_release(desk, tx, r, schema::ReleaseMove::R4, a.harm, now));
    LEEWARD_TRY(save_release(desk, tx, r));
    return r;
}

Result<std::int64_t> hours_of(const Json& args) {
    const std::int64_t hours = args.find("hours") == nullptr ? most_hours : args.int_at("hours");
    if (hours < 1 || hours > most_hours) return invalid("an emergency access runs 1 to 4 hours");
    return hours;
}

Result<Access> asked_of_us(Transaction& tx, const Json& args) {
    LEEWARD_ASSIGN(Access a, find_access(tx, args.text_at("id")));
    if (!a.holder) return invalid("this was asked by us: the other side answers it");
    return a;
}

}  // namespace

Result<Json> access_grant(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Access a, asked_of_us(tx, args));
    LEEWARD_ASSIGN(const std::int64_t hours, hours_of(args));
    LEEWARD_TRY(mind_overdue_review(desk, tx, a, now));
    LEEWARD_TRY(second_person(desk, tx, args, schema::TwoPersonAct::BREAK_GLASS, a.id.get(), now));
    LEEWARD_ASSIGN(const Release r, authority_for(desk, tx, a, hours, now));
    a.release = r.id;
    a.granted_by = desk.actor.id;
    LEEWARD_TRY(move(desk, tx, a, BreakGlassMove::B2, std::nullopt, now));
    LEEWARD_TRY(take_effect(desk, tx, r, now));
    Json json = access_json(desk, a);
    json.set("ends", schema::unix_seconds(r.expires));
    return json;
}

Result<Json> access_deny(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Access a, asked_of_us(tx, args));
    LEEWARD_TRY(move(desk, tx, a, BreakGlassMove::B3, std::nullopt, now));
    return access_json(desk, a);
}

namespace {

// Neither who granted it nor who approved it.
Result<bool> was_involved(Desk& desk, Transaction& tx, const Access& a) {
    if (a.granted_by == desk.actor.id) return true;
    auto rows = tx.query(
        "SELECT 1 FROM approval WHERE subject=? AND approver=? LIMIT 1", a.id, desk.actor.id);
    const bool found = rows.next();
    LEEWARD_TRY(rows.status());
    return found;
}

}  // namespace

Result<Json> access_review(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Access a, asked_of_us(tx, args));
    LEEWARD_ASSIGN(const bool involved, was_involved(desk, tx, a));
    if (involved)
        return Error{Errc::not_permitted,
                     "somebody who had no part in it reviews it; nothing was changed"};
    if (args.bool_at("justified") == args.bool_at("unjustified"))
        return invalid("say --justified or --unjustified");
    const bool justified = args.bool_at("justified");
    LEEWARD_TRY(move(
        desk,
        tx,
        a,
        BreakGlassMove::B5,
        justified ? BreakGlassState::REVIEWED_JUSTIFIED : BreakGlassState::REVIEWED_UNJUSTIFIED,
        now));
    const About about{a.id.get(), a.leg, a.case_id, a.peer};
    if (!justified) LEEWARD_TRY(open_incident(desk, tx, "INCIDENT_UNJUSTIFIED_ACCESS", about, now));
    return access_json(desk, a);
}

Result<Json> access_list(Desk& desk, Transaction& tx, const Json& args, Time) {
    LEEWARD_ASSIGN(const auto all, all_accesses(tx));
    Json list = Json::array();
    std::int64_t overdue = 0;
    for (const auto& a : all) {
        overdue += a.holder && a.state == BreakGlassState::REVIEW_OVERDUE ? 1 : 0;
        if (args.bool_at("all") || !schema::is_terminal(a.state)) list.push(access_json(desk, a));
    }
    return Json::object({{"accesses", std::move(list)}, {"reviews_overdue", overdue}});
}

// ------------------------------------------------------------------ by time

namespace {

Time due_of(const Access& a, DeadlineRow row, Time from) {
    const auto due = schema::due(row, schema::Priority::EMERGENCY, from);
    return due ? *due : a.since;
}

// The end of an authority that a clock ahead has given is as far away; the time of access is not.
Outcome look_at_active(Desk& desk, Transaction& tx, Access& a, Time now) {
    LEEWARD_ASSIGN(const Release r, load_release(desk, tx, *a.release));
    if (r.live_at(now) && due_of(a, DeadlineRow::BREAK_GLASS_ACTIVE, a.since) > now) return Done{};
    return move(desk, tx, a, BreakGlassMove::B4, std::nullopt, now);
}

Outcome look_at_overdue(Desk& desk, Transaction& tx, Access& a, Time now) {
    const Time last = a.raised == Time{} ? a.since : a.raised;
    if (due_of(a, DeadlineRow::BREAK_GLASS_REVIEW_OVERDUE, last) > now) return Done{};
    a.raised = now;
    LEEWARD_TRY(save_access(tx, a));
    return call_for(desk,
                    tx,
                    schema::Machine::BREAK_GLASS,
                    static_cast<Byte>(a.state),
                    "REVIEW_OVERDUE",
                    a.id.get(),
                    a.peer,
                    now);
}

Outcome become_overdue(Desk& desk, Transaction& tx, Access& a, Time now) {
    LEEWARD_TRY(move(desk, tx, a, BreakGlassMove::B6, std::nullopt, now));
    return call_for(desk,
                    tx,
                    schema::Machine::BREAK_GLASS,
                    static_cast<Byte>(a.state),
                    "REVIEW_OVERDUE",
                    a.id.get(),
                    a.peer,
                    now);
}

Outcome look_at(Desk& desk, Transaction& tx, Access& a, Time now) {
    switch (a.state) {
        case BreakGlassState::REQUESTED:
            if (due_of(a, DeadlineRow::BREAK_GLASS_REQUESTED, a.since) > now) return Done{};
            return move(desk, tx, a, BreakGlassMove::B3, std::nullopt, now);
        case BreakGlassState::ACTIVE:
            return look_at_active(desk, tx, a, now);
        case BreakGlassState::ENDED:
            if (due_of(a, DeadlineRow::BREAK_GLASS_ENDED, a.since) > now) return Done{};
            return become_overdue(desk, tx, a, now);
        case BreakGlassState::REVIEW_OVERDUE:
            return look_at_overdue(desk, tx, a, now);
        case BreakGlassState::DENIED:
        case BreakGlassState::REVIEWED_JUSTIFIED:
        case BreakGlassState::REVIEWED_UNJUSTIFIED:
            break;
    }
    return Done{};
}

}  // namespace

Outcome fire_access_timers(Desk& desk, Transaction& tx, Time now) {
    LEEWARD_ASSIGN(auto all, unsettled_accesses(tx));
    for (auto& a : all)
        if (desk.turns.take("access", a.id.get(), now)) LEEWARD_TRY(look_at(desk, tx, a, now));
    return Done{};
}

Outcome accesses_follow_clock(Transaction& tx, Time reached) {
    return tx.run(
        "UPDATE access SET asked=min(asked,?1),since=min(since,?1),raised=min(raised,?1) "
        "WHERE max(asked,since,raised)>?1",
        schema::unix_seconds(reached));
}

}  // namespace leeward::node
