#include <algorithm>

#include "node/exchange/candidates.h"
#include "node/exchange/legs.h"
#include "node/exchange/need_rests.h"
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

namespace {

// An unmet need is told from what the year's figures say; an arrival starts the follow-ups.
void take_notes(Need& need, NeedState before, NeedMove move, std::string_view reason, Time now) {
    if (move == NeedMove::N15) need.outcome = reason;
    if (before == NeedState::UNPLACED && need.state != NeedState::UNPLACED) {
        need.outcome.clear();
        need.interim = Interim::NOT_SAID;
    }
    if (move != NeedMove::N9) return;
    need.placed = now;
    need.followed = 0;
}

}  // namespace

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
    take_notes(need, before, move, reason, now);
    LEEWARD_TRY(settle_notices_but(tx, need.id.get(), "TWO_PLACES_%"));
    LEEWARD_TRY(save_need(tx, need));
    LEEWARD_TRY(log_event(desk,
                          tx,
                          act(Machine::NEED,
                              static_cast<Byte>(move),
                              static_cast<Byte>(before),
                              static_cast<Byte>(need.state),
                              reason),
                          now));
    return need.state == NeedState::UNPLACED ? call_about(desk, tx, need, "NEED_UNPLACED", now)
                                             : Outcome(Done{});
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
// one is firm, and what came back to life after its need had ended. Not a house that has yet to be heard since a
// restore: it may be the one that was chosen.
const Leg* to_release(const Need& need, const std::vector<Leg>& legs) {
    const bool firm = std::any_of(legs.begin(), legs.end(), is_firm);
    const bool over = schema::is_terminal(need.state);
    const auto at = std::find_if(legs.begin(), legs.end(), [&](const Leg& leg) {
        return (firm || (over && leg.since > need.since)) && !is_firm(leg) && !leg.awaited &&
               schema::write_ask(AskMove::A8, leg.ask, leg.answer, !leg.sent) &&
               !schema::is_terminal(leg.shown);
    });
    return at == legs.end() ? nullptr : &*at;
}

// Looked up only where it decides.
Result<schema::Candidates> candidates(Desk& desk,
                                      Transaction& tx,
                                      const Need& need,
                                      const std::vector<Leg>& legs) {
    if (need.state != NeedState::INQUIRING) return schema::Candidates::SOME;
    LEEWARD_ASSIGN(const auto left, candidates_left(desk, tx, need, legs));
    return left.empty() ? schema::Candidates::NONE : schema::Candidates::SOME;
}

// Why nobody could: in the system's words, never the child's.
std::string_view unmet_reason(const std::vector<Leg>& legs) {
    const auto said = [&](std::string_view code) {
        return std::any_of(
            legs.begin(), legs.end(), [code](const Leg& leg) { return leg.reason == code; });
    };
    if (said("DECLINE_NO_CAPACITY") || said("VACANCY_GONE")) return "UNMET_NO_CAPACITY_ANYWHERE";
    if (said("DECLINE_CANNOT_MEET_ACCESS_NEED")) return "UNMET_ACCESS_NEED";
    if (said("DECLINE_CANNOT_MEET_LANGUAGE_NOW")) return "UNMET_LANGUAGE";
    const bool any_no = std::any_of(
        legs.begin(), legs.end(), [](const Leg& leg) { return leg.shown == LegState::DECLINED; });
    return any_no ? "UNMET_NO_ELIGIBLE_PROGRAMME" : "UNMET_NO_ANSWER";
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
    for (;;) {
        LEEWARD_ASSIGN(const auto left, candidates(desk, tx, need, legs));
        const auto step = schema::derive(need.state, shown, left);
        if (!step) break;
        const auto reason = step->move == NeedMove::N15 ? unmet_reason(legs) : "";
        LEEWARD_TRY(move_need(desk, tx, need, step->move, step->to, reason, now));
    }
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
