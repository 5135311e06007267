// How a leg takes up a register that has changed, whoever wrote it.
#pragma once

#include "node/exchange/legs.h"

namespace leeward::node {

// The shown state follows the registers; a new state starts a new clock and a new silence.
void show(Leg& leg, schema::Time now);
// What the ask gives as the reason for how the leg stands now. Whoever opens the question again gives none, and
// that of a no stays.
void note_reason(Leg& leg, const std::string& of_ask);
// Members that a reader keeps: what belongs to the value, of the newest write.
void remember(Leg& leg, const Json& members);

}  // namespace leeward::node
