// Who holds what, and, for the survivor, who has seen what, when, why and under which authority.
#pragma once

#include "node/exchange/desk.h"
#include "schema/json/json.h"

namespace leeward::node {

using schema::Json;

Result<Json> grant_list(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> case_accounting(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

}  // namespace leeward::node
