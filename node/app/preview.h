// What a preview shows (`dry_run`): the story's answer, less what only the act itself may hand out. It reads
// nobody's record, for a reading stays in the log, and it makes no file: what is signed or sealed leaves
// under the second person, the passphrase and the log entry of the act.
#pragma once

#include <functional>

#include "node/exchange/desk.h"
#include "schema/json/json.h"

namespace leeward::node {

// `story` runs and is taken back. Errc::invalid_argument where it reads somebody's record; an answer says
// with `needs_second_person` that the act would need one.
[[nodiscard]] Result<schema::Json> preview_of(Desk& desk,
                                              const std::function<Result<schema::Json>()>& story);

}  // namespace leeward::node
