// The same survivor, twice: within this organisation, and asked about by two (domain.md section 3.9).
//
// Within: names and birth dates of our own cases are compared here and nowhere else. Between: a
// recipient that thinks so asks each of two referrers without naming the other; only if both agree
// does it tell each whom to phone. Nothing is matched by machine between organisations, and no hash
// or name travels: that would already say whose client she is.
#pragma once

#include "node/exchange/legs.h"
#include "node/exchange/needs.h"

namespace leeward::node {

// Cases of ours that may be of the same survivor as this record, not counting `self`.
Result<Json> look_alikes(Desk& desk,
                         Transaction& tx,
                         const Json& record,
                         const std::optional<schema::CaseId>& self);

Result<Json> case_check(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
// At the recipient: asks both referrers. At a referrer: agrees, or shows how it stands.
Result<Json> leg_duplicate(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

Result<Applied> take_duplicate(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, schema::Time now);

}  // namespace leeward::node
