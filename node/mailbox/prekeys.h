// Weekly prekeys: our own, made two epochs ahead, and those that peers have signed for us.
//
// The private parts live in the keyring and are destroyed 14 days after their end; they are never
// backed up. A peer's prekey is taken only if it is signed, in time, and no older than the newest
// held; another key for an epoch that is already held is an alarm, not an update.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/mailbox/identity.h"
#include "node/mailbox/peers.h"
#include "schema/time.h"

namespace leeward::node {

class Prekeys {
public:
    Prekeys(const Identity& self, Keyring& keyring, crypto::Random& random)
        : self_(self), keyring_(keyring), random_(random) {}

    // Makes what is missing for the present epoch and the next, and destroys what is past its grace
    // by `safe_now` (never later than any peer's newest authenticated time, nor than lived_until). True
    // if any was made.
    Result<bool> renew(Transaction& tx, schema::Time now, schema::Time safe_now);

    // The time that is proven by the weeks in which this node has made prekeys: the end of the week
    // two after the fourth newest, which is the present one where no week was missed. A clock that jumps
    // ahead by more than eight weeks takes two to prove itself. The epoch of Unix while there are fewer.
    static schema::Time lived_until(Transaction& tx);
    // The begin of the fourth newest of these weeks, which has surely come: no clock that is ahead for less than a
    // week moves it past the truth. A clock that stands before it is behind. The epoch of Unix while there
    // are fewer.
    static schema::Time lived_since(Transaction& tx);

    // As signed, for this epoch and the next.
    Result<std::vector<std::string>> published(Transaction& tx, schema::Time now);
    struct Own {
        crypto::XWingPrivateKey key;
        crypto::Epoch epoch = 0;
    };
    // Errc::not_found for a kid that was never ours or is destroyed.
    Result<Own> own(Transaction& tx, const schema::KeyId& kid);

    enum class Taken { NEW, HELD, CHANGED };
    Result<Taken> take(Transaction& tx, const Peer& peer, std::string_view jws, schema::Time now);
    // The newest that may be sealed to at `now`; nothing if all are lapsed for over 7 days, or of weeks
    // that have not come: those were taken while a clock was ahead.
    Result<std::optional<schema::Prekey>> newest(Transaction& tx,
                                                 const Peer& peer,
                                                 schema::Time now);

    // A peer's signing key has changed: what the old one has signed is worth nothing.
    Outcome forget(Transaction& tx, const schema::NodeId& peer);
    // Our own signing key changes: what is published is signed by the new one.
    Outcome sign_again(Transaction& tx, const crypto::SigningKey& key);

private:
    Outcome make(Transaction& tx, crypto::Epoch epoch);
    Outcome destroy_old(Transaction& tx, schema::Time safe_now);

    const Identity& self_;
    Keyring& keyring_;
    crypto::Random& random_;
    struct Cached {
        crypto::Epoch at = 0;
        std::string jws;
        schema::Prekey prekey;
    };
    std::map<schema::NodeId, Cached> newest_;  // so that a signature is checked once
    std::map<schema::KeyId, Own> own_;
};

}  // namespace leeward::node
