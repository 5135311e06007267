// From a firm bed to a child in the house: the plan, the way, the arrival, and what happens when she
// is not where she should be. Phone first, always.
#pragma once

#include "node/exchange/desk.h"
#include "schema/json/json.h"

namespace leeward::node {

using schema::Json;

Result<Json> leg_plan(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> leg_departed(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> leg_arrived(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> leg_missing(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> leg_phone_accepted(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> leg_phone_arrived(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> leg_phone_cancelled(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> leg_cancel(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> leg_discard(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> leg_ended(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> leg_lost(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

}  // namespace leeward::node
