// The directory's commands: what was imported, and a search that tells nobody of a need.
#pragma once

#include "node/directory/directory.h"
#include "node/exchange/desk.h"
#include "schema/json/json.h"

namespace leeward::node {

using schema::Json;

Result<Json> directory_import(Directory& directory, const Json& args);
Result<Json> directory_list(Directory& directory, const Json& args);
// With --need, the need's own fields are asked for; else those of the arguments.
Result<Json> directory_match(Directory& directory, Desk& desk, const Json& args, schema::Time now);

}  // namespace leeward::node
