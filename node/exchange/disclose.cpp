#include "node/exchange/disclose.h"

#include "node/exchange/grants.h"
#include "node/exchange/ids.h"
#include "node/exchange/need_to_know.h"
#include "node/exchange/needs.h"
#include "node/exchange/notices.h"
#include "node/exchange/vouching.h"
#include "schema/deadline.h"
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

Result<bool> already_sent(Transaction& tx, const Release& release, const Leg& leg) {
    LEEWARD_ASSIGN(const auto grants, grants_of(tx, Whose::RELEASE, release.id.get()));
    for (const auto& g : grants)
        if (g.leg == leg.id && g.open()) return true;
    return false;
}

// The fields of the release that the case holds, in one grant of their tier.
Result<bool> try_send(
    Desk& desk, Transaction& tx, const Release& release, const Leg& leg, Time now) {
    LEEWARD_TRY(not_on_probation(desk, leg.peer, now));
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
    if (!g.ours || !g.open()) return Done{};
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
    LEEWARD_TRY(may_see(desk, tx, release.case_id.get()));
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
    if (!g.open()) return not_released("this grant is closed");
    LEEWARD_ASSIGN(const Release release, load_release(desk, tx, g.release));
    LEEWARD_ASSIGN(const Leg leg, load_leg(desk, tx, g.leg));
    const auto live = Disclosure::authorize(release, leg, g.fields, g.tier, now);
    return live ? Outcome(Done{}) : Outcome(live.error());
}

namespace {

Applied refused(std::string_view code) {
    return {std::string(code), {}, {}};
}

}  // namespace

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

namespace {

Result<std::vector<schema::GrantId>> asked_back(Transaction& tx) {
    std::vector<schema::GrantId> ids;
    auto rows = tx.query(
        "SELECT id FROM grant_of WHERE ours=1 AND recipient<=1 AND discloser=? "
        "ORDER BY since LIMIT 64",
        GrantDiscloser::ERASURE_REQUESTED);
    while (rows.next())
        ids.push_back(rows.id<schema::GrantId>(0));
    LEEWARD_TRY(rows.status());
    return ids;
}

}  // namespace

// An erasure that was not attested in time is counted, and somebody is called.
Outcome fire_grant_timers(Desk& desk, Transaction& tx, Time now) {
    LEEWARD_ASSIGN(const auto ids, asked_back(tx));
    for (const auto& id : ids) {
        LEEWARD_ASSIGN(Grant g, load_grant(tx, id));
        if (schema::erasure_due(g.tier, g.since) > now) continue;
        const GrantState before = g.shown();
        LEEWARD_ASSIGN(g.discloser,
                       schema::write_discloser(GrantMove::G9t, g.discloser, g.recipient));
        g.since = now;
        LEEWARD_TRY(save_grant(tx, g));
        LEEWARD_TRY(log_event(desk, tx, grant_event(g, GrantMove::G9t, before), now));
        LEEWARD_TRY(raise(tx, "ERASURE_OVERDUE", g.id.get(), g.peer, now));
    }
    return Done{};
}

}  // namespace leeward::node
