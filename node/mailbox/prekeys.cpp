#include "node/mailbox/prekeys.h"

#include "crypto/base/hex.h"
#include "schema/limits.h"

namespace leeward::node {
namespace {

using schema::Time;

Time epoch_start(crypto::Epoch epoch) {
    return schema::from_unix(std::int64_t{epoch} * crypto::epoch_seconds);
}
crypto::Epoch epoch_at(Time now) {
    return crypto::epoch_of(schema::unix_seconds(now));
}

// A clock may be a week behind its partner's, which gives its prekeys a week ahead.
crypto::Epoch furthest(Time now) {
    return epoch_at(now) + 2;
}

std::string private_name(const schema::KeyId& kid) {
    return "prekey/" + hex::encode(kid);
}

constexpr int proof = 4;  // this week, the next, and two before

// The fourth newest of our own in a row.
std::optional<crypto::Epoch> first_of_proof(Transaction& tx) {
    constexpr std::int64_t away = 8;  // weeks without one that are no jump of the clock
    auto rows = tx.query("SELECT epoch FROM own_prekey ORDER BY epoch DESC");
    std::int64_t later = 0;
    for (int in_a_row = 0; rows.next(); later = rows.integer(0)) {
        in_a_row = later - rows.integer(0) <= away ? in_a_row + 1 : 1;
        if (in_a_row == proof) return static_cast<crypto::Epoch>(rows.integer(0));
    }
    return std::nullopt;
}

}  // namespace

Result<bool> Prekeys::renew(Transaction& tx, Time now, Time safe_now) {
    bool made = false;
    for (crypto::Epoch epoch = epoch_at(now); epoch <= epoch_at(now) + 1; ++epoch) {
        auto rows = tx.query("SELECT 1 FROM own_prekey WHERE epoch=?", epoch);
        if (rows.next()) continue;
        LEEWARD_TRY(make(tx, epoch));
        made = true;
    }
    LEEWARD_TRY(destroy_old(tx, std::min(now, safe_now)));
    return made;
}

Outcome Prekeys::make(Transaction& tx, crypto::Epoch epoch) {
    const crypto::XWingPrivateKey key = crypto::xwing_generate(random_);
    schema::Prekey prekey;
    prekey.issuer = self_.node();
    prekey.epoch = epoch;
    prekey.key = crypto::xwing_public_key_of(key);
    prekey.kid = schema::key_id_of(prekey.key);
    prekey.not_before = epoch_start(epoch == 0 ? 0 : epoch - 1);
    prekey.expires = epoch_start(epoch + 1);
    std::vector<NamedKey> secret;
    secret.push_back({private_name(prekey.kid), SecretBytes(key.reveal())});
    LEEWARD_TRY(keyring_.put(std::move(secret)));
    return tx.run("INSERT INTO own_prekey(epoch,kid,jws,expires) VALUES(?,?,?,?)",
                  epoch,
                  prekey.kid,
                  schema::sign_prekey(prekey, self_.signing),
                  schema::unix_seconds(prekey.expires));
}

Outcome Prekeys::destroy_old(Transaction& tx, Time safe_now) {
    std::vector<std::string> names;
    const auto before = schema::unix_seconds(safe_now - schema::limits::prekey_grace);
    {
        auto rows = tx.query("SELECT kid FROM own_prekey WHERE expires<?", before);
        while (rows.next())
            names.push_back(private_name(rows.array<8>(0)));
    }
    if (names.empty()) return Done{};
    LEEWARD_TRY(tx.run("DELETE FROM own_prekey WHERE expires<?", before));
    // Nothing sealed to these opens again, so none of it has to be known again.
    LEEWARD_TRY(tx.run("DELETE FROM envelope WHERE epoch<(SELECT min(epoch) FROM own_prekey)"));
    own_.clear();
    return keyring_.erase(names);
}

Time Prekeys::lived_until(Transaction& tx) {
    const auto first = first_of_proof(tx);
    return first ? epoch_start(*first + proof - 1) - std::chrono::seconds(1) : Time{};
}

Time Prekeys::lived_since(Transaction& tx) {
    const auto first = first_of_proof(tx);
    return first ? epoch_start(*first) : Time{};
}

Result<std::vector<std::string>> Prekeys::published(Transaction& tx, Time now) {
    std::vector<std::string> out;
    auto rows = tx.query("SELECT jws FROM own_prekey WHERE epoch BETWEEN ? AND ? ORDER BY epoch",
                         epoch_at(now),
                         epoch_at(now) + 1);
    while (rows.next())
        out.push_back(rows.text(0));
    LEEWARD_TRY(rows.status());
    return out;
}

Result<Prekeys::Own> Prekeys::own(Transaction& tx, const schema::KeyId& kid) {
    const auto cached = own_.find(kid);
    if (cached != own_.end()) return Own{cached->second.key.clone(), cached->second.epoch};
    auto rows = tx.query("SELECT epoch FROM own_prekey WHERE kid=?", kid);
    if (!rows.next()) return Error{Errc::not_found, "no such prekey"};
    const auto secret = keyring_.get(private_name(kid));
    if (!secret || secret->size() != crypto::XWingPrivateKey::size)
        return Error{Errc::not_found, "no such prekey"};
    Own own{crypto::XWingPrivateKey(secret->reveal().first<crypto::XWingPrivateKey::size>()),
            static_cast<crypto::Epoch>(rows.integer(0))};
    own_.emplace(kid, Own{own.key.clone(), own.epoch});
    return own;
}

Result<Prekeys::Taken> Prekeys::take(Transaction& tx,
                                     const Peer& peer,
                                     std::string_view jws,
                                     Time now) {
    LEEWARD_ASSIGN(const schema::Prekey prekey, schema::open_prekey(jws, peer.card));
    if (prekey.expires + schema::limits::stale_prekey < now ||
        prekey.not_before > now + schema::limits::clock_future || prekey.epoch > furthest(now))
        return Error{Errc::untrusted, "a prekey that is not in time"};
    std::int64_t highest = -1;
    bool changed = false;
    {
        auto rows = tx.query(
            "SELECT epoch,jws FROM peer_prekey WHERE node=? AND epoch<=? ORDER BY epoch DESC",
            peer.node(),
            furthest(now));
        while (rows.next()) {
            highest = std::max(highest, rows.integer(0));
            if (rows.integer(0) != std::int64_t{prekey.epoch}) continue;
            const auto held = schema::open_prekey(rows.text(1), peer.card);
            if (held && held->kid == prekey.kid) return Taken::HELD;
            changed = true;
        }
    }
    if (std::int64_t{prekey.epoch} < highest && !changed) return Taken::HELD;
    newest_.erase(peer.node());
    LEEWARD_TRY(tx.run("INSERT OR REPLACE INTO peer_prekey(node,epoch,jws) VALUES(?,?,?)",
                       peer.node(),
                       prekey.epoch,
                       jws));
    if (changed) return Taken::CHANGED;
    LEEWARD_TRY(tx.run("DELETE FROM peer_prekey WHERE node=? AND epoch<?",
                       peer.node(),
                       std::int64_t{prekey.epoch} - 4));
    return Taken::NEW;
}

Outcome Prekeys::forget(Transaction& tx, const schema::NodeId& peer) {
    newest_.erase(peer);
    return tx.run("DELETE FROM peer_prekey WHERE node=?", peer);
}

Outcome Prekeys::sign_again(Transaction& tx, const crypto::SigningKey& key) {
    std::vector<schema::Prekey> ours;
    auto rows = tx.query("SELECT jws FROM own_prekey");
    while (rows.next()) {
        LEEWARD_ASSIGN(auto prekey, schema::open_prekey(rows.text(0), self_.card));
        ours.push_back(std::move(prekey));
    }
    LEEWARD_TRY(rows.status());
    for (const auto& prekey : ours)
        LEEWARD_TRY(tx.run("UPDATE own_prekey SET jws=? WHERE kid=?",
                           schema::sign_prekey(prekey, key),
                           prekey.kid));
    return Done{};
}

// That of our own epoch where the peer has given it, else the newest that is not long lapsed.
Result<std::optional<schema::Prekey>> Prekeys::newest(Transaction& tx, const Peer& peer, Time now) {
    const auto epoch = epoch_at(now);
    if (const auto at = newest_.find(peer.node()); at != newest_.end() && at->second.at == epoch)
        return std::optional(at->second.prekey);
    auto rows = tx.query(
        "SELECT jws FROM peer_prekey WHERE node=? AND epoch<=? "
        "ORDER BY (epoch<=?) DESC, epoch DESC LIMIT 1",
        peer.node(),
        furthest(now),
        epoch);
    if (!rows.next()) return std::optional<schema::Prekey>();
    LEEWARD_ASSIGN(schema::Prekey prekey, schema::open_prekey(rows.text(0), peer.card));
    if (prekey.expires + schema::limits::stale_prekey < now) return std::optional<schema::Prekey>();
    newest_[peer.node()] = Cached{epoch, rows.text(0), prekey};
    return std::optional(prekey);
}

}  // namespace leeward::node
