// All frames that nodes of a universe have sent: for whom each was sealed, so that nobody else may be
// seen to open it, and a tape from which they can come again. And which ways are cut.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "crypto/base/bytes.h"
#include "node/transport/transport.h"

namespace leeward::sim {

class Traffic {
public:
    struct Taped {
        node::TransportPublicKey from;
        node::TransportPublicKey to;
        node::Frame frame;
    };

    void sent(const node::TransportPublicKey& from,
              const node::TransportPublicKey& to,
              const node::Frame& frame);
    // Whether this very frame was sealed for the holder of this key.
    [[nodiscard]] bool is_for(const node::TransportPublicKey& reader,
                              const node::Frame& frame) const;
    [[nodiscard]] const std::deque<Taped>& tape() const { return tape_; }
    // From one to the other nothing passes, as on a connection that is down; the other way it does.
    void cut(const node::TransportPublicKey& from, const node::TransportPublicKey& to) {
        cuts_.emplace(from, to);
    }
    void heal() { cuts_.clear(); }
    [[nodiscard]] bool is_cut(const node::TransportPublicKey& from,
                              const node::TransportPublicKey& to) const {
        return cuts_.contains({from, to});
    }

    // Whether a frame ever held a text that is for no wire.
    void forbid(std::vector<std::string> texts) { forbidden_ = std::move(texts); }
    [[nodiscard]] bool said_forbidden() const { return said_forbidden_; }

private:
    using Digest = ByteArray<32>;
    static Digest digest(const node::Frame& frame);

    std::map<Digest, node::TransportPublicKey> made_for_;
    std::deque<Taped> tape_;
    std::set<std::pair<node::TransportPublicKey, node::TransportPublicKey>> cuts_;
    std::vector<std::string> forbidden_;
    bool said_forbidden_ = false;
};

}  // namespace leeward::sim
