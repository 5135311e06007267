#include "node/exchange/need_timers.h"

#include <algorithm>

#include "node/exchange/candidates.h"
#include "node/exchange/due_rows.h"
#include "node/exchange/follow_up.h"
#include "node/exchange/legs.h"
#include "node/exchange/need_clock.h"
#include "node/exchange/need_rests.h"
#include "node/exchange/need_rows.h"
#include "node/exchange/notices.h"

namespace leeward::node {
namespace {

using schema::DeadlineRow;
using schema::NeedMove;
using schema::NeedState;
using schema::Time;

constexpr int cases_at_once = 200;

Outcome nobody_to_ask(Desk& desk, Transaction& tx, Need& need, Time now) {
    LEEWARD_ASSIGN(const auto legs, legs_of(desk, tx, need.id));
    LEEWARD_ASSIGN(const auto left, candidates_left(desk, tx, need, legs));
    if (!left.empty()) return call_about(desk, tx, need, "NEED_NOT_ASKED", now);
    return move_need(
        desk, tx, need, NeedMove::N15, std::nullopt, "UNMET_NO_ELIGIBLE_PROGRAMME", now);
}

// Nobody is asked any more although somebody could be.
Outcome still_looking(Desk& desk, Transaction& tx, Need& need, Time now) {
    LEEWARD_ASSIGN(const auto legs, legs_of(desk, tx, need.id));
    if (std::none_of(legs.begin(), legs.end(), [](const Leg& leg) {
            return leg.shown <= schema::LegState::INFO_REQUESTED;
        }))
        return call_about(desk, tx, need, "NEED_STILL_LOOKS", now);
    need.raised = now;
    return save_need(tx, need);
}

Outcome fire(Desk& desk, Transaction& tx, Need& need, DeadlineRow row, Time now) {
    if (row == DeadlineRow::NEED_DRAFT) return call_about(desk, tx, need, "NEED_IN_DRAFT", now);
    if (row == DeadlineRow::NEED_READY) return nobody_to_ask(desk, tx, need, now);
    if (row == DeadlineRow::NEED_INQUIRING) return still_looking(desk, tx, need, now);
    if (row == DeadlineRow::NEED_PLACED) return after_arrival(desk, tx, need, now);
    if (row == DeadlineRow::NEED_FOLLOW_UP) return follow_up_due(desk, tx, need, now);
    if (row == DeadlineRow::NEED_FOLLOW_UP_END) return follow_ups_over(desk, tx, need, now);
    if (row == DeadlineRow::NEED_PAUSED) return pause_over(desk, tx, need, now);
    return call_about(desk, tx, need, "NEED_UNPLACED", now);
}

}  // namespace

Result<bool> fire_need_timers(Desk& desk, Transaction& tx, Time now, int limit) {
    return each_due<schema::NeedId>(
        desk,
        "need",
        tx.query("SELECT id FROM need WHERE timer>0 AND timer<=? ORDER BY timer",
                 schema::unix_seconds(now)),
        now,
        limit,
        [&](const schema::NeedId& id) -> Outcome {
            LEEWARD_ASSIGN(Need need, load_need(desk, tx, id));
            const auto row = due_row(need, now);
            return row ? fire(desk, tx, need, *row, now) : save_need(tx, need);
        });
}

Outcome close_idle_cases(Desk& desk, Transaction& tx, Time now) {
    const auto wait =
        *schema::due(DeadlineRow::CASE_WITHOUT_NEED, schema::Priority::ROUTINE, now) - now;
    LEEWARD_TRY(each_due<schema::CaseId>(
        desk,
        "idle case",
        tx.query("SELECT id FROM survivor_case WHERE state=? AND idle>0 AND idle<=?",
                 schema::CaseState::OPEN,
                 schema::unix_seconds(now - wait)),
        now,
        cases_at_once,
        [&](const schema::CaseId& id) { return close_case(desk, tx, id, now); }));
    return Done{};
}

Outcome needs_follow_clock(Desk& desk, Transaction& tx, Time reached, Time now) {
    const std::int64_t at = schema::unix_seconds(reached);
    LEEWARD_TRY(tx.run("UPDATE survivor_case SET idle=?1 WHERE idle>?1", at));
    LEEWARD_TRY(each_due<schema::NeedId>(
        desk,
        "need clock",
        tx.query("SELECT id FROM need WHERE since>?1 OR raised>?1 OR placed>?1", at),
        now,
        all_of_them,
        [&](const schema::NeedId& id) -> Outcome {
            auto need = load_need(desk, tx, id);
            if (!need && need.error().code == Errc::corrupt) return Done{};  // met when it is due
            if (!need) return need.error();
            for (Time* moment : {&need->since, &need->raised, &need->placed})
                *moment = std::min(*moment, reached);
            return save_need(tx, *need);
        }));
    return Done{};
}

}  // namespace leeward::node
