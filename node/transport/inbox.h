// Private to node/transport: received frames on their way from the transport thread to the node's,
// bounded as a whole and for each peer, with a descriptor that is readable while there are some. Peers
// take turns: whoever fills its part holds up its own frames and nobody else's.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <optional>

#include "node/transport/transport.h"

namespace leeward::node {

// An eventfd: a doorbell that stays rung until it is heard.
class Doorbell {
public:
    Doorbell();  // throws std::system_error when there is no descriptor left
    ~Doorbell();
    Doorbell(const Doorbell&) = delete;
    Doorbell& operator=(const Doorbell&) = delete;

    void ring() const;
    void hear() const;
    [[nodiscard]] int fd() const { return fd_; }

private:
    int fd_;
};

// Safe from any thread.
class Inbox {
public:
    struct Limits {
        std::size_t frames;
        std::size_t frames_per_peer;
        std::size_t bytes;
        std::size_t bytes_per_peer;
    };
    explicit Inbox(const Limits& limits) : limits_(limits) {}

    enum class Put : std::uint8_t { taken, full };
    Put put(Inbound inbound);
    std::optional<Inbound> take();
    void forget(const TransportPublicKey& peer);  // drops what is held of this peer
    [[nodiscard]] int readable_fd() const { return bell_.fd(); }

private:
    struct Held {
        std::deque<Inbound> frames;
        std::size_t bytes = 0;
    };
    [[nodiscard]] bool has_room(const TransportPublicKey& peer, std::size_t bytes) const;

    const Limits limits_;
    std::mutex mutex_;                         // guards what follows
    std::map<TransportPublicKey, Held> held_;  // only of peers that have some
    std::deque<TransportPublicKey> turns_;     // each of them once
    std::size_t frames_ = 0;
    std::size_t bytes_ = 0;
    Doorbell bell_;
};

}  // namespace leeward::node
