// The simulator's network: many nodes in one thread, no sockets, no time of its own. Each step()
// decides by a seeded Random which frames arrive, get lost, come twice or overtake others, so one
// seed is one history. It admits, queues and refuses as the ZeroMQ transport promises to.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "crypto/random.h"
#include "node/transport/transport.h"

namespace leeward::test {

// Chances in parts of 1,000 for each frame.
struct Weather {
    std::uint32_t loss = 0;
    std::uint32_t duplication = 0;  // delivered, and stays on the way to be decided upon again
    std::uint32_t delay = 0;        // stays where it is until a later step: others overtake it
};

class MemoryNetwork {
public:
    explicit MemoryNetwork(crypto::Random& random);  // outlives the network
    ~MemoryNetwork();
    MemoryNetwork(const MemoryNetwork&) = delete;
    MemoryNetwork& operator=(const MemoryNetwork&) = delete;

    // A node's transport, reachable at `endpoint`, or by nobody when that is empty. It must not outlive the network; destroying it
    // is the node's crash: what it held is gone, what is under way to it is lost.
    std::unique_ptr<node::Transport> join(const node::TransportPublicKey& key,
                                          const std::string& endpoint);

    void set_weather(Weather weather) { weather_ = weather; }

    // Between nodes of different groups nothing passes. A node in no group is in group 0.
    void partition(const std::map<node::TransportPublicKey, int>& groups) { groups_ = groups; }
    void heal();  // whoever was apart connects again
    // What waits between two groups never arrives.
    void lose_what_waits();

    // Sees every frame that is put on the wire, before anything becomes of it.
    using Tap = std::function<void(const node::TransportPublicKey& from,
                                   const node::TransportPublicKey& to,
                                   const node::Frame& frame)>;
    void tap(Tap tap) { tap_ = std::move(tap); }
    // Whoever has recorded a frame puts it on the wire again; the tap does not see it. Nothing
    // happens when nobody holds `to`.
    void say_again(const node::TransportPublicKey& from,
                   const node::TransportPublicKey& to,
                   node::Frame frame);

    // Every frame under way when it is called is decided upon once. Returns how many arrived.
    std::size_t step();
    [[nodiscard]] std::size_t under_way() const { return under_way_.size(); }

    // A digest of everything that arrived, in order: equal for equal histories.
    [[nodiscard]] ByteArray<32> history() const { return history_; }

private:
    class Member;
    struct Travelling {
        node::TransportPublicKey from;
        node::TransportPublicKey to;
        std::string endpoint;  // empty for an answer: it goes back to the line that is called `to`
        node::Frame frame;
    };
    enum class Fate : std::uint8_t { arrives, arrives_twice, is_lost, waits };

    Fate fate_of(const Travelling& travelling);
    bool chance(std::uint32_t in_1000);
    [[nodiscard]] int group_of(const node::TransportPublicKey& name) const;
    [[nodiscard]] Member* member_at(const std::string& endpoint,
                                    const node::TransportPublicKey& key) const;
    bool deliver(const Travelling& travelling);
    void remember(const Travelling& travelling);

    crypto::Random& random_;
    Weather weather_{};
    Tap tap_;
    std::map<node::TransportPublicKey, int> groups_;
    std::map<std::string, Member*> members_;             // by endpoint
    std::map<node::TransportPublicKey, Member*> lines_;  // by name: whose they are
    std::deque<Travelling> under_way_;
    ByteArray<32> history_{};
};

}  // namespace leeward::test
