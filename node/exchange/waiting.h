// What waits and is not forgotten: a place on the waiting list or a firm bed that still stands, and a
// question that ended without an answer and is asked once more.
#pragma once

#include "node/exchange/desk.h"
#include "schema/json/json.h"

namespace leeward::node {

using schema::Json;

Result<Json> leg_keep(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> leg_ask_again(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

}  // namespace leeward::node
