// Many receiving ends in one process: each an identity of its own with a CURVE server of its own,
// set up like a node's. For fan-outs to more peers than whole nodes would fit into a machine.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "crypto/random.h"
#include "node/transport/transport.h"

namespace leeward::test {

class FrameSink {
public:
    // Called by the sink's thread for every frame from the sender that it admits.
    using OnFrame = std::function<void(std::size_t end, const node::Frame& frame)>;

    // Listens with `ends` fresh identities on free ports of 127.0.0.1, admitting `sender` alone.
    // Throws when the machine cannot: this is for tests.
    FrameSink(std::size_t ends,
              const node::TransportPublicKey& sender,
              crypto::Random& random,
              OnFrame on_frame);
    ~FrameSink();
    FrameSink(const FrameSink&) = delete;
    FrameSink& operator=(const FrameSink&) = delete;

    struct End {
        node::TransportPublicKey key;
        std::string endpoint;
    };
    [[nodiscard]] const std::vector<End>& ends() const { return ends_; }
    [[nodiscard]] std::uint64_t received() const { return received_; }
    // False when the deadline passes first.
    bool wait_for(std::uint64_t frames, std::chrono::milliseconds deadline) const;

private:
    class Servers;

    const OnFrame on_frame_;
    std::vector<End> ends_;
    std::unique_ptr<Servers> servers_;
    std::atomic<std::uint64_t> received_{0};
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace leeward::test
