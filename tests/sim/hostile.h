// A member of the network that says what it likes: true seals and signatures of its own around
// messages that its log does not hold, that belong to others, or that mean nothing.
#pragma once

#include "tests/sim/sim_node.h"

namespace leeward::sim {

// An envelope from `liar` to `victim`, both running. Nothing when the liar cannot seal one now.
std::optional<node::Frame> lie(SimNode& liar, SimNode& victim, crypto::Random& dice);

}  // namespace leeward::sim
