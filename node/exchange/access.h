// Emergency access (break-glass, domain.md section 3.6): a disclosure by the holder. The requester's
// node asks with a harm code; a person at the holder, with a second one, grants listed fields for at
// most four hours. It is told to the survivor and reviewed by somebody uninvolved; a review that is
// overdue is counted and shown, and never blocks the next rescue.
#pragma once

#include "node/exchange/desk.h"
#include "node/exchange/receiver.h"
#include "schema/json/json.h"

namespace leeward::node {

using schema::Json;

Result<Json> access_ask(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> access_grant(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> access_deny(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> access_review(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> access_list(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

Result<Applied> take_access_ask(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, schema::Time now);
Result<Applied> take_access_state(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, schema::Time now);

// DENIED after an hour, ENDED with its authority, REVIEW_OVERDUE after three working days.
Outcome fire_access_timers(Desk& desk, Transaction& tx, schema::Time now);
// After the clock was set back: as for legs (leg_timers.h).
Outcome accesses_follow_clock(Transaction& tx, schema::Time reached);

}  // namespace leeward::node
