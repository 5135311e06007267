// For a survivor or a court: what our log says was shared of her, as a file that proves it without us
// (schema/audit/proof.h).
#pragma once

#include "node/exchange/desk.h"
#include "schema/json/json.h"

namespace leeward::node {

// Of the case that a need belongs to. Errc::wrong_state while no head has been published that covers
// the newest act: the file would not show it.
Result<schema::Json> audit_prove(Desk& desk,
                                 Transaction& tx,
                                 const schema::Json& args,
                                 schema::Time now);

}  // namespace leeward::node
