// A whole node of a universe: the production code from its commands down to its disk, on a disk and a
// clock of its own. It runs as leewardd's loop does: after an error it goes on, damage ends it.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "node/app/node_api.h"
#include "tests/sim/traffic.h"
#include "tests/support/memory_disk.h"
#include "tests/support/memory_network.h"
#include "tests/support/test_node.h"

namespace leeward::sim {

using schema::Json;

// What goes wrong beyond the network and the disk: a planted bug wraps what it spoils.
struct Surroundings {
    test::MemoryNetwork& network;
    Traffic& traffic;
    crypto::Random& random;
    // Changes or swallows (false) what a node is about to send, or has just received.
    std::function<bool(const node::TransportPublicKey& peer, node::Frame&)> on_send{};
};

class SimNode {
public:
    // On the disk mounted at "/memory-disk/<index>".
    SimNode(std::size_t index, std::string organisation, Surroundings& around);
    ~SimNode();
    SimNode(const SimNode&) = delete;
    SimNode& operator=(const SimNode&) = delete;

    void create(std::string_view role, schema::Time now);
    Outcome start();
    void stop();  // nothing is told to anybody
    [[nodiscard]] bool running() const { return engine_ != nullptr; }

    // At the desk of the node's own user, with her passphrase where the command takes it, then those that are typed.
    Result<Json> call(std::string_view command,
                      const Json& args = Json::object(),
                      const std::vector<std::string>& typed = {});
    // Throws Broken when it is refused.
    Json must(std::string_view command, const Json& args = Json::object());

    // Puts a frame on the way under this node's link that it did not send: a copy, or a made-up one.
    void inject(const node::TransportPublicKey& to, node::Frame frame);

    // Envelopes since it started: what has come in one step may be opened in a later one.
    struct Stepped {
        bool busy = false;
        std::optional<Error> error;
        std::size_t opened = 0;
        std::size_t for_us = 0;  // have come, and were sealed for this node
    };
    Stepped step();
    // Whether an envelope with this H(enc) ever came here as it was sealed for this node.
    [[nodiscard]] bool was_sent(const crypto::Hash& ench) const { return sent_us_.contains(ench); }

    [[nodiscard]] const std::string& name() const { return organisation_; }
    [[nodiscard]] std::size_t index() const { return index_; }
    [[nodiscard]] test::MemoryDisk& disk() { return disk_; }
    [[nodiscard]] test::TestClock& clock() { return clock_; }
    [[nodiscard]] const node::TransportPublicKey& link() const { return link_; }
    [[nodiscard]] node::Desk& desk() { return engine_->desk(); }
    [[nodiscard]] node::Store& store() { return home_->store; }
    [[nodiscard]] node::OpenedHome& home() { return *home_; }
    [[nodiscard]] std::int64_t number(std::string_view sql);

private:
    class Wire;
    Outcome try_start();

    std::size_t index_;
    std::string organisation_;
    Surroundings& around_;
    test::MemoryDisk disk_;
    test::TestClock clock_;
    node::TransportPublicKey link_{};
    std::size_t opened_ = 0;
    std::size_t for_us_ = 0;
    std::set<crypto::Hash> sent_us_;
    std::unique_ptr<node::OpenedHome> home_;
    std::unique_ptr<node::Transport> transport_;
    Wire* wire_ = nullptr;  // the same
    std::unique_ptr<node::Engine> engine_;
    std::unique_ptr<node::NodeApi> api_;
};

}  // namespace leeward::sim
