// Inquiries of one node, as need.ask makes them, and how long each takes until its receipt is verified.
#pragma once

#include "tests/bench/pair.h"

namespace leeward::bench {

// Queues `count` inquiries in one transaction, as need.ask does for each of its recipients.
Outcome ask(Node& node, const schema::NodeId& peer, int count);
// Runs the sender until nothing waits, or 120 s.
Outcome drain(Node& node);
// Asks once: milliseconds until the receipt is verified; Errc::unreachable after `patience`.
Result<double> ask_and_wait(Node& node, const schema::NodeId& peer, std::chrono::seconds patience);
// Runs the sender until a receipt has come, or `patience` is over.
Outcome wait_for_receipt(Node& node, std::chrono::seconds patience);

}  // namespace leeward::bench
