// What is printed: the release, the referral for one recipient, the survivor's accounting. Printing is
// an act in the log (PRINT), whatever the printer then does.
#pragma once

#include "node/exchange/desk.h"
#include "schema/json/json.h"

namespace leeward::node {

using schema::Json;

// Each gives {"file": HTML, "note"}, in English or, with language es, in Spanish; with `view` {"paper"}
// (schema/paper.h), for a page that prints it and leaves no file behind.
Result<Json> release_print(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
// At the recipient: opens the grant for its purpose, as `grant open` does. What `leave-out` names does
// not stand on the sheet, which says how many things are not on it.
Result<Json> grant_print(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> case_print(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

}  // namespace leeward::node
