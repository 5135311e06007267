// Calls people through programs of theirs: without arguments, without input, output or environment, so
// that a call says that something waits and nothing else.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "node/app/home.h"

namespace leeward::node {

// The programs of this ring: sound and command each time, and the on-call list one after another.
[[nodiscard]] std::vector<std::string> programs_of_ring(const Notify& notify, std::size_t ring);
// How many ways a call can leave this node.
[[nodiscard]] std::size_t ways_of(const Notify& notify);

// Started and left alone. Errc::not_found when it is no program.
Outcome run_alone(const std::string& program);

}  // namespace leeward::node
