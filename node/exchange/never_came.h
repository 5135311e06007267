// What a restored node believes to have asked and shared, and its partner does not have: it waited in the
// copy, or went out and was lost. Nothing is sent again by itself (protocol.md section 8): she may have
// withdrawn since, and that left no trace at anybody who had received nothing. It is called back here, and
// the release that it rested on ends, for it would be sent again with the next step of the leg, or is
// narrowed to what the partner holds under it; she is asked, and people decide anew, but not about one that
// has served. What rests on a law or a court stays. But a yes by telephone stands, is said again, and people
// are told to phone.
#pragma once

#include "node/exchange/grants.h"

namespace leeward::node {

// The partner has named this leg or grant; or she has withdrawn what it will name of this case
// (withdraw.h).
Outcome note_named(Transaction& tx, const schema::NodeId& peer, BytesView id);
// A grant of ours that was open here, and that the partner has just named as closed: after the backup its leg or
// the handoff ended, or she withdrew or narrowed its release. REVOKED: she withdrew there.
Outcome note_closed(Transaction& tx, const Grant& grant);
// Every release to it from before `restored`, and not signed since, that rests on her word, or of which
// something was closed since, goes no further than what the partner, as far as is known here, holds open
// under it: it is narrowed to that, or ends where that is nothing.
Outcome call_back_unheld(Desk& desk,
                         Transaction& tx,
                         const schema::NodeId& peer,
                         schema::Time restored,
                         schema::Time now);
// Once it has named all: every grant of ours from before `restored` that it did not name, with such
// releases; before anything follows from what it said, for then they would be sent.
Outcome call_back_unnamed_grants(Desk& desk,
                                 Transaction& tx,
                                 const schema::NodeId& peer,
                                 schema::Time restored,
                                 schema::Time now);
// And every such question. What was named is forgotten then.
Outcome call_back_unnamed_legs(Desk& desk,
                               Transaction& tx,
                               const schema::NodeId& peer,
                               schema::Time restored,
                               schema::Time now);

}  // namespace leeward::node
