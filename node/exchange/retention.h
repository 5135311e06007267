// Retention (domain.md section 4.8): how long what is held here is kept. The clock of our own records
// is the organisation's own; it is warned of before, postponed only with two keys, stopped by a legal
// hold, and never runs out while a leg lives, a withdrawal is unconfirmed or an incident is open. A
// recipient's referral copy is none of this: it is erased on time, hold or incident or not.
#pragma once

#include "node/exchange/desk.h"
#include "schema/json/json.h"

namespace leeward::node {

using schema::Json;

// The clocks by class, what ends soon, what is held and why.
Result<Json> retention_show(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
// How many days our own records are kept after a case is closed, and a return path after its leg.
Result<Json> retention_set(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
// A legal hold on our own copy of a case, or its end.
Result<Json> retention_hold(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
// More time, with a code and two keys beforehand.
Result<Json> retention_postpone(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

// The warnings before, C4 at the end, and return paths as long after their legs.
Outcome fire_retention_timers(Desk& desk, Transaction& tx, schema::Time now);
// After the clock was set back: as for legs (leg_timers.h). Until when people have postponed an end stays.
Outcome retention_follows_clock(Transaction& tx, schema::Time reached);

}  // namespace leeward::node
