// What this node does by itself when a deadline of a leg has come (leg_clock.h says which). A deadline
// that passed while the machine slept fires at wake; of several the one that moves the leg.
#pragma once

#include "node/exchange/legs.h"

namespace leeward::node {

// Fires what is due, at most `limit` legs. True if there may be more.
Result<bool> fire_leg_timers(Desk& desk, Transaction& tx, schema::Time now, int limit);
// Destroys T1 copies whose time is over. Nothing personal of them is left on this node.
Result<bool> erase_ended_legs(Desk& desk, Transaction& tx, schema::Time now, int limit);
// After the clock was set back: nothing of a leg may have happened later than `reached`, or its deadlines
// would lie as far ahead as the clock once did. That is now, or later where the clock may be behind.
Outcome legs_follow_clock(Desk& desk, Transaction& tx, schema::Time reached, schema::Time now);
// Nor is a card kept for longer than from `reached` on.
Outcome cards_follow_clock(Transaction& tx, schema::Time reached);

}  // namespace leeward::node
