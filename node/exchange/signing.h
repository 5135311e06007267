// Signing a release: who said yes or no, by which standing, after which text was read aloud in which
// language, and what the signatures come to (domain.md section 3.3, R3 and R4). Whoever is on the
// local unsafe list never signs and never interprets; that list never leaves this node.
#pragma once

#include "node/exchange/releases.h"

namespace leeward::node {

// For the moment it is in force: what it replaces ends, what it allows is sent.
Outcome take_effect(Desk& desk, Transaction& tx, const Release& release, schema::Time now);

Result<Json> release_sign(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

}  // namespace leeward::node
