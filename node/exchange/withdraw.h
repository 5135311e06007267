// The survivor takes her word back: orally, without a reason, through any worker, at once. It ends
// disclosure; it takes no bed away (domain.md sections 3.1 and 3.3).
#pragma once

#include "node/exchange/desk.h"
#include "node/exchange/receiver.h"
#include "schema/json/json.h"

namespace leeward::node {

using schema::Json;

Result<Json> release_withdraw(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
// Heard by a partner: applied here by itself, at once, to everything in scope.
Result<Applied> take_withdraw(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, schema::Time now);

}  // namespace leeward::node
