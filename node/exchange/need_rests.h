// A need that rests and goes on: paused on the survivor's word, nowhere to be placed for now, opened
// again (domain.md N12, N15 to N17, N23).
#pragma once

#include "node/exchange/needs.h"

namespace leeward::node {

Result<Json> need_pause(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> need_resume(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> need_unplaced(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> need_reopen(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

// A person is called about a need; logged, and again by its row.
Outcome call_about(
    Desk& desk, Transaction& tx, Need& need, std::string_view code, schema::Time now);
// Nobody has said how it goes on: back to where its legs say, and the supervisor is told.
Outcome pause_over(Desk& desk, Transaction& tx, Need& need, schema::Time now);

}  // namespace leeward::node
