// What an inquiry would tell about one survivor: to each recipient, with all that it was told before
// about the same case, and to all of them together (domain.md section 4.3). Nothing of it leaves the
// node.
#pragma once

#include <vector>

#include "node/exchange/needs.h"
#include "schema/risk.h"

namespace leeward::node {

// The closed needs of this node whose records are still here, the newest thousand.
Result<schema::Prevalence> prevalence(Desk& desk, Transaction& tx);

// A card as it is told: the inquiry names the priority too.
[[nodiscard]] Json told(Json card, schema::Priority priority);

// What the T1 fields of a need would tell one recipient, held against its budget.
Result<Json> need_risk(Desk& desk, Transaction& tx, const Need& need);

struct Risk {
    std::vector<schema::Meter> of_each;  // recipient, in their order
    schema::Meter of_case;

    [[nodiscard]] const schema::Meter& highest() const;  // there is at least one recipient
    [[nodiscard]] bool over_budget() const;
};
// If `card` of this need went to these peers now.
Result<Risk> risk_of(Desk& desk,
                     Transaction& tx,
                     const Need& need,
                     const Json& card,
                     const std::vector<Peer*>& peers);

}  // namespace leeward::node
