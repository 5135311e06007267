// How a need ends by a person's word: closed with its outcome, withdrawn by the survivor, cancelled,
// entered in error, or linked to the same need of another worker. What is still asked is asked to end;
// a child under way or in the house is never cancelled from a desk.
#pragma once

#include "node/exchange/desk.h"
#include "schema/json/json.h"

namespace leeward::node {

using schema::Json;

Result<Json> need_close(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> need_withdraw(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> need_cancel(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> need_error(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> need_duplicate(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

}  // namespace leeward::node
