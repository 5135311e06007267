// What closes, warns or erases and has not arrived for three days: the supervisors are called, so that
// somebody telephones (domain.md section 3.8, DELIVERY_CONTROL). It is tried on and never given up.
#pragma once

#include "node/exchange/desk.h"

namespace leeward::node {

// One call for each peer, again every three days for as long as anything waits; to be called by the
// clock.
Outcome fire_undelivered_timers(Desk& desk, Transaction& tx, schema::Time now);
// After the clock was set back: what a clock ahead has written waits since `reached` (leg_timers.h). The time that it
// says stays, by which both ends count it.
Outcome undelivered_follow_clock(Transaction& tx, schema::Time reached);

}  // namespace leeward::node
