#include "node/exchange/disclose.h"

#include <algorithm>

#include "node/exchange/exposed.h"
#include "node/exchange/grant_ends.h"
#include "node/exchange/incidents.h"
#include "node/exchange/needs.h"
#include "node/exchange/two_places.h"
#include "node/exchange/vouching.h"
#include "schema/record.h"

namespace leeward::node {
namespace {

using schema::FieldSet;
using schema::GrantDiscloser;
using schema::GrantMove;
using schema::GrantState;
using schema::MessageKind;
using schema::ServiceClass;
using schema::Tier;
using schema::Time;

Error not_released(std::string_view why) {
    return Error{Errc::not_released, std::string(why) + "; nothing was sent"};
}

}  // namespace

std::optional<ServiceClass> service_of(std::string_view purpose) {
    if (purpose == "PURPOSE_PLACEMENT") return ServiceClass::PLACEMENT;
    if (purpose == "PURPOSE_COUNSELLING") return ServiceClass::COUNSELLING;
    return std::nullopt;
}

bool serves(const Release& release, const Leg& leg) {
    const auto service = service_of(release.purpose);
    return !service || *service == leg.service;
}

Result<Disclosure> Disclosure::authorize(
    const Release& release, const Leg& leg, const FieldSet& wanted, Tier tier, Time now) {
    if (release.recipient != leg.peer)
        return not_released("this release names another recipient (RECIPIENT_MISMATCH)");
    if (!serves(release, leg)) return not_released("this release is for another service");
    if (release.state == schema::ReleaseState::DRAFT ||
        release.state == schema::ReleaseState::PENDING_SIGNATURES)
        return not_released("this release is not signed yet");
    if (!release.live_at(now)) return not_released("this release is not in force");
    if (!release.as_signed()) return not_released("this release is not what was signed");
    if (leg.awaited)
        return not_released(
            "this node was restored: whether it was withdrawn since is not known "
            "before the recipient has been called");
    if (wanted.empty() || !wanted.is_subset_of(release.fields))
        return not_released("this release does not cover every field");
    if (release.basis == schema::Basis::TONIGHT && !wanted.is_subset_of(schema::tonight_fields()))
        return not_released("TONIGHT covers only what she needs before morning");
    if (!schema::allows(leg.shown, leg.answer.value, tier, leg.service))
        return not_released("the recipient has not made the place firm itself");
    return Disclosure(release.id, leg.peer, wanted, tier);
}

// ------------------------------------------------------------------ what goes under one key

namespace {

// Fields that open at the same moment and end by the same clock.
struct Part {
    FieldSet fields;
    Tier tier{};
    bool handoff = false;
};

// In a placement the clinical part waits until she is in the house; in any other service it opens
// with the rest. The handoff set ends a day after the arrival.
std::vector<Part> parts_of(const FieldSet& wanted, ServiceClass service) {
    const FieldSet handoff = wanted & schema::fields_of_group("handoff");
    const FieldSet clinical = wanted & schema::fields_of_tier(Tier::T3);
    const FieldSet rest = wanted - handoff - clinical;
    std::vector<Part> all;
    if (service == ServiceClass::PLACEMENT || clinical.empty())
        all = {{rest, Tier::T2}, {clinical, Tier::T3}};
    else
        all = {{rest | clinical, Tier::T3}};
    all.push_back({handoff, Tier::T2, true});
    std::erase_if(all, [](const Part& part) { return part.fields.empty(); });
    return all;
}

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

Grant new_grant(Desk& desk, const Part& part, const Release& release, const Leg& leg, Time now) {
    Grant g;
    g.id = schema::new_id<schema::GrantId>(desk.random);
    g.ours = true;
    g.peer = leg.peer;
    g.leg = leg.id;
    g.release = release.id;
    g.case_id = release.case_id;
    g.tier = part.tier;
    g.basis = release.basis;
    g.purpose = release.purpose;
    g.fields = part.fields;
    g.handoff = part.handoff;
    g.discloser = GrantDiscloser::SEALED;
    g.created = g.since = now;
    g.expires = release.expires;
    return g;
}

// The grant of this release that already stands for this part of this leg.
const Grant* standing_for(const std::vector<Grant>& grants, const Leg& leg, const Part& part) {
    const auto it = std::find_if(grants.begin(), grants.end(), [&](const Grant& g) {
        return g.leg == leg.id && g.tier == part.tier && g.handoff == part.handoff &&
               (g.open() || g.sealed());
    });
    return it == grants.end() ? nullptr : &*it;
}

Result<Grant> seal_part(Desk& desk,
                        Transaction& tx,
                        const Release& release,
                        const Leg& leg,
                        const Part& part,
                        Time now) {
    LEEWARD_ASSIGN(const auto grants, grants_of(tx, Whose::RELEASE, release.id.get()));
    if (const Grant* found = standing_for(grants, leg, part)) return *found;
    const Grant g = new_grant(desk, part, release, leg, now);
    LEEWARD_TRY(insert_empty_grant(tx, g));
    LEEWARD_TRY(log_event(desk, tx, grant_event(g, GrantMove::G1t, GrantState::SEALED), now));
    return g;
}

Outcome put_grant(Desk& desk,
                  Transaction& tx,
                  const Release& release,
                  const Grant& g,
                  const Json& record,
                  Time now) {
    Outgoing message;
    message.to = g.peer;
    message.kind = MessageKind::GRANT;
    message.message_class = MessageClass::DISCLOSING;
    message.leg = g.leg;
    message.counter = g.discloser_counter;
    message.body = grant_body(g, release, schema::redact(record, g.fields)).dump();
    message.record = grant_record(g.id);
    message.grant = g.id;
    message.expires = g.expires;
    message.event = grant_event(g, GrantMove::G2t, GrantState::SEALED);
    message.event.kind = schema::EventKind::SEND;
    message.event.release = release.commitment;
    const auto put = desk.outbox.put(tx, message, now);
    return put ? Outcome(Done{}) : Outcome(put.error());
}

// One transaction: the grant, its message under its own key, its leaf.
Outcome send(
    Desk& desk, Transaction& tx, const Release& release, Grant g, const Json& record, Time now) {
    LEEWARD_TRY(desk.records.ensure(grant_record(g.id)));
    LEEWARD_ASSIGN(g.discloser, schema::write_discloser(GrantMove::G2t, g.discloser, g.recipient));
    ++g.discloser_counter;
    g.since = now;
    LEEWARD_TRY(save_grant(tx, g));
    LEEWARD_TRY(tx.run("UPDATE leg SET papers='' WHERE id=?", g.leg));  // as its recipient will
    return put_grant(desk, tx, release, g, record, now);
}

// An emergency has been weighed by two persons just now: neither an incident nor another place stands in its
// way. Nor does another place in that of the house that she is in: it cares for her.
Outcome not_stopped(Transaction& tx, const Leg& leg, schema::Basis basis) {
    if (basis == schema::Basis::EMERGENCY) return Done{};
    LEEWARD_ASSIGN(const bool stopped, stops_disclosure(tx, leg.id));
    if (stopped) return not_released("an incident about this leg is open");
    if (!leg.need || leg.shown == schema::LegState::ARRIVED) return Done{};
    return one_place_alone(tx, *leg.need);
}

// Who asks: a leg or a paper that has moved, or a person.
enum class By { ITSELF, HAND };

// On its way, or kept until our log is witnessed again.
Result<bool> waits(Transaction& tx, const Grant& g) {
    auto rows = tx.query(
        "SELECT 1 FROM outbox WHERE grant_id=?1 AND kind=?2 UNION ALL SELECT 1 FROM refused_grant "
        "WHERE id=?1",
        g.id,
        MessageKind::GRANT);
    const bool found = rows.next();
    LEEWARD_TRY(rows.status());
    return found;
}

// Taken back before it came, or refused. What a copy had not sent yet is for a person to decide anew.
Result<bool> goes_by_itself(Transaction& tx, const Grant& g) {
    if (g.away == Away::STORED) return false;
    auto rows =
        tx.query("SELECT 1 FROM closed_log WHERE closed>=?", schema::unix_seconds(g.created));
    const bool in_a_copy = rows.next();
    LEEWARD_TRY(rows.status());
    return !in_a_copy;
}

// One that stands as given. A person may know that it is lost where the recipient said that it holds it.
Result<bool> send_once_more(Desk& desk,
                            Transaction& tx,
                            const Release& release,
                            const Grant& g,
                            const Json& record,
                            By by,
                            Time now) {
    LEEWARD_ASSIGN(const bool waiting, waits(tx, g));
    LEEWARD_ASSIGN(const bool by_itself, goes_by_itself(tx, g));
    if (waiting || (by == By::ITSELF && !by_itself)) return false;
    LEEWARD_TRY(desk.records.ensure(grant_record(g.id)));
    LEEWARD_TRY(put_grant(desk, tx, release, g, record, now));
    return true;
}

// True if it was sent now.
Result<bool> send_part(Desk& desk,
                       Transaction& tx,
                       const Release& release,
                       const Leg& leg,
                       const Part& part,
                       const Json& record,
                       By by,
                       Time now) {
    const auto disclosure = Disclosure::authorize(release, leg, part.fields, part.tier, now);
    if (!disclosure) return disclosure.error();
    LEEWARD_TRY(not_stopped(tx, leg, release.basis));
    LEEWARD_ASSIGN(Grant g, seal_part(desk, tx, release, leg, part, now));
    if (!g.sealed()) return send_once_more(desk, tx, release, g, record, by, now);
    g.fields = disclosure->fields();
    LEEWARD_TRY(send(desk, tx, release, g, record, now));
    return true;
}

// She may have withdrawn it since the copy, though the leg is newer than the restore.
Outcome not_unheard_of(const Desk& desk, const Release& release) {
    if (!is_unheard_of(desk, release)) return Done{};
    return not_released(
        "this release is older than the restore of this node: whether it was withdrawn since is "
        "not known before the recipient has been called");
}

// The fields of the release that the case holds, part by part; how many parts were sent now. The
// first reason against it if none was.
Result<int> try_send(
    Desk& desk, Transaction& tx, const Release& release, const Leg& leg, By by, Time now) {
    LEEWARD_TRY(not_on_probation(desk, leg.peer, now));
    LEEWARD_TRY(not_in_other_hands(desk, leg.peer));
    LEEWARD_TRY(not_unheard_of(desk, release));
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, release.case_id));
    const FieldSet wanted = schema::fields_of(one.record) & release.fields;
    int sent = 0;
    std::optional<Error> why;
    for (const auto& part : parts_of(wanted, leg.service)) {
        const auto done = send_part(desk, tx, release, leg, part, one.record, by, now);
        if (done)
            sent += *done ? 1 : 0;
        else if (done.error().code != Errc::not_released)
            return done.error();
        else if (!why)
            why = done.error();
    }
    if (sent == 0 && why) return *why;
    return sent;
}

// Sends what may be sent; that something may not yet be is no error here.
Outcome send_if_released(
    Desk& desk, Transaction& tx, const Release& release, const Leg& leg, Time now) {
    const auto sent = try_send(desk, tx, release, leg, By::ITSELF, now);
    if (!sent && sent.error().code != Errc::not_released) return sent.error();
    return Done{};
}

// Those of this case through which it may be shared.
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
        if (serves(release, leg)) legs.push_back(std::move(leg));
    }
    return legs;
}

}  // namespace

// ------------------------------------------------------------------ what follows by itself

Outcome seal_grants(Desk& desk, Transaction& tx, const Release& release, Time now) {
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, release.case_id));
    LEEWARD_ASSIGN(const auto legs, legs_to(desk, tx, release));
    const FieldSet wanted = schema::fields_of(one.record) & release.fields;
    for (const auto& leg : legs) {
        if (schema::is_terminal(leg.shown)) continue;
        for (const auto& part : parts_of(wanted, leg.service)) {
            LEEWARD_ASSIGN(const Grant g, seal_part(desk, tx, release, leg, part, now));
            (void)g;
        }
    }
    return Done{};
}

Outcome release_became_live(Desk& desk, Transaction& tx, const Release& release, Time now) {
    LEEWARD_ASSIGN(const auto legs, legs_to(desk, tx, release));
    for (const auto& leg : legs)
        LEEWARD_TRY(send_if_released(desk, tx, release, leg, now));
    return Done{};
}

Outcome grants_follow(Desk& desk, Transaction& tx, const Leg& leg, Time now) {
    if (!leg.ours || !leg.need) return Done{};
    LEEWARD_TRY(incidents_follow(desk, tx, leg, now));
    if (schema::is_terminal(leg.shown) || leg.shown == schema::LegState::MISDIRECTED) {
        LEEWARD_ASSIGN(const auto grants, grants_of(tx, Whose::LEG, leg.id.get()));
        const auto move =
            leg.shown == schema::LegState::MISDIRECTED ? GrantMove::G4t : GrantMove::G5t;
        for (const auto& g : grants)
            LEEWARD_TRY(close_grant(desk, tx, g, move, now));
        return Done{};
    }
    if (!schema::accepted_or_later(leg.answer.value)) return Done{};
    LEEWARD_ASSIGN(const Need need, load_need(desk, tx, *leg.need));
    LEEWARD_ASSIGN(const auto releases, releases_of(desk, tx, need.case_id));
    for (const auto& release : releases)
        if (release.recipient == leg.peer && release.live_at(now))
            LEEWARD_TRY(send_if_released(desk, tx, release, leg, now));
    return Done{};
}

namespace {

// Who says whom she means is held to it; that another was meant is in the log.
Outcome must_be_for(Desk& desk, const Release& release, std::string_view meant) {
    if (meant.empty()) return Done{};
    LEEWARD_ASSIGN(const Peer* peer, desk.peers.named(meant));
    if (peer->node() == release.recipient) return Done{};
    desk.refusal = schema::AuditRecord{};
    desk.refusal->kind = schema::EventKind::REFUSED;
    desk.refusal->machine = schema::Machine::RELEASE;
    desk.refusal->reason = schema::code_tag("RECIPIENT_MISMATCH");
    desk.refusal->release = release.commitment;
    return not_released(
        "this release names another recipient (RECIPIENT_MISMATCH), and that you tried is in the "
        "log");
}

}  // namespace

Result<Json> grant_send(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Release release, find_release(desk, tx, args.text_at("release")));
    LEEWARD_TRY(must_be_for(desk, release, args.text_at("to")));
    LEEWARD_ASSIGN(const auto legs, legs_to(desk, tx, release));
    if (legs.empty())
        return not_released(
            "that organisation was not asked in this case for what this release is for");
    std::int64_t sent = 0;
    std::optional<Error> why;
    for (const auto& leg : legs) {
        const auto tried = try_send(desk, tx, release, leg, By::HAND, now);
        if (tried)
            sent += *tried;
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
    if (!live) return live.error();
    LEEWARD_TRY(not_stopped(tx, leg, release.basis));
    return tx.run("UPDATE grant_of SET away=max(away,1) WHERE id=?", id);
}

Outcome grant_was_refused(Transaction& tx, const schema::GrantId& id) {
    return tx.run("INSERT OR IGNORE INTO refused_grant(id) VALUES(?)", id);
}

namespace {

Result<std::vector<schema::GrantId>> refused_grants(Transaction& tx) {
    std::vector<schema::GrantId> ids;
    auto rows = tx.query("SELECT id FROM refused_grant LIMIT 64");
    while (rows.next())
        ids.push_back(rows.id<schema::GrantId>(0));
    LEEWARD_TRY(rows.status());
    return ids;
}

// Nothing of one that has ended meanwhile, or whose authority has.
Outcome send_again(Desk& desk, Transaction& tx, const schema::GrantId& id, Time now) {
    LEEWARD_TRY(tx.run("DELETE FROM refused_grant WHERE id=?", id));
    LEEWARD_ASSIGN(const Grant g, load_grant(tx, id));
    if (!g.open() || !grant_may_leave(desk, tx, id, now)) return Done{};
    LEEWARD_ASSIGN(const Release release, load_release(desk, tx, g.release));
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, release.case_id));
    return put_grant(desk, tx, release, g, one.record, now);
}

}  // namespace

Outcome send_refused_grants(Desk& desk, Transaction& tx, Time now) {
    LEEWARD_ASSIGN(const auto ids, refused_grants(tx));
    for (const auto& id : ids)
        LEEWARD_TRY(send_again(desk, tx, id, now));
    return Done{};
}

}  // namespace leeward::node
