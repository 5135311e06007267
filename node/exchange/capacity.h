// What we can take now, told to all peers at fixed ticks, changed or not, so that neither asking nor
// answering says "a child was found" (domain.md section 4.2).
#pragma once

#include "node/exchange/desk.h"
#include "node/exchange/receiver.h"
#include "schema/json/json.h"

namespace leeward::node {

using schema::Json;

Result<Json> capacity_set(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> capacity_show(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

// Sends our statements to all peers if a tick has come since the last round: hourly, on the hour.
// One leaf a round, and one message at most that waits for each partner. The number queued.
Result<std::int64_t> push_capacity(Desk& desk, Transaction& tx, schema::Time now);
Result<Applied> take_capacity(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, schema::Time now);

}  // namespace leeward::node
