// What falls due on a need at its referrer, and when (domain.md section 3.8). Pure, as leg_clock.h is
// for legs.
#pragma once

#include <vector>

#include "node/exchange/needs.h"
#include "schema/deadline.h"

namespace leeward::node {

struct NeedTimer {
    schema::DeadlineRow row;
    schema::Time at;
};

[[nodiscard]] std::vector<NeedTimer> timers_of(const Need& need);
// The earliest of them; the epoch if there is none.
[[nodiscard]] schema::Time next_timer(const Need& need);
// What is due at `now`, the end of a state before a call; nullopt when nothing is.
[[nodiscard]] std::optional<schema::DeadlineRow> due_row(const Need& need, schema::Time now);

// How she is, 7, 30 and 90 days after she was handed over; each only on a live return path.
inline constexpr std::array<int, 3> follow_up_days{7, 30, 90};
// When the next one is due; the epoch when none is left.
[[nodiscard]] schema::Time next_follow_up(const Need& need);

}  // namespace leeward::node
