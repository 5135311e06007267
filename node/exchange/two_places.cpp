#include "node/exchange/two_places.h"

#include "node/exchange/disclose.h"
#include "node/exchange/notices.h"

namespace leeward::node {
namespace {

using schema::LegState;
using schema::NeedId;
using schema::Time;

constexpr std::string_view code = "TWO_PLACES_CHOSEN";

// The house that she is in counts as one.
Result<bool> are_two(Transaction& tx, const NeedId& need) {
    auto rows = tx.query("SELECT count(*) FROM leg WHERE need=? AND shown BETWEEN ? AND ?",
                         need,
                         LegState::SELECTED,
                         LegState::ARRIVED);
    const bool two = rows.next() && rows.integer(0) > 1;
    LEEWARD_TRY(rows.status());
    return two;
}

Result<bool> is_called(Transaction& tx, const NeedId& need) {
    auto rows = tx.query("SELECT 1 FROM notice WHERE code=? AND subject=?", code, need);
    const bool called = rows.next();
    LEEWARD_TRY(rows.status());
    return called;
}

}  // namespace

Outcome mind_two_places(Desk& desk, Transaction& tx, const NeedId& need, Time now) {
    LEEWARD_ASSIGN(const bool two, are_two(tx, need));
    LEEWARD_ASSIGN(const bool called, is_called(tx, need));
    if (two == called) return Done{};
    if (two) return raise(tx, code, need.get(), std::nullopt, now);
    LEEWARD_TRY(settle_notice(tx, code, need.get()));
    LEEWARD_ASSIGN(const auto legs, legs_of(desk, tx, need));
    for (const auto& leg : legs)
        LEEWARD_TRY(grants_follow(desk, tx, leg, now));
    return Done{};
}

Outcome one_place_alone(Transaction& tx, const NeedId& need) {
    LEEWARD_ASSIGN(const bool two, are_two(tx, need));
    if (!two) return Done{};
    return Error{Errc::not_released,
                 "two places of this need are chosen: phone both, end one; nothing was sent"};
}

}  // namespace leeward::node
