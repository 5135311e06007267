#include "node/exchange/succeed.h"

#include <algorithm>

#include "node/exchange/frozen.h"
#include "node/exchange/notices.h"
#include "node/exchange/stories.h"
#include "node/exchange/witnessing.h"
#include "schema/limits.h"

namespace leeward::node {
namespace {

using schema::Json;
using schema::NodeCard;
using schema::Time;

constexpr Byte card_renewed = 8;
constexpr Byte card_taken = 9;

CardTaken step_between(const NodeCard& held, const std::string& held_jws, const NodeCard& next) {
    if (next.version > held.version + 1) return CardTaken::GAP;
    return next.previous == crypto::sha256(as_bytes(held_jws)) ? CardTaken::SUCCESSOR
                                                               : CardTaken::CONFLICT;
}

// After a revocation only a card of new keys throughout is of another machine.
bool keeps_a_revoked_key(const Peer& peer, const NodeCard& next) {
    const NodeCard& held = peer.card;
    return held.version <= peer.revoked_cards &&
           (next.signing == held.signing || next.log == held.log || next.witness == held.witness ||
            next.link == held.link);
}

// Whoever has the old machine has the pair's key as well: they meet anew.
Outcome forget_pair(Transaction& tx, Peer& peer) {
    LEEWARD_TRY(
        tx.run("UPDATE peer SET psk_epoch=NULL,psk_heard=0,verified=0 WHERE node=?", peer.node()));
    peer.psk = {};
    peer.verified = false;
    return Done{};
}

// Nobody is connected to twice: whoever names another's link would draw to itself what goes there.
bool names_a_link_of_others(Desk& desk, const NodeCard& card) {
    const auto peers = desk.peers.all();
    return card.link == desk.self.card.link ||
           std::any_of(peers.begin(), peers.end(), [&](const Peer* other) {
               return other->node() != card.node && !other->revoked() &&
                      other->card.link == card.link;
           });
}

// A link that it has already is left to it, whoever has claimed it since.
bool can_be_connected_to(Desk& desk, const NodeCard& card, const Peer* held) {
    const bool has_address = card.endpoint.empty() || check_endpoint(card.endpoint);
    const bool keeps_its_link = held != nullptr && held->card.link == card.link;
    return has_address && (keeps_its_link || !names_a_link_of_others(desk, card));
}

// What hung on the old card goes with it.
Outcome follow_changes(Desk& desk, Transaction& tx, Peer& peer, const NodeCard& before, Time now) {
    const NodeCard& card = peer.card;
    if (card.signing != before.signing) LEEWARD_TRY(desk.prekeys.forget(tx, peer.node()));
    if (before.version <= peer.revoked_cards) LEEWARD_TRY(forget_pair(tx, peer));
    if (card.link != before.link || card.endpoint != before.endpoint) desk.links_changed = true;
    if (card.log == before.log && card.log_origin == before.log_origin) return Done{};
    LEEWARD_TRY(restored(desk, tx, peer, now));
    LEEWARD_TRY(forget_witnessed(tx, peer.node()));
    LEEWARD_TRY(tx.run(
        "UPDATE peer SET resync_owed=? WHERE node=?", schema::unix_seconds(now), peer.node()));
    peer.resync_owed = now;
    return call_back_first(tx, peer, "LOG_RESTORED", now);
}

Outcome succeed(Desk& desk,
                Transaction& tx,
                Peer& peer,
                const NodeCard& card,
                const std::string& jws,
                Time now) {
    const NodeCard before = peer.card;
    LEEWARD_TRY(tx.run("UPDATE peer SET card=?,card_version=?,name=?,card_since=? WHERE node=?",
                       jws,
                       card.version,
                       card.organisation,
                       schema::unix_seconds(now),
                       card.node));
    LEEWARD_TRY(desk.peers.reload(tx, card.node));
    LEEWARD_TRY(follow_changes(desk, tx, peer, before, now));
    LEEWARD_TRY(raise(tx, "CARD_CHANGED", card.node.get(), card.node, now));
    return log_event(desk, tx, node_act(card_taken, card.node), now);
}

crypto::SigningKey fresh_key(crypto::Random& random) {
    crypto::SigningSeed seed;
    random.fill(seed.reveal());
    return crypto::signing_key_from_seed(seed.reveal());
}

// Durable before the card that names it is; the old one is destroyed once that card is committed. A
// crash in between leaves one too many, which the next start destroys.
Outcome change_signing_key(Desk& desk, Transaction& tx, NodeCard& next) {
    auto key = std::make_shared<crypto::SigningKey>(fresh_key(desk.random));
    const std::string name = signing_key_name(next.version);
    LEEWARD_TRY(desk.keyring.erase(std::span(&name, 1)));  // of an attempt that was taken back
    std::vector<NamedKey> named;
    named.push_back({name, SecretBytes(key->reveal())});
    LEEWARD_TRY(desk.keyring.put(std::move(named)));
    next.signing = crypto::verify_key_of(*key);
    LEEWARD_TRY(desk.prekeys.sign_again(tx, *key));
    tx.on_commit([&desk, key] {
        const auto old = other_signing_keys(desk.keyring, crypto::verify_key_of(*key));
        desk.self.signing = std::move(*key);
        (void)desk.keyring.erase(old);
    });
    return Done{};
}

Outcome put_own_card(Desk& desk, Transaction& tx, const NodeCard& next, const std::string& jws) {
    LEEWARD_TRY(tx.run("INSERT INTO own_card(version,jws) VALUES(?,?)", next.version, jws));
    LEEWARD_TRY(tx.run("UPDATE meta SET value=? WHERE key=?", as_bytes(jws), own_card_key));
    tx.on_commit([&desk, next, jws] {
        desk.self.card = next;
        desk.self.card_jws = jws;
    });
    return Done{};
}

}  // namespace

schema::AuditRecord node_act(Byte transition, const schema::NodeId& other) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = schema::Machine::NODE;
    event.transition = transition;
    event.other = schema::organisation_tag(other);
    return event;
}

Outcome call_back_first(Transaction& tx, Peer& peer, std::string_view code, Time now) {
    peer.alarmed = true;
    LEEWARD_TRY(tx.run("UPDATE peer SET alarm=? WHERE node=?", code, peer.node()));
    return raise(tx, code, peer.node().get(), peer.node(), now);
}

Result<CardTaken> take_card(Desk& desk,
                            Transaction& tx,
                            const NodeCard& card,
                            const std::string& jws,
                            Time now,
                            HandedBy from) {
    Peer* peer = desk.peers.find(card.node);
    const bool usable = can_be_connected_to(desk, card, peer);
    if (peer == nullptr && !usable) return CardTaken::REFUSED;
    if (peer == nullptr) {
        LEEWARD_TRY(
            tx.run("INSERT INTO peer(node,name,card,card_version,card_since) "
                   "VALUES(?,?,?,?,?)",
                   card.node,
                   card.organisation,
                   jws,
                   card.version,
                   schema::unix_seconds(now)));
        return CardTaken::FIRST;
    }
    auto rows = tx.query("SELECT card FROM peer WHERE node=?", card.node);
    if (!rows.next()) return Error{Errc::corrupt, "a peer's card is missing"};
    const std::string held = rows.text(0);
    if (jws == held || card.version < peer->card.version) return CardTaken::HELD;
    if (keeps_a_revoked_key(*peer, card)) return CardTaken::CONFLICT;
    const CardTaken step = card.version == peer->card.version
                               ? CardTaken::CONFLICT
                               : step_between(peer->card, held, card);
    const bool comes_of_restore = from == HandedBy::PEOPLE && card.restored &&
                                  card.version > peer->card.version && card.root == peer->card.root;
    if (step != CardTaken::SUCCESSOR && !comes_of_restore) return step;
    if (!usable) return CardTaken::REFUSED;
    LEEWARD_TRY(succeed(desk, tx, *peer, card, jws, now));
    return CardTaken::SUCCESSOR;
}

Outcome take_cards(Desk& desk, Transaction& tx, Peer& peer, const ControlText& text, Time now) {
    LEEWARD_TRY(Peers::knows_card(tx, peer, text.holds));
    for (const auto& jws : text.cards) {
        const auto card = schema::open_card(jws);
        if (!card || card->node != peer.node()) return Done{};
        LEEWARD_ASSIGN(const CardTaken taken, take_card(desk, tx, *card, jws, now));
        if (taken == CardTaken::CONFLICT) return call_back_first(tx, peer, "CARD_CONFLICT", now);
        if (taken == CardTaken::GAP || taken == CardTaken::REFUSED) return Done{};
    }
    return Done{};
}

Result<Json> identity_renew(
    Desk& desk, Transaction& tx, const Json& args, Time now, const crypto::SigningKey& root) {
    NodeCard next = desk.self.card;
    ++next.version;
    next.previous = crypto::sha256(as_bytes(desk.self.card_jws));
    next.not_before = now - std::chrono::hours(24);
    next.expires = next.not_before + schema::limits::card_lifetime;
    if (const std::string endpoint = args.text_at("endpoint"); !endpoint.empty()) {
        LEEWARD_TRY(check_endpoint(endpoint));
        next.endpoint = endpoint;
    }
    if (args.bool_at("new-key")) LEEWARD_TRY(change_signing_key(desk, tx, next));
    const std::string jws = schema::sign_card(next, root);
    LEEWARD_TRY(put_own_card(desk, tx, next, jws));
    LEEWARD_TRY(send_prekeys(desk, tx, now));
    LEEWARD_TRY(log_event(desk, tx, node_act(card_renewed, next.node), now));
    return Json::object({{"organisation", next.organisation},
                         {"card_version", next.version},
                         {"card_expires", schema::unix_seconds(next.expires)},
                         {"file", jws + "\n"}});
}

}  // namespace leeward::node
