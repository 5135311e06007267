// What a restored node learns from a partner and does not know any more: a leg, a grant. What was said
// in it is lost here; where it stands, until when, and with whom is not.
#pragma once

#include "node/exchange/desk.h"
#include "node/exchange/resync_text.h"

namespace leeward::node {

// A question that we asked gets a case and a need of its own, empty, for its people to complete.
Outcome recover_leg(
    Desk& desk, Transaction& tx, const Peer& peer, const ResyncLeg& said, schema::Time now);
// What we disclosed can be withdrawn and narrowed again: its release is put down as far as its grants tell, also
// where the copy has it unsigned; and what is open under one that has ended here meanwhile is asked back.
Outcome recover_grant(
    Desk& desk, Transaction& tx, const Peer& peer, const ResyncGrant& said, schema::Time now);
// Once every question is known: whose a grant is that came before its own, and every release that only its
// grants tell of.
Outcome join_grants(Desk& desk, Transaction& tx, const schema::NodeId& peer, schema::Time now);

}  // namespace leeward::node
