// What an auditor is given of our own log: every leaf of a period with what opens it, and nothing that
// leads to a person (protocol.md section 7, domain.md section 3.10).
#pragma once

#include "node/exchange/desk.h"

namespace leeward::node {

using schema::Json;

// A page of leaves. The first one also has the bundle's header, and enters the log.
Result<Json> audit_leaves(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

}  // namespace leeward::node
