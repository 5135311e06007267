// Private to node/transport: how often one key may shake hands: some times at once, then at intervals.
//
// libzmq names a connection by a number or by what its peer claims, and ends the process when the next
// number is claimed already. Whoever may open connections as fast as it likes can bring that about; at
// this pace it takes days in which it is seen.
//
// Whoever has a place for its mail at a node names other keys, a thousand at once and others whenever it
// likes. Such a group has its turns together, at the pace of one key. At once it has more: all of them come
// back in one moment when a host that was away is there again. And each of them by itself has few, so that
// one that comes without end leaves turns to the others.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>

#include "node/transport/transport.h"

namespace leeward::node {

template <class Name>
class Turns {
public:
    using Time = std::chrono::steady_clock::time_point;

    Turns(std::size_t at_once, std::chrono::seconds each)
        : each_(each), at_once_(each * static_cast<std::int64_t>(at_once)) {}

    [[nodiscard]] bool has_one(const Name& name, Time now) const {
        const auto found = due_.find(name);
        return found == due_.end() || found->second <= now;
    }
    void take_one(const Name& name, Time now) {
        if (due_.size() >= look_at_) forget_rested(now);
        Time& due = due_.try_emplace(name, now - at_once_).first->second;
        due = std::max(due, now - at_once_) + each_;
    }

private:
    static constexpr std::size_t most_rested = 4096;

    // Not at each turn while many have not rested yet.
    void forget_rested(Time now) {
        std::erase_if(due_, [&](const auto& one) { return one.second <= now - at_once_; });
        look_at_ = std::max(most_rested, 2 * due_.size());
    }

    std::chrono::seconds each_;
    std::chrono::seconds at_once_;
    std::map<Name, Time> due_;  // when its next turn is, at most at_once_ ago
    std::size_t look_at_ = most_rested;
};

class Pace {
public:
    using Time = std::chrono::steady_clock::time_point;

    explicit Pace(std::size_t group_at_once) : of_group_(group_at_once, std::chrono::seconds(1)) {}

    bool takes(const TransportPublicKey& key, std::optional<std::int64_t> group, Time now) {
        auto& of_key = group ? of_member_ : of_one_;
        if (!of_key.has_one(key, now)) return false;
        if (group && !of_group_.has_one(*group, now)) return false;
        of_key.take_one(key, now);
        if (group) of_group_.take_one(*group, now);
        return true;
    }

private:
    Turns<TransportPublicKey> of_one_{64, std::chrono::seconds(1)};
    Turns<TransportPublicKey> of_member_{64, std::chrono::seconds(16)};
    Turns<std::int64_t> of_group_;
};

}  // namespace leeward::node
