// What a shelter's worker does with an inquiry: opens the card, asks a coded question, offers,
// declines, puts on the waiting list, and makes a bed firm. Reading is an act in the log.
#pragma once

#include "node/exchange/desk.h"
#include "schema/json/json.h"

namespace leeward::node {

using schema::Json;

Result<Json> leg_list(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> leg_show(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Outcome leg_was_seen(Desk& desk, Transaction& tx, const schema::LegId& id, schema::Time at);
Result<Json> leg_question(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> leg_offer(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> leg_waitlist(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> leg_decline(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> leg_review(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> leg_confirm(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

}  // namespace leeward::node
