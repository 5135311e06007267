// After a restore: what each partner holds of everything between us, so that what was acknowledged after
// the backup comes back, and what was erased since stays erased (protocol.md section 8).
//
// The restored node waits for each partner (Peer::resync_awaited). Until its word is in, what it shared
// does not open, deadlines between the two do not fire, nothing is disclosed to it of what the copy holds or
// under a release of the copy, no return path of the copy holds, and only what closes, warns or erases is
// said, under a counter that outranks whatever was said after the backup; so too in a leg that only a word
// which came meanwhile has made known. What she signs after the restore is not of the copy, whenever it was
// drafted. The partner learns of the restore by the card (its log was replaced) and sends RESYNC once its
// people have called back and compared words. Nothing is resent; no counter rolls back: the higher one wins,
// ours too.
// Whom nobody can reach for seven days is opened by two persons, which the log keeps.
#pragma once

#include "node/exchange/desk.h"
#include "node/exchange/receiver.h"
#include "schema/json/json.h"

namespace leeward::node {

// To a partner whose log was restored: both registers of every leg that lives or ended in the last 60
// days, and of every grant; how far we may tell what became of her, and under which counter we have heard how far
// the partner may. Content is in none of it.
Outcome send_resync(Desk& desk, Transaction& tx, const Peer& peer, schema::Time now);

// From a partner: taken only while it is waited for, or as the answer to ours.
Result<Applied> take_resync(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, schema::Time now);

// Done unless `peer` is waited for: then Errc::wrong_state with a sentence.
Outcome must_not_await(const Desk& desk, const schema::NodeId& peer);

// A file for a partner that restores its node: its newest card and the newest head of its log that we
// hold. Nothing in it is secret.
Result<schema::Json> peer_held(Desk& desk,
                               Transaction& tx,
                               const schema::Json& args,
                               schema::Time now);
// Two persons decide that what a silent partner shared opens without its word. Not before seven days,
// unless it has left the network.
Result<schema::Json> peer_reopen(Desk& desk,
                                 Transaction& tx,
                                 const schema::Json& args,
                                 schema::Time now);
// Calls somebody for every partner that is waited for. Once an hour.
Outcome remind_of_resync(Desk& desk, Transaction& tx, schema::Time now);

}  // namespace leeward::node
