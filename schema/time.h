// Wall-clock time, in whole seconds UTC. It comes in as an argument everywhere; only node/daemon
// asks a clock. Nothing between two machines is ordered by it.
#pragma once

#include <chrono>
#include <cstdint>

namespace leeward::schema {

using Time = std::chrono::sys_seconds;
using Duration = std::chrono::seconds;

[[nodiscard]] constexpr std::int64_t unix_seconds(Time t) {
    return t.time_since_epoch().count();
}
[[nodiscard]] constexpr Time from_unix(std::int64_t s) {
    return Time{std::chrono::seconds{s}};
}

// What the shared log may say of a time: the start of its 15 minutes.
[[nodiscard]] constexpr Time quarter_hour(Time t) {
    const auto s = unix_seconds(t);
    return from_unix(s - ((s % 900) + 900) % 900);
}

class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Time now() const = 0;
};

}  // namespace leeward::schema
