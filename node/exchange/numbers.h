// Numbers without people: how many survivors, needs and answers a half-year had (schema/numbers.h).
//
// A half-year is counted once, by itself, and kept as published, so that two askings can never be
// subtracted from each other, and what is erased later is still counted.
#pragma once

#include "node/exchange/legs.h"

namespace leeward::node {

Result<Json> stats_show(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

// Counts the newest half-year whose day has come, if anything was asked in it.
Outcome count_half_year(Desk& desk, Transaction& tx, schema::Time now);
// After the clock was set back: what it had counted before its day is counted on that day. What was due by `reached`
// (leg_timers.h) stays.
Outcome numbers_follow_clock(Transaction& tx, schema::Time reached);

// Keeps when and how a leg of ours was answered. After each change of a leg.
Outcome note_answer(Transaction& tx, const Leg& leg, schema::Time now);

}  // namespace leeward::node
