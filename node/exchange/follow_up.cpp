#include "node/exchange/follow_up.h"

#include "node/exchange/legs.h"
#include "node/exchange/need_clock.h"
#include "node/exchange/need_rests.h"
#include "node/exchange/need_rows.h"
#include "node/exchange/notices.h"
#include "schema/codes.h"
#include "schema/release.h"

namespace leeward::node {
namespace {

using schema::NeedMove;
using schema::NeedState;
using schema::Time;

Outcome close_as(
    Desk& desk, Transaction& tx, Need& need, NeedMove move, std::string_view outcome, Time now) {
    need.outcome = outcome;
    LEEWARD_TRY(move_need(desk, tx, need, move, std::nullopt, outcome, now));
    return case_follows(desk, tx, need.case_id, now);
}

Outcome next_one(Transaction& tx, Need& need) {
    ++need.followed;
    need.raised = never;
    return save_need(tx, need);
}

}  // namespace

Result<bool> return_path_lives(Transaction& tx, const schema::NeedId& id, Time now) {
    auto rows =
        tx.query("SELECT 1 FROM leg WHERE need=? AND return_level>=? AND return_until>? LIMIT 1",
                 id,
                 schema::ReturnLevel::COARSE,
                 schema::unix_seconds(now));
    const bool lives = rows.next();
    LEEWARD_TRY(rows.status());
    return lives;
}

Outcome after_arrival(Desk& desk, Transaction& tx, Need& need, Time now) {
    LEEWARD_ASSIGN(const bool lives, return_path_lives(tx, need.id, now));
    if (lives) return move_need(desk, tx, need, NeedMove::N11, std::nullopt, "", now);
    return close_as(desk, tx, need, NeedMove::N22, "OUTCOME_NOT_DISCLOSED", now);
}

namespace {

// Nobody may ask: whoever was called to is not any more, and is told why.
Outcome lapse(Desk& desk, Transaction& tx, Need& need, Time now) {
    for (const std::string_view code : {"FOLLOW_UP_DUE", "FOLLOW_UP_OVERDUE"})
        LEEWARD_TRY(settle_notice(tx, code, need.id.get()));
    LEEWARD_TRY(call_about(desk, tx, need, "FOLLOW_UP_NO_AUTHORITY", now));
    return next_one(tx, need);
}

}  // namespace

// Without a live return path it lapses, also where somebody was called to ask while there was one.
Outcome follow_up_due(Desk& desk, Transaction& tx, Need& need, Time now) {
    LEEWARD_ASSIGN(const bool lives, return_path_lives(tx, need.id, now));
    if (!lives) return lapse(desk, tx, need, now);
    const bool called = need.raised >= next_follow_up(need);
    return call_about(desk, tx, need, called ? "FOLLOW_UP_OVERDUE" : "FOLLOW_UP_DUE", now);
}

Outcome follow_ups_over(Desk& desk, Transaction& tx, Need& need, Time now) {
    LEEWARD_ASSIGN(const bool lives, return_path_lives(tx, need.id, now));
    return close_as(
        desk, tx, need, NeedMove::N21, lives ? "OUTCOME_UNKNOWN" : "OUTCOME_NOT_DISCLOSED", now);
}

// What was heard is a code; it stays here.
Result<Json> need_follow_up(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Need need, find_need(desk, tx, args.text_at("id")));
    const std::string code = args.text_at("outcome");
    if (!schema::is_code("OUTCOME_", code))
        return Error{Errc::invalid_argument, "that is not an OUTCOME_ code; nothing was changed"};
    const Time due = next_follow_up(need);
    if (need.state != NeedState::FOLLOW_UP || due == never || due > now)
        return Error{Errc::wrong_state, "no follow-up is due for this need; nothing was changed"};
    LEEWARD_ASSIGN(const bool lives, return_path_lives(tx, need.id, now));
    if (!lives)
        return Error{Errc::not_released,
                     "no authority: the return path that she signed has ended or there was none. "
                     "Nobody may be asked how she is. Nothing was changed."};
    LEEWARD_TRY(settle_notices_but(tx, need.id.get(), "TWO_PLACES_%"));
    need.outcome = code;
    const auto state = static_cast<Byte>(need.state);
    LEEWARD_TRY(log_event(desk, tx, act(schema::Machine::NEED, 0, state, state, code), now));
    LEEWARD_TRY(next_one(tx, need));
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, need.case_id));
    return need_json(need, one.codename);
}

Result<Json> follow_up_json(Transaction& tx, const Need& need, Time now) {
    if (need.state != NeedState::PLACED && need.state != NeedState::FOLLOW_UP) return Json();
    LEEWARD_ASSIGN(const bool lives, return_path_lives(tx, need.id, now));
    Json json = Json::object(
        {{"done", need.followed}, {"authority", lives ? "return path" : "no authority"}});
    if (const Time due = next_follow_up(need); due != never)
        json.set("due", schema::unix_seconds(due));
    return json;
}

}  // namespace leeward::node
