// A restore closes the log: what was written after the backup is lost, and whoever holds a head of it
// would find that its log had shrunk. The old log is put aside whole, and a new one begins whose first
// entry says so (schema/restored_event.h).
#pragma once

#include "node/audit/audit_log.h"
#include "schema/node_card.h"

namespace leeward::node {

// Moves every entry of `log` and every head that it has published aside and leaves the tables of the log empty; `log` must not be used any
// more. `known`: the newest head of it that anybody else holds, as far as is known.
Outcome close_log(Transaction& tx, AuditLog& log, const schema::LogBefore& known, schema::Time now);

}  // namespace leeward::node
