#include "node/exchange/hand_over.h"

#include "node/exchange/legs.h"
#include "node/exchange/needs.h"
#include "node/exchange/notices.h"
#include "node/exchange/return_path.h"
#include "node/exchange/two_people.h"
#include "schema/codes.h"

namespace leeward::node {
namespace {

using schema::AnswerMove;
using schema::AskMove;
using schema::LegState;
using schema::Time;

// The fixed sentence of every plan (domain.md section 3.3): not part of the return path.
constexpr std::string_view handover_sentence =
    "Until 24 hours after the window each side tells the other's named person whether she was "
    "handed over or did not come.";

Error wrong_side(const Leg& leg) {
    return Error{Errc::wrong_state,
                 leg.ours ? "the shelter says this, not the referrer; nothing was changed"
                          : "the referrer says this, not the shelter; nothing was changed"};
}

Result<Json> said_by_us(Desk& desk, Transaction& tx, Leg& leg, AskMove move, Said said, Time now) {
    if (!leg.ours) return wrong_side(leg);
    LEEWARD_TRY(write(desk, tx, leg, move, std::move(said), now));
    return leg_json(desk, leg);
}
Result<Json> said_by_us(
    Desk& desk, Transaction& tx, Leg& leg, AnswerMove move, Said said, Time now) {
    if (leg.ours) return wrong_side(leg);
    LEEWARD_TRY(write(desk, tx, leg, move, std::move(said), now));
    return leg_json(desk, leg);
}

Outcome is_code_of(std::string_view family, const std::string& code) {
    if (schema::is_code(family, code)) return Done{};
    return Error{Errc::invalid_argument,
                 "that is not a " + std::string(family) + " code; nothing was changed"};
}

// G5: one place of a need is chosen at a time, and none while she is in a house. Where a restore has left two, no
// plan goes to either: where she will be is for one house to know.
Outcome no_other_chosen(Desk& desk, Transaction& tx, const Leg& leg) {
    if (!leg.need) return Done{};
    LEEWARD_ASSIGN(const auto legs, legs_of(desk, tx, *leg.need));
    for (const auto& other : legs)
        if (other.id != leg.id &&
            (schema::is_chosen(other.shown) || other.shown == LegState::ARRIVED))
            return Error{Errc::wrong_state,
                         "another place of this need is chosen already; end that one first. "
                         "Nothing was changed."};
    return Done{};
}

Result<Json> propose_plan(Desk& desk, Transaction& tx, Leg& leg, const Json& args, Time now) {
    const std::int64_t start = args.int_at("window-start");
    const std::int64_t end = args.int_at("window-end");
    if (start <= 0 || end <= start || end <= schema::unix_seconds(now))
        return Error{Errc::invalid_argument,
                     "a plan needs --window-start and --window-end, the end in the future"};
    leg.window_start = schema::from_unix(start);
    leg.window_end = schema::from_unix(end);
    Json plan = Json::object({{"window_start", start},
                              {"window_end", end},
                              {"code_word", args.text_at("code-word")},
                              {"person", args.text_at("person")},
                              {"sentence", handover_sentence}});
    if (const Json* roles = args.find("roles")) plan.set("roles", *roles);
    const bool first = leg.shown == LegState::ACCEPTED || leg.shown == LegState::PHONE_ACCEPTED;
    const std::string code = first ? "" : "RESCHEDULED";
    return said_by_us(desk, tx, leg, AskMove::A5, {std::move(plan), code}, now);
}

}  // namespace

// The referrer proposes; the shelter, asked, acknowledges and names who will be at the door.
Result<Json> leg_plan(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Leg leg, find_leg(desk, tx, args.text_at("id")));
    LEEWARD_TRY(no_other_chosen(desk, tx, leg));
    if (leg.ours) return propose_plan(desk, tx, leg, args, now);
    Json who = Json::object({{"their_person", args.text_at("person")}});
    return said_by_us(desk, tx, leg, AnswerMove::W15, {std::move(who), ""}, now);
}

// A house that knows her to be under way is told how long it will be, whatever else is chosen.
Result<Json> leg_departed(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Leg leg, find_leg(desk, tx, args.text_at("id")));
    if (leg.shown != LegState::IN_TRANSIT) LEEWARD_TRY(no_other_chosen(desk, tx, leg));
    const std::int64_t end = args.int_at("window-end");
    if (end == 0) return said_by_us(desk, tx, leg, AskMove::A6, {}, now);
    if (end <= schema::unix_seconds(now))
        return Error{Errc::invalid_argument, "the new --window-end is over already"};
    leg.window_end = schema::from_unix(end);
    const Json window = Json::object(
        {{"window_start", schema::unix_seconds(leg.window_start)}, {"window_end", end}});
    return said_by_us(desk, tx, leg, AskMove::A6, {window, "DELAYED"}, now);
}

Result<Json> leg_arrived(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Leg leg, find_leg(desk, tx, args.text_at("id")));
    const std::string reason = args.bool_at("late") ? "LATE" : "";
    return said_by_us(desk, tx, leg, AnswerMove::W17, {Json::object(), reason}, now);
}

Result<Json> leg_missing(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Leg leg, find_leg(desk, tx, args.text_at("id")));
    const std::string code = args.text_at("code");
    LEEWARD_TRY(is_code_of("NOT_ARRIVED_", code));
    const Said said{Json::object(), code};
    if (leg.ours) LEEWARD_TRY(no_other_chosen(desk, tx, leg));
    return leg.ours ? said_by_us(desk, tx, leg, AskMove::A7, said, now)
                    : said_by_us(desk, tx, leg, AnswerMove::W16, said, now);
}

namespace {

// Who said it and at which number stays here: it is never sent.
void keep_call(Leg& leg, const Json& args) {
    leg.detail.set(
        "call",
        Json::object({{"person", args.text_at("person")}, {"number", args.text_at("number")}}));
}

}  // namespace

namespace {

// Why the survivor said no to a place is hers: kept here, never sent.
Outcome keep_her_reason(Leg& leg, const std::string& code) {
    if (code.empty()) return Done{};
    LEEWARD_TRY(is_code_of("CLIENT_", code));
    if (!leg.detail.is_null()) leg.detail.set("survivor_said", code);
    return Done{};
}

// N10: she was found and wants another option. The supervisor settles the alarm, and the search goes
// on without waiting for the shelter.
Result<Json> settle_not_arrived(
    Desk& desk, Transaction& tx, Leg& leg, const std::string& code, Time now) {
    LEEWARD_TRY(require(desk.actor, {schema::Role::INVESTIGATION_SUPERVISOR}));
    LEEWARD_TRY(is_code_of("NOT_ARRIVED_", code));
    LEEWARD_ASSIGN(Need need, load_need(desk, tx, *leg.need));
    if (need.state == schema::NeedState::HANDOFF)
        LEEWARD_TRY(move_need(
            desk, tx, need, schema::NeedMove::N10, schema::NeedState::INQUIRING, code, now));
    return said_by_us(desk, tx, leg, AskMove::A13, {Json::object(), code}, now);
}

}  // namespace

Result<Json> leg_phone_accepted(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Leg leg, find_leg(desk, tx, args.text_at("id")));
    LEEWARD_TRY(no_other_chosen(desk, tx, leg));
    keep_call(leg, args);
    // Their node may never have had the inquiry: this alone must make a leg there.
    return said_by_us(desk, tx, leg, AskMove::A4, {named_for_a_yes(leg), ""}, now);
}

Result<Json> leg_phone_arrived(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Leg leg, find_leg(desk, tx, args.text_at("id")));
    keep_call(leg, args);
    return said_by_us(desk, tx, leg, AskMove::A18, {}, now);
}

// The shelter has let the bed go by telephone, and its node cannot say so.
Result<Json> leg_phone_cancelled(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_TRY(require(desk.actor, {schema::Role::INVESTIGATION_SUPERVISOR}));
    LEEWARD_ASSIGN(Leg leg, find_leg(desk, tx, args.text_at("id")));
    if (leg.ours) keep_call(leg, args);
    return said_by_us(desk, tx, leg, AskMove::A15, {Json::object(), "CONFIRMED_BY_PHONE"}, now);
}

// The referrer asks to end it (certain only before it was sent); the shelter confirms.
Result<Json> leg_cancel(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Leg leg, find_leg(desk, tx, args.text_at("id")));
    if (!leg.ours) return said_by_us(desk, tx, leg, AnswerMove::W19, {}, now);
    const std::string code = args.text_at("code");
    LEEWARD_TRY(keep_her_reason(leg, args.text_at("survivor")));
    if (leg.shown == LegState::NOT_ARRIVED) return settle_not_arrived(desk, tx, leg, code, now);
    LEEWARD_TRY(is_code_of("CANCEL_", code));
    if (leg.shown == LegState::QUEUED && !leg.sent)
        return said_by_us(desk, tx, leg, AskMove::A14, {Json::object(), "RECALLED"}, now);
    return said_by_us(desk, tx, leg, AskMove::A13, {Json::object(), code}, now);
}

Result<Json> leg_discard(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Leg leg, find_leg(desk, tx, args.text_at("id")));
    const std::string code = args.text_at("code");
    if (!schema::is_code("EIE_", code)) LEEWARD_TRY(is_code_of("MISDIRECT_", code));
    if (leg.ours) return said_by_us(desk, tx, leg, AskMove::A17, {Json::object(), code}, now);
    auto done = said_by_us(desk, tx, leg, AnswerMove::W20, {Json::object(), code}, now);
    if (!done) return done;
    leg.erase_by = now;  // erased at once, incident or not
    LEEWARD_TRY(save_leg(desk, tx, leg));
    return done;
}

Result<Json> leg_ended(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Leg leg, find_leg(desk, tx, args.text_at("id")));
    const std::string outcome = args.text_at("outcome");
    if (!outcome.empty()) {
        LEEWARD_TRY(is_code_of("OUTCOME_", outcome));
        LEEWARD_TRY(tell_outcome(desk, tx, leg, outcome, now));
    }
    return said_by_us(desk, tx, leg, AnswerMove::W18, {}, now);
}

Result<Json> leg_lost(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Leg leg, find_leg(desk, tx, args.text_at("id")));
    const std::string code = args.text_at("code");
    if (code != "VACANCY_GONE" && code != "EMERGENCY_CLOSURE")
        return Error{Errc::invalid_argument, "say VACANCY_GONE or EMERGENCY_CLOSURE"};
    LEEWARD_TRY(second_person(desk, tx, args, schema::TwoPersonAct::BED_LOST, leg.id.get(), now));
    return said_by_us(desk, tx, leg, AnswerMove::W14, {Json::object(), code}, now);
}

}  // namespace leeward::node
