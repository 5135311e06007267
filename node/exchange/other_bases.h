// Bases that are not a release: TONIGHT, a mandate, an order, an emergency (domain.md section 3.3).
// Typed, and never called consent. Each is limited to listed fields, tells the survivor or says in a
// code why not yet, names safety steps, has a second person, and is reviewed.
#pragma once

#include "node/exchange/releases.h"

namespace leeward::node {

// What the draft must say for its basis, kept in its detail. Errc::invalid_argument or
// Errc::not_released with what is possible instead.
Outcome ground_draft(
    Desk& desk, Transaction& tx, Release& release, const Json& args, schema::Time now);

// R2 and R4 without a signature of hers: the second person takes part, by telephone if need be.
Result<Json> release_authorise(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

// What counsel has filled in for a jurisdiction; TONIGHT is off where nothing is.
Result<Json> jurisdiction_set(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> jurisdiction_show(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

}  // namespace leeward::node
