// What needs a person now, by deadline, and how this node is doing.
#pragma once

#include "node/exchange/desk.h"
#include "schema/json/json.h"

namespace leeward::node {

using schema::Json;

Result<Json> inbox(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> node_status(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> audit_show(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

}  // namespace leeward::node
