#include "node/exchange/need_rests.h"

#include "node/exchange/legs.h"
#include "node/exchange/need_rows.h"
#include "node/exchange/notices.h"
#include "schema/codes.h"

namespace leeward::node {
namespace {

using schema::NeedMove;
using schema::NeedState;
using schema::Time;

Outcome is_code_of(std::string_view family, const std::string& code) {
    if (schema::is_code(family, code)) return Done{};
    return Error{Errc::invalid_argument,
                 "that is not a " + std::string(family) + " code; nothing was changed"};
}

Result<Json> shown(Desk& desk, Transaction& tx, const schema::NeedId& id) {
    LEEWARD_ASSIGN(const Need need, load_need(desk, tx, id));
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, need.case_id));
    return need_json(need, one.codename);
}

Outcome resume(Desk& desk, Transaction& tx, Need& need, Time now) {
    LEEWARD_ASSIGN(const auto legs, legs_of(desk, tx, need.id));
    std::vector<schema::LegState> states;
    for (const auto& leg : legs)
        states.push_back(leg.shown);
    const NeedState to = schema::resumed(need.before_pause, states);
    LEEWARD_TRY(move_need(desk, tx, need, NeedMove::N23, to, "", now));
    return need_follows(desk, tx, need.id, now);
}

// Her own word opens what she had withdrawn; what a worker ended, a supervisor opens.
Outcome may_reopen(const Desk& desk, const Need& need, const Json& args) {
    if (need.state != NeedState::WITHDRAWN)
        return require(desk.actor, {schema::Role::INVESTIGATION_SUPERVISOR});
    if (args.bool_at("read-back")) return Done{};
    return Error{Errc::invalid_argument,
                 "she had withdrawn it: only on her own word, read back to her, then say so with "
                 "--read-back. Nothing was changed."};
}

}  // namespace

Outcome call_about(Desk& desk, Transaction& tx, Need& need, std::string_view code, Time now) {
    need.raised = now;
    LEEWARD_TRY(raise(tx, code, need.id.get(), std::nullopt, now));
    const auto state = static_cast<Byte>(need.state);
    auto event = act(schema::Machine::NEED, 0, state, state, code);
    event.kind = schema::EventKind::RAISED;
    LEEWARD_TRY(log_event(desk, tx, event, now));
    return save_need(tx, need);
}

Outcome pause_over(Desk& desk, Transaction& tx, Need& need, Time now) {
    LEEWARD_TRY(resume(desk, tx, need, now));
    return raise(tx, "NEED_RESUMED", need.id.get(), std::nullopt, now);
}

// Nobody new is asked; offers and beds stay until their own holds end.
Result<Json> need_pause(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Need need, find_need(desk, tx, args.text_at("id")));
    const std::string reason = args.text_at("reason");
    LEEWARD_TRY(is_code_of("PAUSE_", reason));
    const NeedState before = need.state;
    need.before_pause = before;
    LEEWARD_TRY(move_need(desk, tx, need, NeedMove::N12, std::nullopt, reason, now));
    return shown(desk, tx, need.id);
}

Result<Json> need_resume(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Need need, find_need(desk, tx, args.text_at("id")));
    LEEWARD_TRY(resume(desk, tx, need, now));
    LEEWARD_TRY(settle_notices(tx, need.case_id.get()));  // what a partner had heard
    return shown(desk, tx, need.id);
}

// An unmet need is counted and why; where she sleeps tonight is written down.
Result<Json> need_unplaced(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Need need, find_need(desk, tx, args.text_at("id")));
    const std::string code = args.text_at("code");
    LEEWARD_TRY(is_code_of("UNMET_", code));
    const std::string stay = args.text_at("interim-stay");
    if (stay != "yes" && stay != "no")
        return Error{Errc::invalid_argument,
                     "say with --interim-stay yes or no whether she has a safe place for tonight"};
    if (need.state != NeedState::UNPLACED)
        LEEWARD_TRY(move_need(desk, tx, need, NeedMove::N15, std::nullopt, code, now));
    need.outcome = code;
    need.interim = stay == "yes" ? Interim::YES : Interim::NO;
    LEEWARD_TRY(save_need(tx, need));
    const auto state = static_cast<Byte>(need.state);
    LEEWARD_TRY(log_event(desk, tx, act(schema::Machine::NEED, 0, state, state, code), now));
    return shown(desk, tx, need.id);
}

Result<Json> need_reopen(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Need need, find_need(desk, tx, args.text_at("id")));
    const std::string code = args.text_at("code");
    LEEWARD_TRY(is_code_of("REOPEN_", code));
    if (need.state == NeedState::UNPLACED) {
        LEEWARD_TRY(move_need(desk, tx, need, NeedMove::N16, std::nullopt, code, now));
        return shown(desk, tx, need.id);
    }
    LEEWARD_TRY(may_reopen(desk, need, args));
    if (need.detail.is_null())
        return Error{Errc::wrong_state, "the record of this need was erased; write a new one"};
    need.outcome.clear();
    LEEWARD_TRY(move_need(desk, tx, need, NeedMove::N17, std::nullopt, code, now));
    LEEWARD_TRY(open_case_again(desk, tx, need.case_id, code, now));
    return shown(desk, tx, need.id);
}

}  // namespace leeward::node
