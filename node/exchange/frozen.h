// A partner whose log cannot be shown to have only grown is frozen: what it asks, answers and
// discloses is refused, what closes, warns or confirms is taken, and nobody's care stops
// (protocol.md sections 5a and 7).
//
// Everyone is told in plain words: our own people, that partner, and all others, with both heads as
// their log has signed them. The others take nobody's word for it: they ask that log for proofs of
// the same two heads. It ends by the missing proof, by a successor card with a new log, or by two
// people of ours who have phoned and settle it.
#pragma once

#include "node/exchange/desk.h"
#include "node/exchange/receiver.h"
#include "node/mailbox/peer_heads.h"

namespace leeward::node {

// What an envelope of `peer` says of its own log. Freezes, or thaws.
Outcome take_heads(Desk& desk,
                   Transaction& tx,
                   Peer& peer,
                   const ShownHead& shown,
                   std::span<const schema::Growth> growth,
                   schema::Time now);

// Two heads that its log has signed cannot be of one tree.
Outcome freeze(Desk& desk, Transaction& tx, Peer& peer, const Conflict& conflict, schema::Time now);

// What it has seen of others' logs. Those of our own log that are truly ours are handed back: they
// are to be proven to it.
Result<std::vector<crypto::Checkpoint>> take_seen(Desk& desk,
                                                  Transaction& tx,
                                                  Peer& peer,
                                                  const std::vector<std::string>& seen,
                                                  schema::Time now);

Result<Applied> take_log_frozen(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, schema::Time now);

// For heads that stayed loose for a day: asks, every twelve hours; after three days and three
// acknowledged requests without a proof, freezes. To be called once an hour.
Outcome ask_for_proofs(Desk& desk, Transaction& tx, schema::Time now);
// It has acknowledged such a request, and this was its answer.
Outcome proof_was_asked(Transaction& tx, Peer& peer);

// Its log was replaced by another that its root has named: the dispute about the old one is over.
Outcome restored(Desk& desk, Transaction& tx, Peer& peer, schema::Time now);

Result<schema::Json> peer_settle(Desk& desk,
                                 Transaction& tx,
                                 const schema::Json& args,
                                 schema::Time now);
// Newest first: kind, both heads, when found and how ended.
Result<schema::Json> disputes_json(Transaction& tx, const schema::NodeId& node);

}  // namespace leeward::node
