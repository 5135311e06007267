// Private to node/transport: how often one key may shake hands: at once, at the most, and again each second.
//
// libzmq names a connection by a number or by what its peer claims, and ends the process when the next
// number is claimed already. Whoever may open connections as fast as it likes can bring that about; at
// this pace it takes days in which it is seen.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>

#include "node/transport/transport.h"

namespace leeward::node {

class Pace {
public:
    using Time = std::chrono::steady_clock::time_point;

    bool takes(const TransportPublicKey& key, Time now) {
        if (waited_.size() >= most_known) forget_rested(now);
        Time& due = waited_.try_emplace(key, now - at_once).first->second;
        due = std::max(due, now - at_once);
        if (due > now) return false;
        due += a_turn;
        return true;
    }

private:
    static constexpr std::chrono::seconds a_turn{1};
    static constexpr std::chrono::seconds at_once{64};
    static constexpr std::size_t most_known = 4096;

    void forget_rested(Time now) {
        std::erase_if(waited_, [&](const auto& one) { return one.second <= now - at_once; });
    }

    std::map<TransportPublicKey, Time> waited_;  // when its next turn is, at most at_once ago
};

}  // namespace leeward::node
