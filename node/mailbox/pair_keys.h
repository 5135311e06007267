// The keys of pairs at rest, and their end (protocol.md sections 4 and 8).
//
// A pairing keeps one key: PSK[e] of the oldest week that may still be needed. Later ones follow from
// it; earlier ones cannot be computed any more, so moving on and destroying what is left behind is
// what makes old envelopes unreadable. A pair moves to a week only when
//   · it is two weeks past, by the earliest of our own clock, the newest time that a peer has signed and
//     the weeks that this node has lived through (Prekeys::lived_until): a clock two years ahead
//     destroys nothing, though a peer's agrees with it; and
//   · the peer itself has sealed something to us in that week or later: it has the newer key.
// Every key has a name of its own and is never overwritten. It is durable before the row that names
// it is committed, and destroyed once no row names it: a crash leaves a key too many, which the next
// sweep destroys, and never one too few.
#pragma once

#include "crypto/random.h"
#include "node/mailbox/peers.h"
#include "schema/time.h"

namespace leeward::node {

// The keyring's name for a pair's key.
[[nodiscard]] std::string psk_name(const schema::NodeId& peer,
                                   const PairingId& pairing,
                                   crypto::Epoch epoch);

// Two organisations meet, for the first time or again, in this week by the clock that is behind: the pair
// starts from this key, as that of three years before.
Outcome begin_pairing(Keyring& keyring,
                      crypto::Random& random,
                      Transaction& tx,
                      const schema::NodeId& peer,
                      SecretBytes psk,
                      crypto::Epoch epoch);

// Destroys every key of a pair that no row names. Only in a transaction that has not changed a
// pairing: what is not committed yet must not decide.
Outcome sweep_pair_keys(Keyring& keyring, Transaction& tx);

// Moves each pair to the oldest week that may still be needed at `safe_now`. What is left behind goes
// with the next sweep.
Outcome retire_pair_keys(Keyring& keyring, Peers& peers, Transaction& tx, schema::Time safe_now);

}  // namespace leeward::node
