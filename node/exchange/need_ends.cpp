#include "node/exchange/need_ends.h"

#include <algorithm>

#include "node/exchange/disclose.h"
#include "node/exchange/legs.h"
#include "node/exchange/need_rows.h"
#include "node/exchange/needs.h"
#include "node/exchange/release_ends.h"
#include "node/exchange/return_path.h"
#include "node/exchange/withdraw.h"
#include "schema/codes.h"

namespace leeward::node {
namespace {

using schema::AskMove;
using schema::LegState;
using schema::NeedMove;
using schema::NeedState;
using schema::Time;

Outcome is_code_of(std::string_view family, const std::string& code) {
    if (schema::is_code(family, code)) return Done{};
    return Error{Errc::invalid_argument,
                 "that is not a " + std::string(family) + " code; nothing was changed"};
}

std::vector<LegState> shown_of(const std::vector<Leg>& legs) {
    std::vector<LegState> shown;
    for (const auto& leg : legs)
        shown.push_back(leg.shown);
    return shown;
}

bool in_the_house(const std::vector<Leg>& legs) {
    return std::any_of(
        legs.begin(), legs.end(), [](const Leg& leg) { return leg.shown == LegState::ARRIVED; });
}

// Each live question ends by `move`, or by a recall where nothing has left this node. What the tables
// do not let end (she is under way, in the house) stays as it is.
Outcome end_legs(Desk& desk,
                 Transaction& tx,
                 const schema::NeedId& need,
                 AskMove move,
                 const std::string& code,
                 Time now) {
    LEEWARD_ASSIGN(const auto legs, legs_of(desk, tx, need));
    for (const auto& listed : legs) {
        LEEWARD_ASSIGN(Leg leg, load_leg(desk, tx, listed.id));
        if (schema::is_terminal(leg.shown)) continue;
        const bool recall = leg.shown == LegState::QUEUED && !leg.sent;
        const AskMove fit = recall ? AskMove::A14 : move;
        if (!schema::write_ask(fit, leg.ask, leg.answer, !leg.sent)) continue;
        LEEWARD_TRY(write(desk, tx, leg, fit, {Json::object(), recall ? "RECALLED" : code}, now));
    }
    return Done{};
}

Result<Json> ended(Desk& desk, Transaction& tx, const Need& need, Time now) {
    LEEWARD_TRY(case_follows(desk, tx, need.case_id, now));
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, need.case_id));
    return need_json(need, one.codename);
}

// The need first, so that nothing looks for another place while its questions end.
Result<Json> end_by(Desk& desk,
                    Transaction& tx,
                    Need& need,
                    NeedMove move,
                    AskMove ask,
                    const std::string& code,
                    const std::string& to_them,
                    Time now) {
    LEEWARD_TRY(move_need(desk, tx, need, move, std::nullopt, code, now));
    LEEWARD_TRY(end_legs(desk, tx, need.id, ask, to_them, now));
    return ended(desk, tx, need, now);
}

// Through a leg of this need, and through no live one of another need of hers.
bool serves_this_alone(const Release& release, const Need& need, const std::vector<Leg>& all) {
    bool here = false;
    for (const Leg& leg : all) {
        if (leg.peer != release.recipient || !serves(release, leg)) continue;
        if (leg.need != need.id && !schema::is_terminal(leg.shown)) return false;
        here = here || leg.need == need.id;
    }
    return here;
}

// Her word ends what was shared for this need too; what serves another need of hers stays.
Outcome withdraw_releases(
    Desk& desk, Transaction& tx, const Need& need, const std::string& reason, Time now) {
    LEEWARD_ASSIGN(const auto needs, needs_of(tx, need.case_id));
    std::vector<Leg> all;
    for (const auto& one : needs) {
        LEEWARD_ASSIGN(auto legs, legs_of(desk, tx, one.id));
        std::move(legs.begin(), legs.end(), std::back_inserter(all));
    }
    LEEWARD_ASSIGN(auto releases, releases_of(desk, tx, need.case_id));
    for (auto& release : releases) {
        if (!serves_this_alone(release, need, all) || !ends_on_withdrawal(release)) continue;
        LEEWARD_TRY(end_release(desk, tx, release, schema::ReleaseMove::R8, reason, now));
    }
    for (const Leg& leg : all) {
        LEEWARD_ASSIGN(const auto level, return_level(tx, leg.id, now));
        if (leg.need == need.id && level != schema::ReturnLevel::NONE)
            LEEWARD_TRY(close_return_path(desk, tx, leg, "ALL", now));
    }
    return Done{};
}

}  // namespace

Result<Json> need_close(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Need need, find_need(desk, tx, args.text_at("id")));
    const std::string outcome = args.text_at("outcome");
    LEEWARD_TRY(is_code_of("OUTCOME_", outcome));
    if (need.state == NeedState::PLACED)
        LEEWARD_TRY(move_need(desk, tx, need, NeedMove::N11, std::nullopt, "", now));
    need.outcome = outcome;
    LEEWARD_TRY(move_need(desk, tx, need, NeedMove::N21, std::nullopt, outcome, now));
    return ended(desk, tx, need, now);
}

// The survivor's word: no second person, no delay. Who is under way or in the house is asked first
// whether she wants to keep the bed: this never takes it from her.
Result<Json> need_withdraw(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Need need, find_need(desk, tx, args.text_at("id")));
    const std::string reason = args.text_at("reason");
    LEEWARD_TRY(is_code_of("WITHDRAW_", reason));
    LEEWARD_ASSIGN(const auto legs, legs_of(desk, tx, need.id));
    if ((schema::under_way(shown_of(legs)) || in_the_house(legs)) && !args.bool_at("bed-asked"))
        return Error{Errc::wrong_state,
                     "she is under way or in the house: ask her about the bed first, then say "
                     "--bed-asked. The bed stays hers either way. Nothing was changed."};
    LEEWARD_TRY(withdraw_releases(desk, tx, need, reason, now));
    return end_by(desk, tx, need, NeedMove::N13, AskMove::A13, reason, reason, now);
}

Result<Json> need_cancel(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Need need, find_need(desk, tx, args.text_at("id")));
    const std::string code = args.text_at("code");
    LEEWARD_TRY(is_code_of("CANCEL_", code));
    LEEWARD_ASSIGN(const auto legs, legs_of(desk, tx, need.id));
    if (schema::under_way(shown_of(legs)))
        return Error{Errc::wrong_state,
                     "she is under way: phone whoever is with her. Nothing was changed."};
    return end_by(desk, tx, need, NeedMove::N14, AskMove::A13, code, code, now);
}

Result<Json> need_error(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_TRY(require(desk.actor, {schema::Role::INVESTIGATION_SUPERVISOR}));
    LEEWARD_ASSIGN(Need need, find_need(desk, tx, args.text_at("id")));
    const std::string code = args.text_at("code");
    LEEWARD_TRY(is_code_of("EIE_", code));
    return end_by(desk, tx, need, NeedMove::N18, AskMove::A17, code, code, now);
}

// Only within this organisation, or after the two referrers spoke, each under its own authority.
Result<Json> need_duplicate(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Need need, find_need(desk, tx, args.text_at("id")));
    const std::string same = args.text_at("same-as");
    if (same.empty() == !args.bool_at("spoken"))
        return Error{Errc::invalid_argument,
                     "say either --same-as with the other need, if it is of this organisation, or "
                     "--spoken once you have spoken with the other referrer. Nothing was changed."};
    if (!same.empty()) {
        LEEWARD_ASSIGN(const Need other, find_need(desk, tx, same));
        if (other.id == need.id)
            return Error{Errc::invalid_argument, "that is the same need; nothing was changed"};
    }
    constexpr const char* to_them = "CANCEL_NO_LONGER_NEEDED";
    return end_by(desk, tx, need, NeedMove::N20, AskMove::A13, "", to_them, now);
}

}  // namespace leeward::node
