// Whom a need could still be asked of: members of the network that give such a service, that were not
// asked yet or were let go, and are not on the case's own list of unsafe organisations (it stays here).
#pragma once

#include <vector>

#include "node/exchange/legs.h"
#include "node/exchange/needs.h"

namespace leeward::node {

Result<std::vector<const Peer*>> candidates_left(Desk& desk,
                                                 Transaction& tx,
                                                 const Need& need,
                                                 const std::vector<Leg>& legs);
// The same with what each has said it can take, the freshest room first; what is stale says so.
Result<Json> candidates_json(
    Desk& desk, Transaction& tx, const Need& need, const std::vector<Leg>& legs, schema::Time now);
[[nodiscard]] bool is_unsafe_organisation(const Json& case_record, std::string_view name);

}  // namespace leeward::node
