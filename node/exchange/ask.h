// Asking for the bed, not the child: de-identified inquiries to a few recipients at once, and the
// survivor's choice among what they offer.
#pragma once

#include "node/exchange/desk.h"
#include "schema/json/json.h"

namespace leeward::node {

using schema::Json;

Result<Json> need_ask(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
// At most three questions of a need are unanswered at a time. Errc::wrong_state.
Outcome a_slot_is_free(Desk& desk, Transaction& tx, const schema::NeedId& need, std::size_t wanted);
Result<Json> need_choose(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

}  // namespace leeward::node
