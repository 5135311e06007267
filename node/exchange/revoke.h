// An organisation's keys are in other hands (protocol.md section 3.4): a stolen machine, a copied key.
//
// The word of its own root, or of two members where that root is lost (schema/revocation.h), proves
// itself, whoever brings it, and is handed on to everybody. Whoever takes it closes the link, sends
// nothing there any more and calls back before anything goes to new keys: only a card of a higher
// version, an offer that people hand over and words that they compare end it. What is open there is
// revoked, and an incident says what was there and what has been said since. No bed, plan or alarm
// changes: her people phone. What is still sealed with the old keys is opened, for four weeks, only to be
// refused with KEY_REVOKED.
//
// What is older than what is known changes nothing, whichever way it comes, so the order of a
// revocation, a later one and the new card does not matter.
#pragma once

#include "node/exchange/desk.h"
#include "node/exchange/receiver.h"
#include "schema/json/json.h"

namespace leeward::node {

// All keys of our own card. Told to everybody at once; the answer has the words as "file". Nobody else
// is needed for it. `root`: the organisation's root key, unsealed for this one act.
Result<schema::Json> identity_revoke(Desk& desk,
                                     Transaction& tx,
                                     const schema::Json& args,
                                     schema::Time now,
                                     const crypto::SigningKey& root);
// A member's word that a partner has lost its root: two of our people. With "words" (another member's)
// it is added to them.
Result<schema::Json> peer_disown(Desk& desk,
                                 Transaction& tx,
                                 const schema::Json& args,
                                 schema::Time now,
                                 const crypto::SigningKey& root);
// Takes words that somebody has brought. Errc::untrusted unless they count.
Result<schema::Json> peer_revoke(Desk& desk,
                                 Transaction& tx,
                                 const schema::Json& args,
                                 schema::Time now);
Result<Applied> take_revoke(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, schema::Time now);

// What was kept within a day of an earlier word about the same organisation, and told to nobody, now is. Once an
// hour.
Outcome tell_late_revocations(Desk& desk, Transaction& tx, schema::Time now);

// Nothing sealed with revoked keys is expected any more: what is left of them goes. Once an hour.
Outcome forget_revoked_pairs(Desk& desk, Transaction& tx, schema::Time now);

// A REVOKED_ code, and not since a time to come.
Outcome check_revocation(const schema::Json& args, schema::Time now);

}  // namespace leeward::node
