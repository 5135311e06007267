// How this node is: a line for each thing that can be wrong, and what to do about it (`node doctor`).
#pragma once

#include "node/app/home.h"
#include "node/exchange/engine.h"

namespace leeward::node {

// {"checks": [{"check", "light", "say"}…]}: green, amber or red, in the language asked for ("es", else
// English). Reads all of the store and of the log.
[[nodiscard]] Result<schema::Json> doctor(Engine& engine,
                                          OpenedHome& home,
                                          schema::Time now,
                                          std::string_view language);

}  // namespace leeward::node
