// Two places of one need that are both chosen, the house that she is in among them. No choice leads there (G5),
// but a restore may: a place was chosen after the backup, another once it was restored, and then the first one's
// house says what it knows. And she may come to a house that was asked to let her bed go, when another is chosen
// already. Nobody's bed is given up by itself: people are called, and until one has ended no plan, no departure and
// nothing more of the record goes to either; of the record, what the house that she is in needs, and what is decided
// in an emergency, goes. How long her way will be is told to the house that knows her to be under way.
#pragma once

#include "node/exchange/legs.h"

namespace leeward::node {

// After any change to the legs of a need of ours: calls, or settles the call and shares what waited for it.
Outcome mind_two_places(Desk& desk, Transaction& tx, const schema::NeedId& need, schema::Time now);

// Errc::not_released while two are chosen.
Outcome one_place_alone(Transaction& tx, const schema::NeedId& need);

}  // namespace leeward::node
