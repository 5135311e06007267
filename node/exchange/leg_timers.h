// The deadlines of legs, each node's own (domain.md section 3.8, schema/deadline.h): when the next one
// falls due, and what this node then does by itself. A deadline that passed while the machine slept
// fires at wake.
#pragma once

#include "node/exchange/legs.h"

namespace leeward::node {

// The next moment at which this node must look at the leg; `never` if there is none.
[[nodiscard]] schema::Time next_timer(const Leg& leg, schema::Time now);
// How long a recipient has to answer, from DELIVERED.
[[nodiscard]] schema::Duration answer_time(schema::Priority priority);
// How long after its end a T1 copy may stay at a recipient.
[[nodiscard]] schema::Duration erase_after(schema::Priority priority);

// Fires what is due, at most `limit` legs. True if there may be more.
Result<bool> fire_leg_timers(Desk& desk, Transaction& tx, schema::Time now, int limit);
// Destroys T1 copies whose time is over. Nothing personal of them is left on this node.
Result<bool> erase_ended_legs(Desk& desk, Transaction& tx, schema::Time now, int limit);

}  // namespace leeward::node
