// What passes between the nodes of a scenario: every frame as it lies on the wire, and every message
// in it as its recipient will read it. What a message may say is judged at the moment it leaves, by
// how its sender's own store stands then (G1, G4, G7, G8).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "schema/message.h"
#include "tests/support/canaries.h"
#include "tests/support/test_node.h"

namespace leeward::test {

struct OnTheWire {
    node::TransportPublicKey from;
    node::TransportPublicKey to;
    node::Frame frame;
};

class Wire {
public:
    Wire(World& world, const Canaries& canaries);
    ~Wire();
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    // Since the beginning, in order.
    [[nodiscard]] const std::vector<OnTheWire>& frames() const { return frames_; }
    // Of the messages that could be opened (their recipient was running).
    struct Read {
        std::string from;  // organisations
        std::string to;
        schema::Message message;
    };
    [[nodiscard]] const std::vector<Read>& read() const { return read_; }

    // What was wrong with what has left since the last call.
    [[nodiscard]] std::vector<std::string> take_faults();

    // Says again, newest first, what was said since frame `first`.
    void replay(std::size_t first);

private:
    void heard(const OnTheWire& one);
    void judge_size(const node::Frame& frame);
    void judge(TestNode& from, const Read& read);
    void judge_grant(TestNode& from, const Read& read);
    TestNode* holder(const node::TransportPublicKey& key);

    World& world_;
    const Canaries& canaries_;
    std::vector<OnTheWire> frames_;
    std::vector<Read> read_;
    std::vector<std::string> faults_;
};

}  // namespace leeward::test
