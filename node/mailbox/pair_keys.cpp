#include "node/mailbox/pair_keys.h"

#include <algorithm>
#include <set>

#include "crypto/base/hex.h"

namespace leeward::node {
namespace {

constexpr std::string_view prefix = "psk/";

// Weeks by which both clocks may be ahead as two meet: no key of an earlier week follows from a later one, and
// once the clocks were right neither would hear the other.
constexpr crypto::Epoch ahead_at_most = 156;

// What may still arrive or be sealed lies in this week or a later one.
crypto::Epoch oldest_needed(const Peer& peer, crypto::Epoch safe) {
    const crypto::Epoch past = safe < Peers::window ? 0 : safe - Peers::window;
    return std::min(past, peer.psk_heard);
}

struct Moving {
    Peer* peer;
    SecretBytes psk;
    crypto::Epoch to;
};

// Memory follows the row, once that is committed.
void move_on_commit(
    Transaction& tx, Peers& peers, Peer& peer, SecretBytes psk, crypto::Epoch epoch) {
    auto key = std::make_shared<SecretBytes>(std::move(psk));
    tx.on_commit([&peers, &peer, key, epoch] { peers.move_to(peer, std::move(*key), epoch); });
}

}  // namespace

std::string psk_name(const schema::NodeId& peer, const PairingId& pairing, crypto::Epoch epoch) {
    return std::string(prefix) + schema::text(peer) + "/" + hex::encode(pairing) + "/" +
           std::to_string(epoch);
}

Outcome begin_pairing(Keyring& keyring,
                      crypto::Random& random,
                      Transaction& tx,
                      const schema::NodeId& peer,
                      SecretBytes psk,
                      crypto::Epoch epoch) {
    const PairingId pairing = random.array<8>();
    const crypto::Epoch start = epoch < ahead_at_most ? 0 : epoch - ahead_at_most;
    std::vector<NamedKey> key;
    key.push_back({psk_name(peer, pairing, start), std::move(psk)});
    LEEWARD_TRY(keyring.put(std::move(key)));
    return tx.run(
        "UPDATE peer SET pairing=?,psk_epoch=?,psk_heard=0,paired_card=card_version WHERE node=?",
        pairing,
        start,
        peer);
}

Outcome sweep_pair_keys(Keyring& keyring, Transaction& tx) {
    std::set<std::string> named;
    auto rows = tx.query("SELECT node,pairing,psk_epoch FROM peer WHERE psk_epoch IS NOT NULL");
    while (rows.next())
        named.insert(psk_name(rows.id<schema::NodeId>(0),
                              rows.array<8>(1),
                              static_cast<crypto::Epoch>(rows.integer(2))));
    LEEWARD_TRY(rows.status());
    auto unnamed = keyring.names(prefix);
    std::erase_if(unnamed, [&](const std::string& name) { return named.contains(name); });
    return keyring.erase(unnamed);
}

// One write to the keyring for all pairs.
Outcome retire_pair_keys(Keyring& keyring, Peers& peers, Transaction& tx, schema::Time safe_now) {
    const crypto::Epoch safe = crypto::epoch_of(schema::unix_seconds(safe_now));
    std::vector<Moving> moving;
    std::vector<NamedKey> later;
    for (Peer* peer : peers.all()) {
        const crypto::Epoch to = oldest_needed(*peer, safe);
        if (!peer->paired() || to <= peer->psk_epoch) continue;
        SecretBytes psk = crypto::psk_at(peer->psk, peer->psk_epoch, to);
        later.push_back({psk_name(peer->node(), peer->pairing, to), psk.clone()});
        moving.push_back({peer, std::move(psk), to});
    }
    if (moving.empty()) return Done{};
    LEEWARD_TRY(keyring.put(std::move(later)));  // else no row may name them
    for (auto& [peer, psk, to] : moving) {
        LEEWARD_TRY(tx.run("UPDATE peer SET psk_epoch=? WHERE node=?", to, peer->node()));
        move_on_commit(tx, peers, *peer, std::move(psk), to);
    }
    return Done{};
}

}  // namespace leeward::node
