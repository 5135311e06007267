// The node's one thread: requests on its socket, frames from the network, deadlines.
#pragma once

#include <memory>

#include "node/app/home.h"
#include "node/obs/log.h"

namespace leeward::node {

// Runs until node.down, SIGTERM or SIGINT. What is not delivered then goes out after the next start.
Outcome run_node(OpenedHome home, Log& log);

}  // namespace leeward::node
