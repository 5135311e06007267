// How a release ends, wholly or in part: narrowed, expired, withdrawn, superseded, invalidated, void
// (domain.md section 3.3, R5 to R11). Its grants close with it; no bed is given up.
#pragma once

#include "node/exchange/releases.h"

namespace leeward::node {

// Ends it at once. `move` is R7, R8, R9, R10 or R11.
Outcome end_release(Desk& desk,
                    Transaction& tx,
                    Release& release,
                    schema::ReleaseMove move,
                    std::string_view reason,
                    schema::Time now);

// R5: `gone` is covered no longer. Saves; the caller sees to the grants.
Outcome narrow_release(Desk& desk,
                       Transaction& tx,
                       Release& release,
                       const schema::FieldSet& gone,
                       std::string_view reason,
                       schema::Time now);
// The same, by hand: fields that the survivor no longer wants shared; the rest lives on.
Result<Json> release_narrow(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
// R10: it should never have been valid; what was disclosed under it becomes an incident.
Result<Json> release_invalidate(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

// The survivor was told of a disclosure that she did not sign, or why not yet.
Result<Json> release_notice(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

// R6, R7 and R11 by time, the ladder of warnings, and the calls about what nobody signs.
Outcome fire_release_timers(Desk& desk, Transaction& tx, schema::Time now);
// After the clock was set back: as for legs (leg_timers.h). What was signed keeps its end;
// the call about what she must be told comes no later than it may.
Outcome releases_follow_clock(Desk& desk, Transaction& tx, schema::Time reached, schema::Time now);

}  // namespace leeward::node
