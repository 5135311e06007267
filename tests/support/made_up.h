// Envelopes that no node of ours would make: a test writes what a partner of bad faith, or one with a
// broken clock, has sealed in good order to another. And the reading of those that a node did make.
#pragma once

#include <functional>
#include <optional>

#include "node/mailbox/sealing.h"
#include "schema/envelope.h"
#include "schema/message.h"
#include "tests/support/test_node.h"

namespace leeward::test {

// What is inside. Without a head it is given the true one, over all that the filling has logged.
using Fill = std::function<Outcome(node::Transaction&, const node::Sealing&, schema::Inner&)>;
node::Frame made_up(TestNode& from, TestNode& to, const Fill& fill);

// A message for an envelope that is being made: new, in time, of this sender and for this recipient.
schema::Message message_in(const node::Sealing& sealing,
                           TestNode& from,
                           TestNode& to,
                           schema::MessageKind kind,
                           std::string body);
// An envelope with this one message, after `change`.
using Change = std::function<void(schema::Message&)>;
node::Frame made_up(
    TestNode& from,
    TestNode& to,
    schema::MessageKind kind,
    std::string body,
    const Change& change = [](schema::Message&) {});

// Sends it and lets everybody work.
void deliver(World& world, TestNode& from, TestNode& to, node::Frame frame);

// An envelope of `from` as `to` opens it; nothing for any other frame.
std::optional<schema::Inner> inside(TestNode& from, TestNode& to, const std::vector<Bytes>& parts);

}  // namespace leeward::test
