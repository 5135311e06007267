// What comparing logs with partners has found, as it is kept until a later comparison takes its place.
#pragma once

#include "node/exchange/desk.h"
#include "node/exchange/reconcile_lists.h"
#include "schema/language.h"

namespace leeward::node {

// In place of what was found before in the stretch of the week that `list` covers.
Outcome keep_findings(Transaction& tx,
                      const Peer& peer,
                      std::int64_t epoch,
                      const TheirList& list,
                      const std::vector<Difference>& found,
                      schema::Time now);
// The week agrees: nothing of it is left.
Outcome drop_findings(Transaction& tx, const Peer& peer, std::int64_t epoch);
// Of one week, or of any.
Result<bool> has_findings(Transaction& tx,
                          const Peer& peer,
                          std::optional<std::int64_t> epoch = std::nullopt);
// Of all weeks, the oldest first, at most a thousand.
Result<schema::Json> findings_json(Transaction& tx, const Peer& peer, schema::Language language);

[[nodiscard]] schema::Time start_of_week(std::int64_t epoch);

}  // namespace leeward::node
