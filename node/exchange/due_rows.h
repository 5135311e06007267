// The rows of one kind of deadline, each in its turn (turns.h).
#pragma once

#include <limits>
#include <vector>

#include "node/exchange/desk.h"

namespace leeward::node {

inline constexpr int all_of_them = std::numeric_limits<int>::max();

// At most `limit` ids, in the first column of `rows`, of those that do not wait.
template <class Id>
Result<std::vector<Id>> in_turn(
    const Turns& turns, std::string_view kind, Rows rows, schema::Time now, int limit) {
    std::vector<Id> ids;
    while (static_cast<int>(ids.size()) < limit && rows.next())
        if (const Id id = rows.id<Id>(0); !turns.waits(kind, id.get(), now)) ids.push_back(id);
    LEEWARD_TRY(rows.status());
    return ids;
}

// Calls `fire(id)` for each; a fault ends it. Whether there are more.
template <class Id, class Fire>
Result<bool> each_due(
    Desk& desk, std::string_view kind, Rows rows, schema::Time now, int limit, Fire fire) {
    LEEWARD_ASSIGN(const auto ids, in_turn<Id>(desk.turns, kind, std::move(rows), now, limit));
    for (const auto& id : ids) {
        (void)desk.turns.take(kind, id.get(), now);
        LEEWARD_TRY(fire(id));
    }
    desk.turns.none();
    return static_cast<int>(ids.size()) == limit;
}

// For rows that may be looked at and stay as they are: the next look goes on where this one ended, so that
// none keeps another waiting. `rows`: ORDER BY id<=desk.turns.last(kind),id.
template <class Id, class Fire>
Outcome each_in_rounds(
    Desk& desk, std::string_view kind, Rows rows, schema::Time now, int limit, Fire fire) {
    LEEWARD_TRY(each_due<Id>(desk, kind, std::move(rows), now, limit, [&](const Id& id) -> Outcome {
        desk.turns.ended(kind, id.get());
        return fire(id);
    }));
    return Done{};
}

}  // namespace leeward::node
