#include "node/people/bell.h"

#include <limits>

#include "schema/leg.h"
#include "schema/need.h"

namespace leeward::node {

Result<Unseen> unseen_since(Store& store, std::int64_t since, std::int64_t now) {
    const std::int64_t until = since == 0 ? std::numeric_limits<std::int64_t>::max() : now;
    Unseen unseen;
    const auto take = [&unseen](Rows rows) -> Outcome {
        if (rows.next()) {
            unseen.newest = std::max(unseen.newest, rows.integer(0));
            unseen.emergency = unseen.emergency || rows.integer(1) != 0;
        }
        return rows.status();
    };
    LEEWARD_TRY(take(store.query(
        "SELECT coalesce(max(o.due),0),coalesce(max(o.code='NOT_ARRIVED' OR l.priority=? "
        "OR n.priority=?),0) FROM notice o LEFT JOIN leg l ON l.id=o.subject "
        "LEFT JOIN need n ON n.id=o.subject WHERE o.due>? AND o.due<=?",
        schema::Priority::EMERGENCY,
        schema::Priority::EMERGENCY,
        since,
        until)));
    LEEWARD_TRY(
        take(store.query("SELECT coalesce(max(since),0),coalesce(max(priority=?),0) FROM leg "
                         "WHERE ours=0 AND shown=? AND since>? AND since<=?",
                         schema::Priority::EMERGENCY,
                         schema::LegState::DELIVERED,
                         since,
                         until)));
    return unseen;
}

void Bell::follow(std::int64_t now) {
    if (opened_at_ > now) opened_at_ = 0;
    if (last_ring_ > now) last_ring_ = now - quiet_seconds;
}

// Something that came since the last ring, or an emergency that nobody has looked at; neither before
// its time is up.
std::optional<std::size_t> Bell::rings(const Unseen& unseen, std::int64_t now) {
    if (unseen.newest <= opened_at_) return std::nullopt;
    const std::int64_t silent_for = now - last_ring_;
    const bool due = unseen.emergency ? silent_for >= emergency_seconds
                                      : silent_for >= quiet_seconds && unseen.newest > last_ring_;
    if (!due) return std::nullopt;
    last_ring_ = now;
    return rings_++;
}

void Bell::inbox_opened(std::int64_t now) {
    opened_at_ = now - 1;
    rings_ = 0;
}

}  // namespace leeward::node
