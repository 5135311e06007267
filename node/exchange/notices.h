// What waits for a person: raises and questions, shown in the inbox by deadline, content-free.
#pragma once

#include <optional>
#include <string_view>

#include "node/store/store.h"
#include "schema/ids.h"
#include "schema/json/json.h"
#include "schema/time.h"

namespace leeward::node {

// A code about a record; again for the same record only moves its time and counts.
Outcome raise(Transaction& tx,
              std::string_view code,
              BytesView subject,
              const std::optional<schema::NodeId>& peer,
              schema::Time now);
// This one is settled.
Outcome settle_notice(Transaction& tx, std::string_view code, BytesView subject);
// What it was about is settled.
Outcome settle_notices(Transaction& tx, BytesView subject);
// All but the codes of this form (SQL's LIKE).
Outcome settle_notices_but(Transaction& tx, BytesView subject, std::string_view kept);
// After the clock was set back: nobody was called later than `reached` (leg_timers.h).
Outcome notices_follow_clock(Transaction& tx, schema::Time reached);

}  // namespace leeward::node
