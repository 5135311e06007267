#include "node/exchange/waiting.h"

#include "node/exchange/ask.h"
#include "node/exchange/leg_clock.h"
#include "node/exchange/legs.h"
#include "node/exchange/needs.h"
#include "node/exchange/notices.h"

namespace leeward::node {
namespace {

using schema::AskMove;
using schema::LegState;
using schema::Time;

Outcome log_kept(Desk& desk, Transaction& tx, const Leg& leg, Time now) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = schema::Machine::LEG;
    event.from_state = event.to_state = static_cast<Byte>(leg.shown);
    event.other = schema::organisation_tag(leg.peer);
    return log_event(desk, tx, event, now);
}

// A firm bed without a plan is kept by the shelter's supervisor; the referrer's side only says that
// somebody knows.
Outcome may_keep(const Desk& desk, const Leg& leg) {
    if (leg.shown == LegState::WAITLISTED) return Done{};
    if (leg.shown != LegState::ACCEPTED)
        return Error{Errc::wrong_state,
                     "only a place on the waiting list or a firm bed without a plan is kept like "
                     "this; nothing was changed"};
    return leg.ours ? Outcome(Done{}) : require(desk.actor, {schema::Role::SHELTER_SUPERVISOR});
}

Outcome may_ask_again(Transaction& tx, Desk& desk, const Leg& leg, Time now) {
    if (!leg.ours || !leg.need)
        return Error{Errc::wrong_state, "this is their question: we answer it with 'leg offer'"};
    if (leg.detail.bool_at("asked_again"))
        return Error{Errc::wrong_state,
                     "this was asked again once already; phone them, or ask somebody else. "
                     "Nothing was sent."};
    if (leg.since + erase_after(leg.priority) <= now)
        return Error{Errc::wrong_state,
                     "they have erased the card by now: ask anew with 'leeward need ask'. "
                     "Nothing was sent."};
    LEEWARD_ASSIGN(const bool looking, still_looks(desk, tx, *leg.need));
    if (!looking)
        return Error{Errc::wrong_state, "this need no longer looks for a place; nothing was sent"};
    return a_slot_is_free(desk, tx, *leg.need, 1);
}

}  // namespace

// Each side keeps its own clock: what one re-confirms, the other must too (domain.md W7).
Result<Json> leg_keep(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Leg leg, find_leg(desk, tx, args.text_at("id")));
    LEEWARD_TRY(may_keep(desk, leg));
    leg.kept = now;
    leg.raised = never;
    LEEWARD_TRY(settle_notices(tx, leg.id.get()));
    LEEWARD_TRY(log_kept(desk, tx, leg, now));
    LEEWARD_TRY(save_leg(desk, tx, leg));
    return leg_json(desk, leg);
}

Result<Json> leg_ask_again(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Leg leg, find_leg(desk, tx, args.text_at("id")));
    LEEWARD_TRY(may_ask_again(tx, desk, leg, now));
    if (!leg.detail.is_null()) leg.detail.set("asked_again", true);
    LEEWARD_TRY(write(desk, tx, leg, AskMove::A11, {}, now));
    return leg_json(desk, leg);
}

}  // namespace leeward::node
