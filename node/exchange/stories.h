// Which story a message belongs to.
#pragma once

#include "node/exchange/receiver.h"
#include "node/outbox/courier.h"

namespace leeward::node {

[[nodiscard]] Receiver::Stories stories_of(Desk& desk);
// A message leaves only while its authority lives and its leg is open; checked at every attempt.
[[nodiscard]] Courier::Authority authority_of(Desk& desk);
// What was said of a leg stays said when its message has run out: the bare word goes instead.
[[nodiscard]] Courier::RanOut ran_out_at(Desk& desk);

// Our newest signed prekeys to every peer.
Outcome send_prekeys(Desk& desk, Transaction& tx, schema::Time now);

}  // namespace leeward::node
