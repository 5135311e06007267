// After she was handed over: how she is, 7, 30 and 90 days later, only as far as a return path that
// she has signed allows, and the end of the need (N11, N21, N22).
#pragma once

#include "node/exchange/needs.h"

namespace leeward::node {

// A partner of this need may tell us how she is.
Result<bool> return_path_lives(Transaction& tx, const schema::NeedId& id, schema::Time now);

Result<Json> need_follow_up(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

// The node's own: two days after arrival; when a follow-up is due or overdue; two weeks after the last.
Outcome after_arrival(Desk& desk, Transaction& tx, Need& need, schema::Time now);
Outcome follow_up_due(Desk& desk, Transaction& tx, Need& need, schema::Time now);
Outcome follow_ups_over(Desk& desk, Transaction& tx, Need& need, schema::Time now);

// What `need show` says of it; null before she was handed over.
Result<Json> follow_up_json(Transaction& tx, const Need& need, schema::Time now);

}  // namespace leeward::node
