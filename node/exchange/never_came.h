// What a restored node believes to have asked and shared, and its partner does not have: it waited in the
// copy, or went out and was lost. Nothing is sent again by itself (protocol.md section 8): she may have
// withdrawn since, and that left no trace at anybody who had received nothing. It is called back here,
// and people decide anew. But a yes by telephone stands, is said again, and people are told to phone.
#pragma once

#include "node/exchange/desk.h"

namespace leeward::node {

// The partner has named this leg or grant.
Outcome note_named(Transaction& tx, const schema::NodeId& peer, BytesView id);
// Once it has named all: every question and grant of ours from before `restored` that it did not name.
Outcome call_back_unnamed(Desk& desk,
                          Transaction& tx,
                          const schema::NodeId& peer,
                          schema::Time restored,
                          schema::Time now);

}  // namespace leeward::node
