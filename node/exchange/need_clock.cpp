#include "node/exchange/need_clock.h"

#include <algorithm>

#include "node/exchange/leg_clock.h"

namespace leeward::node {
namespace {

using schema::DeadlineRow;
using schema::NeedState;
using schema::Time;

Time when(DeadlineRow row, const Need& need, Time from) {
    const auto due = schema::due(row, need.priority, from);
    return due ? *due : never;
}

Time called(DeadlineRow row, const Need& need) {
    if (need.raised == never) return when(row, need, need.since);
    const auto next = schema::again(row, need.priority, need.raised);
    return next ? *next : never;
}

// First when it is due, then after each of its periods until somebody has asked.
Time follow_up(const Need& need) {
    const Time due = next_follow_up(need);
    if (due == never || need.raised < due) return due;
    return when(DeadlineRow::NEED_FOLLOW_UP, need, need.raised);
}

Time last_follow_up(const Need& need) {
    return need.placed + std::chrono::days(follow_up_days.back());
}

}  // namespace

Time next_follow_up(const Need& need) {
    if (need.followed >= std::ssize(follow_up_days)) return never;
    return need.placed +
           std::chrono::days(follow_up_days.at(static_cast<std::size_t>(need.followed)));
}

std::vector<NeedTimer> timers_of(const Need& need) {
    switch (need.state) {
        case NeedState::DRAFT:
            return {{DeadlineRow::NEED_DRAFT, called(DeadlineRow::NEED_DRAFT, need)}};
        case NeedState::READY:
            return {{DeadlineRow::NEED_READY, called(DeadlineRow::NEED_READY, need)}};
        case NeedState::INQUIRING:
            return {{DeadlineRow::NEED_INQUIRING,
                     std::max(need.since, need.raised) + answer_time(need.priority)}};
        case NeedState::PLACED:
            return {{DeadlineRow::NEED_PLACED, when(DeadlineRow::NEED_PLACED, need, need.placed)}};
        case NeedState::FOLLOW_UP:
            return {{DeadlineRow::NEED_FOLLOW_UP, follow_up(need)},
                    {DeadlineRow::NEED_FOLLOW_UP_END,
                     when(DeadlineRow::NEED_FOLLOW_UP_END, need, last_follow_up(need))}};
        case NeedState::PAUSED:
            return {{DeadlineRow::NEED_PAUSED, when(DeadlineRow::NEED_PAUSED, need, need.since)}};
        case NeedState::UNPLACED:
            return {{DeadlineRow::NEED_UNPLACED, called(DeadlineRow::NEED_UNPLACED, need)}};
        case NeedState::OPTIONS:    // these follow their legs at once
        case NeedState::SELECTED:   //
        case NeedState::CONFIRMED:  // the leg calls: LEG_ACCEPTED, LEG_BY_PHONE_ONLY
        case NeedState::HANDOFF:    // the leg calls: LEG_WINDOW
        case NeedState::CLOSED:
        case NeedState::WITHDRAWN:
        case NeedState::CANCELLED:
        case NeedState::DUPLICATE_LINKED:
        case NeedState::ENTERED_IN_ERROR:
            break;
    }
    return {};
}

Time next_timer(const Need& need) {
    Time first = never;
    for (const auto& timer : timers_of(need))
        if (timer.at != never && (first == never || timer.at < first)) first = timer.at;
    return first;
}

std::optional<DeadlineRow> due_row(const Need& need, Time now) {
    std::optional<DeadlineRow> row;
    for (const auto& timer : timers_of(need))
        if (timer.at != never && timer.at <= now) row = timer.row;
    return row;
}

}  // namespace leeward::node
