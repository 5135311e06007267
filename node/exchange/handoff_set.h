// The handoff set: who meets her, where, in which car. A day after the arrival it is erased at both
// ends, out of the referrer's own record too (domain.md section 4.8).
#pragma once

#include "node/exchange/desk.h"

namespace leeward::node {

Outcome clear_handoff_sets(Desk& desk, Transaction& tx, schema::Time now);

}  // namespace leeward::node
