#include "node/exchange/ask.h"

#include <algorithm>

#include "node/exchange/candidates.h"
#include "node/exchange/legs.h"
#include "node/exchange/meter.h"
#include "node/exchange/needs.h"
#include "node/exchange/two_people.h"
#include "schema/codes.h"
#include "schema/tier.h"
#include "schema/words.h"

namespace leeward::node {
namespace {

using schema::AskMove;
using schema::LegState;
using schema::NeedMove;
using schema::NeedState;
using schema::Time;

constexpr std::size_t slots = 3;  // unanswered at a time (domain.md section 3.1)

bool takes_a_slot(const Leg& leg) {
    return !leg.freed && (leg.shown == LegState::QUEUED || leg.shown == LegState::DELIVERED ||
                          leg.shown == LegState::SEEN || leg.shown == LegState::INFO_REQUESTED);
}

Json card_of(const Need& need, const Json& args) {
    Json card = Json::object();
    const auto& left_out = args.array_at("leave-out");
    const Json* fields = need.detail.find("fields");
    if (fields == nullptr || fields->as_object() == nullptr) return card;
    for (const auto& [key, value] : *fields->as_object()) {
        const bool out =
            std::any_of(left_out.begin(), left_out.end(), [&wanted = key](const Json& name) {
                return name.as_string() != nullptr && *name.as_string() == wanted;
            });
        if (!out) card.set(key, value);
    }
    return card;
}

Outcome check_meter(const Risk& risk, const std::string& override_code) {
    if (!override_code.empty() && !schema::is_code("RISK_OVERRIDE_", override_code))
        return Error{Errc::invalid_argument, "that is not a RISK_OVERRIDE_ code; nothing was sent"};
    if (!override_code.empty() || !risk.over_budget()) return Done{};
    return Error{Errc::invalid_argument,
                 "together these details could point to one child (" +
                     schema::bits_text(risk.highest()) + " bits of 8, " +
                     schema::bits_text(risk.of_case) +
                     " of 12 over all). Nothing was sent. Leave details out with --leave-out, or "
                     "give a RISK_OVERRIDE_ code with --override."};
}

Outcome slots_for(const std::vector<Leg>& legs, std::size_t wanted) {
    const auto taken = std::count_if(legs.begin(), legs.end(), takes_a_slot);
    if (static_cast<std::size_t>(taken) + wanted <= slots) return Done{};
    return Error{Errc::wrong_state,
                 "at most three may be asked and unanswered at a time; " + std::to_string(taken) +
                     " are. Nothing was sent."};
}

// A child does not wait because details were needed: only a routine inquiry is looked at first.
schema::TwoPersonAct override_of(schema::Priority priority) {
    return priority == schema::Priority::ROUTINE ? schema::TwoPersonAct::RISK_OVERRIDE_ROUTINE
                                                 : schema::TwoPersonAct::RISK_OVERRIDE;
}

// More than the budget is told, for a reason: the log has it, and somebody looks at it.
Outcome note_override(
    Desk& desk, Transaction& tx, const Need& need, const std::string& code, Time now) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = schema::Machine::NEED;
    event.transition = static_cast<Byte>(NeedMove::N3);
    event.from_state = event.to_state = static_cast<Byte>(need.state);
    event.tier = static_cast<Byte>(schema::Tier::T1);
    event.reason = schema::code_tag(code);
    return log_event(desk, tx, event, now);
}

Result<std::vector<Peer*>> recipients(Desk& desk,
                                      const std::vector<Leg>& legs,
                                      const Json& case_record,
                                      const Json& args) {
    std::vector<Peer*> out;
    for (const auto& name : args.array_at("to")) {
        LEEWARD_ASSIGN(Peer * peer, desk.peers.named(*name.as_string()));
        if (is_unsafe_organisation(case_record, peer->card.organisation))
            return Error{Errc::invalid_argument,
                         peer->card.organisation +
                             " is on this case's own list of unsafe organisations; nothing was "
                             "sent"};
        if (!peer->active())
            return Error{Errc::untrusted,
                         peer->card.organisation +
                             " is not verified yet: compare safety words first. Nothing was sent."};
        const bool live = std::any_of(legs.begin(), legs.end(), [&](const Leg& leg) {
            return leg.peer == peer->node() && !schema::is_terminal(leg.shown);
        });
        if (live || std::find(out.begin(), out.end(), peer) != out.end())
            return Error{Errc::already_exists,
                         peer->card.organisation + " is asked already; nothing was sent"};
        out.push_back(peer);
    }
    LEEWARD_TRY(slots_for(legs, out.size()));
    if (out.empty()) return Error{Errc::invalid_argument, "say whom to ask with --to"};
    return out;
}

Outcome begin_asking(Desk& desk, Transaction& tx, Need& need, std::string_view reason, Time now) {
    switch (need.state) {
        case NeedState::READY:
            return move_need(desk, tx, need, NeedMove::N3, std::nullopt, reason, now);
        case NeedState::UNPLACED:
            return move_need(
                desk, tx, need, NeedMove::N16, std::nullopt, "REOPEN_NEW_CAPACITY", now);
        case NeedState::INQUIRING:
        case NeedState::OPTIONS:
            return Done{};
        case NeedState::DRAFT:
        case NeedState::SELECTED:
        case NeedState::CONFIRMED:
        case NeedState::HANDOFF:
        case NeedState::PLACED:
        case NeedState::FOLLOW_UP:
        case NeedState::PAUSED:
        case NeedState::CLOSED:
        case NeedState::WITHDRAWN:
        case NeedState::CANCELLED:
        case NeedState::DUPLICATE_LINKED:
        case NeedState::ENTERED_IN_ERROR:
            break;
    }
    return Error{Errc::wrong_state,
                 "this need is " + std::string(schema::name(need.state)) +
                     ": nobody new is asked now. Nothing was sent."};
}

Leg new_leg(Desk& desk, const Need& need, const Peer& peer, const Json& card, Time now) {
    Leg leg;
    leg.id = schema::new_id<schema::LegId>(desk.random);
    leg.peer = peer.node();
    leg.ours = true;
    leg.need = need.id;
    leg.alias = schema::codename(desk.random);  // another one for each recipient
    leg.service = need.service;
    leg.priority = need.priority;
    leg.opened = leg.since = now;
    leg.detail = Json::object({{"card", card}});
    return leg;
}

Said inquiry(const Leg& leg, const Json& card) {
    return {Json::object({{"alias", leg.alias},
                          {"service", schema::name(leg.service)},
                          {"priority", schema::name(leg.priority)},
                          {"card", card}}),
            ""};
}

}  // namespace

Outcome a_slot_is_free(Desk& desk,
                       Transaction& tx,
                       const schema::NeedId& need,
                       std::size_t wanted) {
    LEEWARD_ASSIGN(const auto legs, legs_of(desk, tx, need));
    return slots_for(legs, wanted);
}

Result<Json> need_ask(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Need need, find_need(desk, tx, args.text_at("id")));
    LEEWARD_ASSIGN(const auto legs, legs_of(desk, tx, need.id));
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, need.case_id));
    LEEWARD_ASSIGN(const auto peers, recipients(desk, legs, one.record, args));
    const Json card = card_of(need, args);
    const std::string override_code = args.text_at("override");
    LEEWARD_ASSIGN(const Risk risk, risk_of(desk, tx, need, card, peers));
    LEEWARD_TRY(check_meter(risk, override_code));
    if (risk.over_budget())
        LEEWARD_TRY(second_person(desk, tx, args, override_of(need.priority), need.id.get(), now));
    LEEWARD_TRY(begin_asking(desk, tx, need, override_code, now));
    if (risk.over_budget()) LEEWARD_TRY(note_override(desk, tx, need, override_code, now));

    std::vector<Leg> asked;
    std::vector<std::string> keys;
    for (const Peer* peer : peers) {
        asked.push_back(new_leg(desk, need, *peer, card, now));
        keys.push_back(leg_record(asked.back().id));
    }
    LEEWARD_TRY(desk.records.ensure(keys));
    Json list = Json::array();
    for (auto& leg : asked) {
        LEEWARD_TRY(insert_leg(desk, tx, leg));
        LEEWARD_TRY(write(desk, tx, leg, AskMove::A1, inquiry(leg, card), now));
        list.push(leg_json(desk, leg));
    }
    return Json::object({{"need", schema::text(need.id)},
                         {"sent_to_each", card},
                         {"service", schema::name(need.service)},
                         {"priority", schema::name(need.priority)},
                         {"risk", schema::meter_json(risk.highest(), schema::recipient_budget)},
                         {"risk_of_case", schema::meter_json(risk.of_case, schema::case_budget)},
                         {"legs", std::move(list)}});
}

// G5: one leg of a need is chosen. The check and the write are one transaction of one node.
Result<Json> need_choose(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Need need, find_need(desk, tx, args.text_at("id")));
    LEEWARD_ASSIGN(Leg leg, find_leg(desk, tx, args.text_at("leg")));
    const std::string basis = args.text_at("basis");
    if (!schema::is_code("CHOICE_BASIS_", basis))
        return Error{Errc::invalid_argument, "that is not a CHOICE_BASIS_ code"};
    if (!args.bool_at("read-back"))
        return Error{Errc::invalid_argument,
                     "read the options back to the survivor first, then say so with --read-back"};
    if (leg.need != need.id) return Error{Errc::invalid_argument, "that leg is of another need"};
    LEEWARD_ASSIGN(const auto legs, legs_of(desk, tx, need.id));
    for (const auto& other : legs)
        if (schema::is_chosen(other.shown))
            return Error{Errc::wrong_state,
                         "another place is chosen already; nothing was changed. End that one first "
                         "if the survivor wants this one."};
    if (leg.hold_until != never && leg.hold_until <= now)
        return Error{Errc::wrong_state, "this offer has run out; ask again. Nothing was changed."};
    LEEWARD_TRY(move_need(desk, tx, need, NeedMove::N5, std::nullopt, basis, now));
    LEEWARD_TRY(write(desk, tx, leg, AskMove::A3, {Json::object(), basis}, now));
    return Json::object({{"leg", leg_json(desk, leg)},
                         {"note", "asked, not yet confirmed: the shelter must make it firm"}});
}

}  // namespace leeward::node
