#include <algorithm>

#include "node/exchange/legs.h"
#include "node/exchange/need_rows.h"
#include "node/exchange/needs.h"
#include "node/exchange/notices.h"

namespace leeward::node {

using schema::AskMove;
using schema::LegState;
using schema::Machine;
using schema::NeedMove;
using schema::NeedState;
using schema::Time;

Outcome move_need(Desk& desk,
                  Transaction& tx,
                  Need& need,
                  NeedMove move,
                  std::optional<NeedState> to,
                  std::string_view reason,
                  Time now) {
    const NeedState before = need.state;
    LEEWARD_ASSIGN(need.state, to ? schema::next(move, before, *to) : schema::next(move, before));
    need.since = now;
    need.raised = never;
    LEEWARD_TRY(save_need(tx, need));
    LEEWARD_TRY(log_event(desk,
                          tx,
                          act(Machine::NEED,
                              static_cast<Byte>(move),
                              static_cast<Byte>(before),
                              static_cast<Byte>(need.state),
                              reason),
                          now));
    if (need.state == NeedState::UNPLACED)
        LEEWARD_TRY(raise(tx, "NEED_UNPLACED", need.id.get(), std::nullopt, now));
    return Done{};
}

namespace {

std::vector<LegState> shown_of(const std::vector<Leg>& legs) {
    std::vector<LegState> shown;
    for (const auto& leg : legs)
        shown.push_back(leg.shown);
    return shown;
}

bool is_firm(const Leg& leg) {
    if (leg.shown == LegState::ARRIVED) return true;
    return schema::is_chosen(leg.shown) && schema::accepted_or_later(leg.answer.value);
}

// One leg that must now be told "placed elsewhere or no longer needed", if any is left: all others once
// one is firm, and what came back to life after its need had ended.
const Leg* to_release(const Need& need, const std::vector<Leg>& legs) {
    const bool firm = std::any_of(legs.begin(), legs.end(), is_firm);
    const bool over = schema::is_terminal(need.state);
    const auto at = std::find_if(legs.begin(), legs.end(), [&](const Leg& leg) {
        return (firm || (over && leg.since > need.since)) && !is_firm(leg) &&
               schema::write_ask(AskMove::A8, leg.ask, leg.answer, !leg.sent) &&
               !schema::is_terminal(leg.shown);
    });
    return at == legs.end() ? nullptr : &*at;
}

schema::Candidates candidates(Desk& desk, const Need& need, const std::vector<Leg>& legs) {
    const std::string_view role =
        need.service == schema::ServiceClass::COUNSELLING ? "counselling" : "shelter";
    for (const Peer* peer : desk.peers.all()) {
        const auto& roles = peer->card.roles;
        if (!peer->active() || std::find(roles.begin(), roles.end(), role) == roles.end()) continue;
        const bool asked = std::any_of(
            legs.begin(), legs.end(), [&](const Leg& leg) { return leg.peer == peer->node(); });
        if (!asked) return schema::Candidates::SOME;
    }
    return schema::Candidates::NONE;
}

}  // namespace

Outcome need_follows(Desk& desk, Transaction& tx, const schema::NeedId& id, Time now) {
    LEEWARD_ASSIGN(Need need, load_need(desk, tx, id));
    LEEWARD_ASSIGN(const auto legs, legs_of(desk, tx, id));
    if (const Leg* other = to_release(need, legs)) {
        LEEWARD_ASSIGN(Leg leg, load_leg(desk, tx, other->id));
        return write(desk, tx, leg, AskMove::A8, {}, now);  // comes back here for the next
    }
    const auto shown = shown_of(legs);
    while (const auto step = schema::derive(need.state, shown, candidates(desk, need, legs)))
        LEEWARD_TRY(move_need(desk, tx, need, step->move, step->to, "", now));
    if (schema::is_terminal(need.state)) return case_follows(desk, tx, need.case_id, now);
    return Done{};
}

Result<bool> still_looks(Desk& desk, Transaction& tx, const schema::NeedId& id) {
    LEEWARD_ASSIGN(const Need need, load_need(desk, tx, id));
    if (schema::is_terminal(need.state) || need.state == NeedState::PLACED ||
        need.state == NeedState::FOLLOW_UP)
        return false;
    LEEWARD_ASSIGN(const auto legs, legs_of(desk, tx, id));
    return std::none_of(legs.begin(), legs.end(), is_firm);
}

}  // namespace leeward::node
