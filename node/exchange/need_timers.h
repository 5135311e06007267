// What the referrer's node does by itself when a deadline of a need or a case has come.
#pragma once

#include "node/exchange/needs.h"

namespace leeward::node {

// Fires what is due, at most `limit` needs. True if there may be more.
Result<bool> fire_need_timers(Desk& desk, Transaction& tx, schema::Time now, int limit);
// Closes cases that have had no open need for their time (C2).
Outcome close_idle_cases(Desk& desk, Transaction& tx, schema::Time now);
// After the clock was set back: as for legs.
Outcome needs_follow_clock(Desk& desk, Transaction& tx, schema::Time reached, schema::Time now);

}  // namespace leeward::node
