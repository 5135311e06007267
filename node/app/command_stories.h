// Which story of the exchange answers which command.
#pragma once

#include "node/exchange/desk.h"

namespace leeward::node {

// Runs in the transaction of its command; an error takes all of it back.
using Story = Result<schema::Json> (*)(Desk&, Transaction&, const schema::Json&, schema::Time);

// None for what needs more than the desk: a root key, a file, the engine (node/app/node_api.h).
[[nodiscard]] Story story_of(std::string_view command);

}  // namespace leeward::node
