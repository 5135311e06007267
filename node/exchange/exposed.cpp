#include "node/exchange/exposed.h"

#include "crypto/hash.h"
#include "node/exchange/grant_ends.h"
#include "node/exchange/incidents.h"
#include "node/exchange/introduce.h"
#include "node/exchange/notices.h"
#include "node/exchange/two_people.h"
#include "schema/revocation.h"

namespace leeward::node {
namespace {

using schema::NodeId;
using schema::Time;

ByteArray<16> subject_of(BytesView of) {
    return to_array<16>(BytesView(crypto::sha256(of)).first<16>());
}
// One incident for one set of keys.
ByteArray<16> subject_of_keys(const NodeId& node, std::uint32_t cards) {
    Bytes keys = to_bytes(node.get());
    append_be<4>(keys, cards);
    return subject_of(keys);
}
// And one for each time that it is suspended, which says nothing yet of any keys.
ByteArray<16> subject_of_suspicion(const NodeId& node, Time when) {
    Bytes suspicion = to_bytes(node.get());
    append_be<8>(suspicion, static_cast<std::uint64_t>(schema::unix_seconds(when)));
    return subject_of(suspicion);
}

Outcome open_incident_of(
    Desk& desk, Transaction& tx, const Peer& peer, const ByteArray<16>& subject, Time now) {
    return open_incident(
        desk, tx, "INCIDENT_KEY_COMPROMISED", About{subject, {}, {}, peer.node()}, now);
}

struct Since {
    Time when{};
    Json told = Json::object();
};

Result<std::optional<Since>> revoked_since(Transaction& tx, const NodeId& node) {
    auto rows = tx.query("SELECT since,cards,reason,taken FROM revocation WHERE node=?", node);
    const bool found = rows.next();
    LEEWARD_TRY(rows.status());
    if (!found) return std::optional<Since>();
    Json told = Json::object({{"since", rows.integer(0)}});
    tell_cards(told, static_cast<std::uint32_t>(rows.integer(1)));
    told.set("reason", rows.text(2)).set("known_since", rows.integer(3));
    return std::optional(Since{schema::from_unix(rows.integer(0)), std::move(told)});
}

Result<std::optional<Since>> suspended_since(Transaction& tx, const NodeId& node) {
    auto rows = tx.query("SELECT suspended FROM peer WHERE node=? AND suspended!=0", node);
    const bool found = rows.next();
    LEEWARD_TRY(rows.status());
    if (!found) return std::optional<Since>();
    return std::optional(
        Since{schema::from_unix(rows.integer(0)), Json::object({{"since", rows.integer(0)}})});
}

// All that left and was not attested as erased before that time.
Result<Json> disclosed(Transaction& tx, const NodeId& node, Time since) {
    LEEWARD_ASSIGN(const auto grants, grants_of(tx, Whose::PEER, node.get()));
    Json list = Json::array();
    for (const auto& g : grants) {
        const bool erased_before =
            g.recipient == schema::GrantRecipient::ERASURE_ATTESTED && g.since < since;
        if (!g.ours || !g.ever_sent() || erased_before) continue;
        list.push(Json::object({{"grant", schema::text(g.id)},
                                {"tier", schema::name(g.tier)},
                                {"fields", g.fields.members().size()},
                                {"state", schema::name(g.shown())},
                                {"shared_at", schema::unix_seconds(g.created)},
                                {"after", g.created >= since}}));
    }
    return list;
}

Result<std::int64_t> count(Rows rows) {
    const std::int64_t number = rows.next() ? rows.integer(0) : 0;
    LEEWARD_TRY(rows.status());
    return number;
}

Outcome change(Desk& desk, Transaction& tx, Peer& peer, Time suspended, PeerAct act, Time now) {
    LEEWARD_TRY(tx.run(
        "UPDATE peer SET suspended=? WHERE node=?", schema::unix_seconds(suspended), peer.node()));
    LEEWARD_TRY(desk.peers.reload(tx, peer.node()));
    return log_peer(desk, tx, act, peer.node(), now);
}

}  // namespace

Outcome close_grants_to(
    Desk& desk, Transaction& tx, const Peer& peer, Close which, Time until, Time now) {
    LEEWARD_ASSIGN(const auto grants, grants_of(tx, Whose::PEER, peer.node().get()));
    for (const auto& g : grants) {
        const bool stays = which == Close::NOT_ARRIVED && g.away == Away::STORED;
        if (g.ours && !stays && g.created < until)
            LEEWARD_TRY(close_grant(desk, tx, g, schema::GrantMove::G4t, now));
    }
    return Done{};
}

Outcome open_key_incident(
    Desk& desk, Transaction& tx, const Peer& peer, std::uint32_t cards, Time now) {
    return open_incident_of(desk, tx, peer, subject_of_keys(peer.node(), cards), now);
}

void tell_cards(Json& out, std::uint32_t cards) {
    if (cards == schema::every_card)
        out.set("root_key_lost", true);
    else
        out.set("cards_revoked", cards);
}

Result<Json> peer_suspend(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Peer * peer, desk.peers.named(args.text_at("peer")));
    if (peer->suspended)
        return Error{Errc::wrong_state, "they are suspended already; nothing was changed"};
    LEEWARD_TRY(
        second_person(desk, tx, args, schema::TwoPersonAct::SUSPEND_PEER, peer->node().get(), now));
    LEEWARD_TRY(change(desk, tx, *peer, now, PeerAct::SUSPENDED, now));
    const Time all = now + std::chrono::hours(1);
    LEEWARD_TRY(close_grants_to(desk, tx, *peer, Close::NOT_ARRIVED, all, now));
    LEEWARD_TRY(open_incident_of(desk, tx, *peer, subject_of_suspicion(peer->node(), now), now));
    LEEWARD_TRY(raise(tx, "PARTNER_SUSPENDED", peer->node().get(), peer->node(), now));
    return Json::object(
        {{"peer", peer->card.organisation},
         {"suspended", true},
         {"next",
          "phone them: beds and plans stand as they are. If their keys are in other "
          "hands, their root's word closes all of it everywhere: leeward peer "
          "revoke. Else: leeward peer resume"}});
}

Result<Json> peer_resume(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Peer * peer, desk.peers.named(args.text_at("peer")));
    if (!peer->suspended)
        return Error{Errc::wrong_state, "they are not suspended; nothing was changed"};
    LEEWARD_TRY(
        second_person(desk, tx, args, schema::TwoPersonAct::RESUME_PEER, peer->node().get(), now));
    LEEWARD_TRY(change(desk, tx, *peer, Time{}, PeerAct::RESUMED, now));
    LEEWARD_TRY(settle_notice(tx, "PARTNER_SUSPENDED", peer->node().get()));
    return Json::object({{"peer", peer->card.organisation}, {"suspended", false}});
}

Outcome not_in_other_hands(const Desk& desk, const NodeId& node) {
    const Peer* peer = desk.peers.find(node);
    if (peer == nullptr || (!peer->revoked() && !peer->suspended)) return Done{};
    return Error{Errc::not_released,
                 peer->revoked()
                     ? "the keys of " + peer->card.organisation +
                           " are revoked: nothing goes there before offers were exchanged with its "
                           "new ones and words compared. Phone them; nothing was sent"
                     : peer->card.organisation +
                           " is suspended by two people here. Phone them; nothing was sent"};
}

Result<Json> exposure_json(Transaction& tx, const Peer& peer) {
    LEEWARD_ASSIGN(auto since, revoked_since(tx, peer.node()));
    if (!since) {
        LEEWARD_ASSIGN(since, suspended_since(tx, peer.node()));
    }
    if (!since) return Json();
    const auto when = schema::unix_seconds(since->when);
    Json json = std::move(since->told);
    LEEWARD_ASSIGN(Json shared, disclosed(tx, peer.node(), since->when));
    LEEWARD_ASSIGN(const auto asked,
                   count(tx.query("SELECT count(*) FROM leg WHERE need IS NOT NULL AND peer=? AND "
                                  "opened>=?",
                                  peer.node(),
                                  when)));
    LEEWARD_ASSIGN(
        const auto said,
        count(tx.query("SELECT count(*) FROM received WHERE peer=? AND at>=? AND refused=''",
                       peer.node(),
                       when)));
    LEEWARD_ASSIGN(const auto refused,
                   count(tx.query("SELECT count(*) FROM received WHERE peer=? AND "
                                  "refused='KEY_REVOKED'",
                                  peer.node())));
    json.set("shared", std::move(shared));
    json.set("asked_since", asked);
    json.set("said_since", said);
    json.set("refused_since", refused);
    return json;
}

}  // namespace leeward::node
