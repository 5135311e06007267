#include "node/exchange/disclose.h"

#include "node/exchange/grants.h"
#include "node/exchange/ids.h"
#include "node/exchange/needs.h"
#include "node/exchange/notices.h"
#include "schema/codes.h"
#include "schema/deadline.h"
#include "schema/limits.h"
#include "schema/record.h"

namespace leeward::node {
namespace {

using schema::FieldSet;
using schema::GrantDiscloser;
using schema::GrantMove;
using schema::GrantRecipient;
using schema::GrantState;
using schema::Message;
using schema::MessageKind;
using schema::Tier;
using schema::Time;

Error not_released(std::string_view why) {
    return Error{Errc::not_released, std::string(why) + "; nothing was sent"};
}

schema::AuditRecord grant_event(const Grant& g, GrantMove move, GrantState before) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = schema::Machine::GRANT;
    event.transition = static_cast<Byte>(move);
    event.from_state = static_cast<Byte>(before);
    event.to_state = static_cast<Byte>(g.shown());
    event.tier = static_cast<Byte>(g.tier);
    event.basis = static_cast<Byte>(g.basis);
    event.purpose = schema::code_tag(g.purpose);
    event.other = schema::organisation_tag(g.peer);
    event.fields = schema::logged_bitmap(g.fields);
    return event;
}

// The highest tier of a set: T3 fields make a T3 grant, even with two T2 fields by name.
Tier tier_of(const FieldSet& fields) {
    return (fields & schema::fields_of_tier(Tier::T3)).empty() ? Tier::T2 : Tier::T3;
}

}  // namespace

Result<Disclosure> Disclosure::authorize(
    const Release& release, const Leg& leg, const FieldSet& wanted, Tier tier, Time now) {
    if (release.recipient != leg.peer)
        return not_released("this release names another recipient (RECIPIENT_MISMATCH)");
    if (release.state == schema::ReleaseState::DRAFT ||
        release.state == schema::ReleaseState::PENDING_SIGNATURES)
        return not_released("this release is not signed yet");
    if (!release.live_at(now)) return not_released("this release is not in force");
    if (wanted.empty() || !wanted.is_subset_of(release.fields))
        return not_released("this release does not cover every field");
    if (!schema::allows(leg.shown, leg.answer.value, tier, leg.service))
        return not_released("the recipient has not made the place firm itself");
    return Disclosure(release.id, leg.peer, wanted, tier);
}

// ------------------------------------------------------------------ the discloser's side

namespace {

Json grant_body(const Grant& g, const Release& release, const Json& fields) {
    return Json::object({{"grant", schema::text(g.id)},
                         {"release", schema::text(release.id)},
                         {"tier", schema::name(g.tier)},
                         {"basis", schema::name(g.basis)},
                         {"purpose", g.purpose},
                         {"expires", schema::unix_seconds(g.expires)},
                         {"commitment", hex::encode(release.commitment)},
                         {"bitmap", hex::encode(schema::logged_bitmap(g.fields))},
                         {"fields", fields}});
}

Grant new_grant(
    Desk& desk, const Disclosure& disclosure, const Release& release, const Leg& leg, Time now) {
    Grant g;
    g.id = schema::new_id<schema::GrantId>(desk.random);
    g.ours = true;
    g.peer = disclosure.recipient();
    g.leg = leg.id;
    g.release = disclosure.release();
    g.case_id = release.case_id;
    g.tier = disclosure.tier();
    g.basis = release.basis;
    g.purpose = release.purpose;
    g.fields = disclosure.fields();
    g.discloser = GrantDiscloser::OPENABLE;
    g.discloser_counter = 1;
    g.created = g.since = now;
    g.expires = release.expires;
    return g;
}

// One transaction: the grant, its message under its own key, its leaf.
Outcome send(Desk& desk,
             Transaction& tx,
             const Disclosure& disclosure,
             const Release& release,
             const Leg& leg,
             const Json& record,
             Time now) {
    const Grant g = new_grant(desk, disclosure, release, leg, now);
    const Json fields = schema::redact(record, disclosure.fields());
    LEEWARD_TRY(desk.records.ensure(grant_record(g.id)));
    LEEWARD_TRY(insert_grant(desk, tx, g, Json::object()));
    Outgoing message;
    message.to = g.peer;
    message.kind = MessageKind::GRANT;
    message.message_class = MessageClass::DISCLOSING;
    message.leg = leg.id;
    message.counter = g.discloser_counter;
    message.body = grant_body(g, release, fields).dump();
    message.record = grant_record(g.id);
    message.grant = g.id;
    message.expires = g.expires;
    message.event = grant_event(g, GrantMove::G2t, GrantState::SEALED);
    message.event.kind = schema::EventKind::SEND;
    message.event.release = release.commitment;
    const auto put = desk.outbox.put(tx, message, now);
    return put ? Outcome(Done{}) : Outcome(put.error());
}

bool is_open(const Grant& g) {
    return schema::readable(g.shown());
}

Result<bool> already_sent(Transaction& tx, const Release& release, const Leg& leg) {
    LEEWARD_ASSIGN(const auto grants, grants_of(tx, Whose::RELEASE, release.id.get()));
    for (const auto& g : grants)
        if (g.leg == leg.id && is_open(g)) return true;
    return false;
}

// The fields of the release that the case holds, in one grant of their tier.
Result<bool> try_send(
    Desk& desk, Transaction& tx, const Release& release, const Leg& leg, Time now) {
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, release.case_id));
    const FieldSet wanted = schema::fields_of(one.record) & release.fields;
    const auto disclosure = Disclosure::authorize(release, leg, wanted, tier_of(wanted), now);
    if (!disclosure) return disclosure.error();
    LEEWARD_ASSIGN(const bool done, already_sent(tx, release, leg));
    if (done) return false;
    LEEWARD_TRY(send(desk, tx, *disclosure, release, leg, one.record, now));
    return true;
}

Result<std::vector<Leg>> legs_to(Desk& desk, Transaction& tx, const Release& release) {
    std::vector<schema::LegId> ids;
    {
        auto rows = tx.query(
            "SELECT l.id FROM leg l JOIN need n ON n.id=l.need WHERE n.case_id=? AND l.peer=?",
            release.case_id,
            release.recipient);
        while (rows.next())
            ids.push_back(rows.id<schema::LegId>(0));
        LEEWARD_TRY(rows.status());
    }
    std::vector<Leg> legs;
    for (const auto& id : ids) {
        LEEWARD_ASSIGN(Leg leg, load_leg(desk, tx, id));
        legs.push_back(std::move(leg));
    }
    return legs;
}

Outcome tell_state(
    Desk& desk, Transaction& tx, const Grant& g, GrantMove move, GrantState before, Time now) {
    Outgoing message;
    message.to = g.peer;
    message.kind = MessageKind::GRANT_STATE;
    message.message_class = MessageClass::CONTROL;
    message.counter = g.discloser_counter;
    message.body =
        Json::object({{"grant", schema::text(g.id)}, {"value", schema::name(g.discloser)}}).dump();
    message.record = general_record;
    message.grant = g.id;
    message.expires = now + std::chrono::hours(24 * 60);
    message.event = grant_event(g, move, before);
    message.event.kind = schema::EventKind::SEND;
    const auto put = desk.outbox.put(tx, message, now);
    return put ? Outcome(Done{}) : Outcome(put.error());
}

// REVOKED or EXPIRED, and at once, if it was ever sent, please erase.
Outcome close(Desk& desk, Transaction& tx, Grant g, GrantMove move, Time now) {
    if (!g.ours || !is_open(g)) return Done{};
    const GrantState before = g.shown();
    LEEWARD_ASSIGN(g.discloser, schema::write_discloser(move, g.discloser, g.recipient));
    LEEWARD_TRY(log_event(desk, tx, grant_event(g, move, before), now));
    LEEWARD_TRY(desk.outbox.abandon_grant(tx, g.id, now));
    const GrantState closed = g.shown();
    LEEWARD_ASSIGN(g.discloser, schema::write_discloser(GrantMove::G6t, g.discloser, g.recipient));
    ++g.discloser_counter;
    g.since = now;
    LEEWARD_TRY(save_grant(tx, g));
    return tell_state(desk, tx, g, GrantMove::G6t, closed, now);
}

}  // namespace

Outcome release_became_live(Desk& desk, Transaction& tx, const Release& release, Time now) {
    LEEWARD_ASSIGN(const auto legs, legs_to(desk, tx, release));
    for (const auto& leg : legs) {
        const auto sent = try_send(desk, tx, release, leg, now);
        if (!sent && sent.error().code != Errc::not_released) return sent.error();
    }
    return Done{};
}

Outcome grants_of_release_close(Desk& desk, Transaction& tx, const Release& release, Time now) {
    const bool by_time = release.state == schema::ReleaseState::EXPIRED ||
                         release.state == schema::ReleaseState::SUPERSEDED;
    LEEWARD_ASSIGN(const auto grants, grants_of(tx, Whose::RELEASE, release.id.get()));
    for (const auto& g : grants) {
        LEEWARD_TRY(close(desk, tx, g, by_time ? GrantMove::G5t : GrantMove::G4t, now));
        LEEWARD_TRY(tx.run("UPDATE leg SET papers=? WHERE id=? AND papers=''",
                           by_time ? "EXPIRED" : "WITHDRAWN",
                           g.leg));
    }
    return Done{};
}

// Papers signed before the bed was firm are sent once it is; a leg that has ended closes its grants.
Outcome grants_follow(Desk& desk, Transaction& tx, const Leg& leg, Time now) {
    if (!leg.ours || !leg.need) return Done{};
    if (schema::is_terminal(leg.shown) || leg.shown == schema::LegState::MISDIRECTED) {
        LEEWARD_ASSIGN(const auto grants, grants_of(tx, Whose::LEG, leg.id.get()));
        const auto move =
            leg.shown == schema::LegState::MISDIRECTED ? GrantMove::G4t : GrantMove::G5t;
        for (const auto& g : grants)
            LEEWARD_TRY(close(desk, tx, g, move, now));
        return Done{};
    }
    if (!schema::accepted_or_later(leg.answer.value)) return Done{};
    LEEWARD_ASSIGN(const Need need, load_need(desk, tx, *leg.need));
    LEEWARD_ASSIGN(const auto releases, releases_of(desk, tx, need.case_id));
    for (const auto& release : releases) {
        if (release.recipient != leg.peer || !release.live_at(now)) continue;
        const auto sent = try_send(desk, tx, release, leg, now);
        if (!sent && sent.error().code != Errc::not_released) return sent.error();
    }
    return Done{};
}

Result<Json> grant_send(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Bytes id, find_id(tx, "release", args.text_at("release")));
    LEEWARD_ASSIGN(const Release release,
                   load_release(desk, tx, schema::ReleaseId(to_array<16>(id))));
    LEEWARD_ASSIGN(const auto legs, legs_to(desk, tx, release));
    if (legs.empty()) return not_released("nobody of this case was asked at that organisation");
    std::int64_t sent = 0;
    std::optional<Error> why;
    for (const auto& leg : legs) {
        const auto tried = try_send(desk, tx, release, leg, now);
        if (tried)
            sent += *tried ? 1 : 0;
        else if (tried.error().code == Errc::not_released)
            why = tried.error();
        else
            return tried.error();
    }
    if (sent == 0 && why) return *why;
    return Json::object({{"sent", sent}});
}

Outcome grant_may_leave(Desk& desk, Transaction& tx, const schema::GrantId& id, Time now) {
    LEEWARD_ASSIGN(const Grant g, load_grant(tx, id));
    if (!is_open(g)) return not_released("this grant is closed");
    LEEWARD_ASSIGN(const Release release, load_release(desk, tx, g.release));
    LEEWARD_ASSIGN(const Leg leg, load_leg(desk, tx, g.leg));
    const auto live = Disclosure::authorize(release, leg, g.fields, g.tier, now);
    return live ? Outcome(Done{}) : Outcome(live.error());
}

// ------------------------------------------------------------------ the recipient's side

namespace {

Applied refused(std::string_view code) {
    return {std::string(code), {}, {}};
}

struct GrantText {
    Grant grant;
    Json fields;
};

Result<GrantText> read_grant_text(const Message& message) {
    LEEWARD_ASSIGN(const Json json,
                   schema::parse_json(message.body, {schema::limits::body_bytes, 8}));
    schema::ObjectReader in(json, "grant");
    GrantText out;
    Grant& g = out.grant;
    g.id = in.id<schema::GrantId>("grant");
    g.release = in.id<schema::ReleaseId>("release");
    const auto tier = schema::tier_from(in.text("tier", 4));
    const auto basis = schema::basis_from(in.text("basis", 32));
    g.purpose = in.text("purpose", 64);
    g.expires = schema::from_unix(in.number("expires", 0, 253'402'300'799));
    (void)in.hex_array<32>("commitment");
    (void)in.hex_array<24>("bitmap");
    out.fields = in.any("fields");
    LEEWARD_TRY(in.finish());
    if (!tier || !basis || (*tier != Tier::T2 && *tier != Tier::T3))
        return Error{Errc::malformed, "an unknown word"};
    LEEWARD_TRY(schema::check_record(out.fields, *tier));
    g.tier = *tier;
    g.basis = *basis;
    g.fields = schema::fields_of(out.fields);
    g.peer = message.header.from;
    g.leg = message.header.leg;
    g.discloser = GrantDiscloser::OPENABLE;
    g.discloser_counter = message.header.counter;
    return out;
}

}  // namespace

void prepare_grant(const Message& message, std::vector<std::string>& names) {
    const auto text = read_grant_text(message);
    if (text) names.push_back(grant_record(text->grant.id));
}

Result<Applied> take_grant(
    Desk& desk, Transaction& tx, Peer& peer, const Message& message, Time now) {
    auto text = read_grant_text(message);
    if (!text) return refused("SCHEMA");
    Grant& g = text->grant;
    const auto leg = load_leg(desk, tx, g.leg);
    if (!leg || leg->ours || leg->peer != peer.node()) return refused("RECIPIENT_MISMATCH");
    if (!schema::accepted_or_later(leg->answer.value)) return refused("NO_PROOF");
    if (g.expires <= now) return refused("EXPIRED");
    const auto known = load_grant(tx, g.id);
    if (known && known->peer != peer.node()) return refused("RECIPIENT_MISMATCH");
    if (known) {
        if (!is_open(*known)) LEEWARD_TRY(destroy_grant(desk, tx, g));  // closed before it came
        return Applied{{}, {}, grant_event(g, GrantMove::G2t, known->shown())};
    }
    g.created = g.since = now;
    LEEWARD_TRY(insert_grant(desk, tx, g, text->fields));
    LEEWARD_TRY(raise(tx, "GRANT_TO_OPEN", g.id.get(), peer.node(), now));
    return Applied{{}, grant_record(g.id), grant_event(g, GrantMove::G2t, GrantState::SEALED)};
}

namespace {

Outcome tell_answer(Desk& desk,
                    Transaction& tx,
                    const Grant& g,
                    GrantMove move,
                    GrantState before,
                    Json body,
                    Time now) {
    Outgoing message;
    message.to = g.peer;
    message.kind = MessageKind::GRANT_ANSWER;
    message.message_class = MessageClass::CONTROL;
    message.counter = g.recipient_counter;
    body.set("grant", schema::text(g.id));
    body.set("value", schema::name(g.recipient));
    message.body = body.dump();
    message.record = general_record;
    message.grant = g.id;
    message.expires = now + std::chrono::hours(24 * 60);
    message.event = grant_event(g, move, before);
    message.event.kind = schema::EventKind::SEND;
    const auto put = desk.outbox.put(tx, message, now);
    return put ? Outcome(Done{}) : Outcome(put.error());
}

// Erases and attests: a signed statement in a message of its own.
Outcome attest(Desk& desk, Transaction& tx, Grant g, Time now) {
    const GrantState before = g.shown();
    LEEWARD_ASSIGN(g.recipient, schema::write_recipient(GrantMove::G7t, g.recipient, g.discloser));
    ++g.recipient_counter;
    g.since = now;
    LEEWARD_TRY(save_grant(tx, g));
    LEEWARD_TRY(destroy_grant(desk, tx, g));
    LEEWARD_TRY(settle_notices(tx, g.id.get()));
    const auto backups = now + std::chrono::hours(24 * 30);
    Json body = Json::object({{"statement",
                               "working copy, keys and the link salts destroyed; backups age out "
                               "by the date given"},
                              {"backups_by", schema::unix_seconds(backups)}});
    return tell_answer(desk, tx, g, GrantMove::G7t, before, std::move(body), now);
}

Json grant_json(const Desk& desk, const Grant& g) {
    const Peer* peer = desk.peers.find(g.peer);
    Json fields = Json::array();
    for (const auto field : g.fields.members())
        fields.push(schema::field(field).id);
    Json json = Json::object({{"id", schema::text(g.id)},
                              {"direction", g.ours ? "given" : "received"},
                              {"peer", peer == nullptr ? "" : peer->card.organisation},
                              {"leg", schema::text(g.leg)},
                              {"release", schema::text(g.release)},
                              {"tier", schema::name(g.tier)},
                              {"basis", schema::name(g.basis)},
                              {"purpose", g.purpose},
                              {"state", schema::name(g.shown())},
                              {"fields", std::move(fields)},
                              {"created", schema::unix_seconds(g.created)},
                              {"expires", schema::unix_seconds(g.expires)}});
    if (g.opened_at != never) {
        json.set("opened_at", schema::unix_seconds(g.opened_at));
        json.set("opened_for", g.opened_for);
    }
    return json;
}

Result<Grant> find_grant(Transaction& tx, std::string_view typed) {
    LEEWARD_ASSIGN(const Bytes id, find_id(tx, "grant_of", typed));
    return load_grant(tx, schema::GrantId(to_array<16>(id)));
}

}  // namespace

// Opening never waits for the log, but each opening is an act in it, at both ends.
Result<Json> grant_open(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Grant g, find_grant(tx, args.text_at("id")));
    const std::string purpose = args.text_at("purpose");
    if (!schema::is_code("PURPOSE_", purpose))
        return Error{Errc::invalid_argument, "say why with a PURPOSE_ code"};
    const bool open = !g.ours && is_open(g) && g.expires > now;
    if (!open) {
        desk.refusal = grant_event(g, GrantMove::G3t, g.shown());
        desk.refusal->kind = schema::EventKind::REFUSED;
        return Error{Errc::not_released,
                     g.ours ? "this is what we gave, not what we received"
                            : "this is closed: the papers have ended. If she is with you, phone "
                              "the referrer. The attempt is in the log."};
    }
    LEEWARD_ASSIGN(const Json fields, grant_fields(desk, tx, g));
    schema::AuditRecord view = grant_event(g, GrantMove::G3t, g.shown());
    view.kind = schema::EventKind::VIEW;
    view.purpose = schema::code_tag(purpose);
    LEEWARD_TRY(log_event(desk, tx, view, now));
    if (g.recipient == GrantRecipient::NONE) {
        const GrantState before = g.shown();
        LEEWARD_ASSIGN(g.recipient,
                       schema::write_recipient(GrantMove::G3t, g.recipient, g.discloser));
        ++g.recipient_counter;
        g.opened_at = g.since = now;
        g.opened_for = purpose;
        LEEWARD_TRY(save_grant(tx, g));
        LEEWARD_TRY(settle_notices(tx, g.id.get()));
        LEEWARD_TRY(tell_answer(
            desk, tx, g, GrantMove::G3t, before, Json::object({{"purpose", purpose}}), now));
    }
    Json json = grant_json(desk, g);
    json.set("record", fields);
    return json;
}

Result<Json> grant_list(Desk& desk, Transaction& tx, const Json& args, Time) {
    LEEWARD_ASSIGN(const auto grants, all_grants(tx));
    Json list = Json::array();
    for (const auto& g : grants)
        if (args.bool_at("all") || !schema::is_terminal(g.shown())) list.push(grant_json(desk, g));
    return Json::object({{"grants", std::move(list)}});
}

Result<Json> grant_erase(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Grant g, find_grant(tx, args.text_at("id")));
    if (g.ours) return Error{Errc::wrong_state, "the recipient erases; here, withdraw the release"};
    const std::string basis = args.text_at("retain");
    if (basis.empty()) {
        LEEWARD_TRY(attest(desk, tx, g, now));
    } else {
        LEEWARD_TRY(require(desk.actor, schema::supervisors));
        const GrantState before = g.shown();
        LEEWARD_ASSIGN(g.recipient,
                       schema::write_recipient(GrantMove::G8t, g.recipient, g.discloser));
        ++g.recipient_counter;
        g.since = now;
        LEEWARD_TRY(save_grant(tx, g));
        LEEWARD_TRY(destroy_grant(desk, tx, g));  // the referral copy; the own record is elsewhere
        LEEWARD_TRY(tell_answer(
            desk, tx, g, GrantMove::G8t, before, Json::object({{"basis", basis}}), now));
    }
    LEEWARD_ASSIGN(const Grant after, load_grant(tx, g.id));
    Json json = grant_json(desk, after);
    json.set("note",
             "The referral copy here is destroyed. What a person has read cannot be un-read, and "
             "your own service record is not covered by this.");
    return json;
}

Outcome close_received(Desk&, Transaction& tx, const schema::LegId& leg, Time now) {
    LEEWARD_ASSIGN(const auto grants, grants_of(tx, Whose::LEG, leg.get()));
    for (Grant g : grants) {
        if (g.ours || !is_open(g)) continue;
        g.discloser = GrantDiscloser::REVOKED;
        g.since = now;
        LEEWARD_TRY(save_grant(tx, g));
    }
    return Done{};
}

// ------------------------------------------------------------------ what the other side wrote

namespace {

// The closing word of a grant may overtake it: it is kept, and the grant, if it ever comes, stays
// closed and empty. The erasure that it asks for is attested as any other.
Result<Applied> closed_before_it_came(Transaction& tx,
                                      const Peer& peer,
                                      const schema::GrantId& id,
                                      GrantDiscloser value,
                                      const Message& message,
                                      Time now) {
    Grant g;
    g.id = id;
    g.peer = peer.node();
    g.tier = Tier::T2;
    g.discloser = value;
    g.discloser_counter = message.header.counter;
    g.created = g.since = g.expires = now;
    LEEWARD_TRY(insert_empty_grant(tx, g));
    return Applied{{}, {}, grant_event(g, GrantMove::G6t, GrantState::SEALED)};
}

}  // namespace

Result<Applied> take_grant_state(
    Desk&, Transaction& tx, Peer& peer, const Message& message, Time now) {
    const auto json = schema::parse_json(message.body, {4096, 4});
    if (!json) return refused("SCHEMA");
    schema::ObjectReader in(*json, "grant state");
    const auto id = in.id<schema::GrantId>("grant");
    const auto value = schema::grant_discloser_from(in.text("value", 32));
    if (!in.finish() || !value) return refused("SCHEMA");
    auto found = load_grant(tx, id);
    if (!found) return closed_before_it_came(tx, peer, id, *value, message, now);
    Grant g = std::move(found).value();
    if (g.ours || g.peer != peer.node()) return refused("RECIPIENT_MISMATCH");
    const GrantState before = g.shown();
    if (message.header.counter > g.discloser_counter) {
        g.discloser = *value;
        g.discloser_counter = message.header.counter;
        g.since = now;
        LEEWARD_TRY(save_grant(tx, g));
        LEEWARD_TRY(tx.run("UPDATE leg SET papers='WITHDRAWN' WHERE id=?", g.leg));
        if (g.discloser == GrantDiscloser::ERASURE_REQUESTED)
            LEEWARD_TRY(raise(tx, "PLEASE_ERASE", g.id.get(), peer.node(), now));
    }
    return Applied{{}, {}, grant_event(g, GrantMove::G6t, before)};
}

Result<Applied> take_grant_answer(
    Desk&, Transaction& tx, Peer& peer, const Message& message, Time now) {
    const auto json = schema::parse_json(message.body, {4096, 4});
    if (!json) return refused("SCHEMA");
    schema::ObjectReader in(*json, "grant answer");
    const auto id = in.id<schema::GrantId>("grant");
    const auto value = schema::grant_recipient_from(in.text("value", 32));
    const std::string purpose = in.text_or("purpose", 64, "");
    (void)in.text_or("statement", 256, "");
    (void)in.text_or("basis", 256, "");
    (void)in.number_or("backups_by", 0, 253'402'300'799, 0);
    if (!in.finish() || !value) return refused("SCHEMA");
    auto found = load_grant(tx, id);
    if (!found) return refused("SCHEMA");
    Grant g = std::move(found).value();
    if (!g.ours || g.peer != peer.node()) return refused("RECIPIENT_MISMATCH");
    const GrantState before = g.shown();
    if (message.header.counter > g.recipient_counter) {
        g.recipient = *value;
        g.recipient_counter = message.header.counter;
        g.since = now;
        if (*value == GrantRecipient::OPENED) {
            g.opened_at = message.header.ts;
            g.opened_for = purpose;
        }
        LEEWARD_TRY(save_grant(tx, g));
    }
    return Applied{{}, {}, grant_event(g, GrantMove::G3t, before)};
}

// ------------------------------------------------------------------ by time

// A recipient's referral copy is erased on time, asked or not; the discloser counts what is overdue.
Outcome fire_grant_timers(Desk& desk, Transaction& tx, Time now) {
    std::vector<schema::GrantId> ids;
    {
        auto rows = tx.query(
            "SELECT id FROM grant_of WHERE recipient<=1 AND (discloser=? OR (ours=0 AND "
            "length(sealed)>0 AND expires<=?)) ORDER BY ours,since LIMIT 64",
            GrantDiscloser::ERASURE_REQUESTED,
            schema::unix_seconds(now));
        while (rows.next())
            ids.push_back(rows.id<schema::GrantId>(0));
        LEEWARD_TRY(rows.status());
    }
    for (const auto& id : ids) {
        LEEWARD_ASSIGN(Grant g, load_grant(tx, id));
        if (g.ours) {
            if (schema::erasure_due(g.tier, g.since) > now) continue;
            const GrantState before = g.shown();
            LEEWARD_ASSIGN(g.discloser,
                           schema::write_discloser(GrantMove::G9t, g.discloser, g.recipient));
            g.since = now;
            LEEWARD_TRY(save_grant(tx, g));
            LEEWARD_TRY(log_event(desk, tx, grant_event(g, GrantMove::G9t, before), now));
            LEEWARD_TRY(raise(tx, "ERASURE_OVERDUE", g.id.get(), g.peer, now));
        } else if (g.discloser == GrantDiscloser::ERASURE_REQUESTED) {
            LEEWARD_TRY(attest(desk, tx, g, now));
        } else if (g.expires <= now) {
            g.discloser = GrantDiscloser::EXPIRED;
            LEEWARD_TRY(save_grant(tx, g));
            LEEWARD_TRY(destroy_grant(desk, tx, g));
        }
    }
    return Done{};
}

// ------------------------------------------------------------------ for the survivor

// Who has seen what, when, why and under which authority. It is hers; it is never transmitted.
Result<Json> case_accounting(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Case one, find_case(desk, tx, args.text_at("id")));
    LEEWARD_ASSIGN(const auto grants, grants_of(tx, Whose::CASE, one.id.get()));
    Json shared = Json::array();
    for (const auto& g : grants)
        shared.push(grant_json(desk, g));
    Json asked = Json::array();
    std::vector<schema::LegId> legs;
    {
        auto rows = tx.query(
            "SELECT l.id FROM leg l JOIN need n ON n.id=l.need WHERE n.case_id=? ORDER BY l.opened",
            one.id);
        while (rows.next())
            legs.push_back(rows.id<schema::LegId>(0));
        LEEWARD_TRY(rows.status());
    }
    for (const auto& id : legs) {
        LEEWARD_ASSIGN(const Leg leg, load_leg(desk, tx, id));
        Json line = leg_json(desk, leg);
        line.set("reached_them", leg.answer.counter > 0);
        if (const Json* card = leg.detail.find("card")) line.set("card", *card);
        asked.push(std::move(line));
    }
    schema::AuditRecord view;
    view.kind = schema::EventKind::VIEW;
    view.machine = schema::Machine::CASE;
    view.tier = static_cast<Byte>(Tier::L0);
    LEEWARD_TRY(log_event(desk, tx, view, now));
    return Json::object(
        {{"codename", one.codename},
         {"asked_without_identity", std::move(asked)},
         {"shared_with_identity", std::move(shared)},
         {"note", "This page belongs to the survivor. It is made here and sent nowhere."}});
}

}  // namespace leeward::node
