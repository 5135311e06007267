// What two partners have logged of each other, compared week by week (protocol.md section 7).
//
// One says the digest of the sorted xrefs that it sent and of those that it received. Where these do not
// fit the other's, both say what they have, and each finds for itself what is missing and on whose side:
// what we sent and have a receipt for and the partner does not have (a hidden receipt), what we received
// and the partner did not log (an undeclared disclosure), what one has abandoned and the other received,
// and what our own log lacks. Nothing that is still under way is held against anybody, nor is what
// was settled only after the question that a list answers.
// A partner that only says what we want to hear is found by an auditor, from both bundles.
// An xref tells nothing but that both ends have it. It runs by itself three days after a week is over,
// and whenever somebody asks.
#pragma once

#include "node/exchange/desk.h"
#include "node/exchange/receiver.h"

namespace leeward::node {

// Asks each partner about the weeks that ended three days ago or more and were not compared yet, as
// far back as 26 weeks. To be called once an hour.
Outcome reconcile_weekly(Desk& desk, Transaction& tx, schema::Time now);

// Asks now, and shows what is known: {peer, from, until, compared_at?, agreed?,
// unanswered_since?, findings: […]}.
Result<schema::Json> audit_reconcile(Desk& desk,
                                     Transaction& tx,
                                     const schema::Json& args,
                                     schema::Time now);

Result<Applied> take_reconcile(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, schema::Time now);

}  // namespace leeward::node
