#include "node/exchange/answer.h"

#include <algorithm>
#include <array>

#include "node/exchange/leg_clock.h"
#include "node/exchange/legs.h"
#include "node/exchange/need_to_know.h"
#include "node/exchange/notices.h"
#include "node/exchange/pages.h"
#include "node/exchange/resync.h"
#include "node/exchange/two_people.h"
#include "schema/capacity.h"
#include "schema/codes.h"
#include "schema/deadline.h"

namespace leeward::node {
namespace {

using schema::AnswerMove;
using schema::AskMove;
using schema::LegState;
using schema::Time;

constexpr std::int64_t longest_hold_minutes = 14 * 24 * 60;

Outcome is_asked_of_us(const Leg& leg) {
    if (!leg.ours) return Done{};
    return Error{Errc::wrong_state, "this is our own question: the other side answers it"};
}

// A card that a page shows anew by itself is in the log, and is opened by nobody.
View view_of(const Desk& desk, const Leg& leg, std::string_view purpose, Time now) {
    View view;
    view.event.purpose = schema::code_tag(purpose);
    view.event.machine = schema::Machine::LEG;
    view.event.tier = static_cast<Byte>(schema::Tier::T1);
    view.event.from_state = view.event.to_state = static_cast<Byte>(leg.shown);
    view.event.other = schema::organisation_tag(leg.peer);
    view.then = leg.ours || desk.automatic ? View::Then::NOTHING : View::Then::LEG_SEEN;
    view.subject = leg.id.get();
    view.at = now;
    return view;
}

enum class Tell { ALL, HOW_IT_STANDS };

// The card, the plan, how she is now: read only with a purpose.
bool tells_of_her(std::string_view key) {
    constexpr std::array keys{
        "card", "code_word", "roles", "person", "their_person", "follow_ups", "duplicate_contact"};
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// What the card and the answers hold, and whom to phone.
Json full_json(Desk& desk, const Leg& leg, Tell tell) {
    Json json = leg_json(desk, leg);
    if (leg.detail.is_null())
        json.set("card", "erased");
    else
        for (const auto& [key, value] : *leg.detail.as_object())
            if (tell == Tell::ALL || !tells_of_her(key)) json.set(key, value);
    Json moves = Json::array();
    if (leg.ours)
        for (const auto move : schema::allowed_asks(leg.ask, leg.answer, !leg.sent))
            moves.push(schema::name(move));
    else
        for (const auto move : schema::allowed_answers(leg.answer, leg.ask))
            moves.push(schema::name(move));
    json.set("possible", std::move(moves));
    if (const Peer* peer = desk.peers.find(leg.peer))
        json.set("contact", schema::to_json(peer->contact));
    return json;
}

Result<Json> answered(Desk& desk, Transaction& tx, Leg& leg, AnswerMove move, Said said, Time now) {
    LEEWARD_TRY(is_asked_of_us(leg));
    LEEWARD_TRY(take_on(desk, tx, leg.id.get(), now));
    LEEWARD_TRY(write(desk, tx, leg, move, std::move(said), now));
    return leg_json(desk, leg);
}

Time hold_until(const Leg& leg, const Json& args, Time now) {
    const std::int64_t minutes = args.int_at("hold-minutes");
    if (minutes > 0) return now + std::chrono::minutes(std::min(minutes, longest_hold_minutes));
    const auto due = schema::due(schema::DeadlineRow::LEG_HOLD, leg.priority, now);
    return due ? *due : now + std::chrono::hours(4);
}

}  // namespace

Result<Json> leg_list(Desk& desk, Transaction& tx, const Json& args, Time) {
    std::vector<schema::LegId> ids;
    const Pages pages(args);
    const Sight sight = sight_of(desk);
    const std::string need = args.text_at("need");
    const std::string one = args.text_at("leg");
    {
        auto rows = tx.query(
            "SELECT id FROM leg WHERE (alias<>'' OR shown<?) AND (? OR shown<?) "
            "AND (? OR NOT EXISTS(SELECT 1 FROM assignment a WHERE a.until=0 AND a.subject="
            "coalesce((SELECT n.case_id FROM need n WHERE n.id=leg.need),leg.id) "
            "AND instr(?,hex(a.worker))=0)) AND (?='' OR instr(lower(hex(leg.need)),?)=1) "
            "AND (?='' OR instr(lower(hex(leg.id)),?)=1) ORDER BY shown,since DESC "
            "LIMIT ? OFFSET ?",
            LegState::DECLINED,
            args.bool_at("all"),
            LegState::DECLINED,
            sight.everything,
            sight.workers,
            need,
            need,
            one,
            one,
            pages.limit(),
            pages.offset());
        while (rows.next())
            ids.push_back(rows.id<schema::LegId>(0));
        LEEWARD_TRY(rows.status());
    }
    Json legs = Json::array();
    for (const auto& id : ids) {
        LEEWARD_ASSIGN(const Leg leg, load_leg(desk, tx, id));
        Json line = leg_json(desk, leg);
        LEEWARD_ASSIGN(const auto word, desk.outbox.waits(tx, id));
        if (word) line.set("delivery", *word);
        legs.push(std::move(line));
    }
    return pages.answer("legs", std::move(legs));
}

Result<Json> leg_show(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Leg leg, find_leg(desk, tx, args.text_at("id")));
    std::string purpose = args.text_at("purpose");
    if (leg.detail.is_null()) return full_json(desk, leg, Tell::ALL);
    if (leg.ours && purpose.empty()) return full_json(desk, leg, Tell::HOW_IT_STANDS);
    if (purpose.empty()) purpose = "PURPOSE_INTAKE";  // why a shelter opens what it was asked
    LEEWARD_TRY(is_purpose(purpose));
    if (leg.awaited && !leg.ours) LEEWARD_TRY(must_not_await(desk, leg.peer));
    LEEWARD_TRY(saw(desk, tx, view_of(desk, leg, purpose, now)));
    LEEWARD_ASSIGN(leg, load_leg(desk, tx, leg.id));
    return full_json(desk, leg, Tell::ALL);
}

// The first look at a card is told to the other side: "a person opened it".
Outcome leg_was_seen(Desk& desk, Transaction& tx, const schema::LegId& id, Time at) {
    auto found = load_leg(desk, tx, id);
    if (!found) return found.error().code == Errc::not_found ? Outcome(Done{}) : found.error();
    Leg& leg = *found;
    if (leg.ours || leg.shown != LegState::DELIVERED) return Done{};
    LEEWARD_TRY(take_on(desk, tx, leg.id.get(), at));
    return write(desk, tx, leg, AnswerMove::W2, {}, at);
}

namespace {

constexpr int most_rounds = 2;  // of questions; the telephone is faster than a third (A2)

Outcome count_round(Leg& leg) {
    const std::int64_t before = leg.detail.int_at("rounds");
    if (before >= most_rounds)
        return Error{Errc::wrong_state,
                     "two questions were asked already: phone them. Nothing was sent."};
    if (!leg.detail.is_null()) leg.detail.set("rounds", before + 1);
    return Done{};
}

// Who asked had the answer by telephone: the question is closed here.
Result<Json> heard_by_phone(
    Desk& desk, Transaction& tx, Leg& leg, const std::string& code, Time now) {
    return answered(desk, tx, leg, AnswerMove::W4, {Json::object(), code}, now);
}

}  // namespace

Result<Json> leg_question(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Leg leg, find_leg(desk, tx, args.text_at("id")));
    const std::string code = args.text_at("code");
    if (!leg.ours) {
        if (schema::is_code("A_", code)) return heard_by_phone(desk, tx, leg, code, now);
        if (!schema::is_code("Q_", code))
            return Error{Errc::invalid_argument, "that is not a Q_ code; nothing was sent"};
        LEEWARD_TRY(count_round(leg));
        return answered(
            desk, tx, leg, AnswerMove::W3, {Json::object({{"question", code}}), ""}, now);
    }
    if (!schema::is_code("A_", code))
        return Error{Errc::invalid_argument, "that is not an A_ code; nothing was sent"};
    LEEWARD_TRY(write(desk, tx, leg, AskMove::A2, {Json::object({{"reply", code}}), ""}, now));
    return leg_json(desk, leg);
}

namespace {

// Beds that our own fresh statement says are free; nullopt: it says nothing of a number.
Result<std::optional<std::int64_t>> beds_free(Desk& desk,
                                              Transaction& tx,
                                              const Leg& leg,
                                              Time now) {
    auto rows = tx.query(
        "SELECT statement FROM capacity WHERE node=? AND service=?", desk.self.node(), leg.service);
    if (!rows.next()) return std::optional<std::int64_t>();
    LEEWARD_ASSIGN(const Json json, schema::parse_json(rows.text(0)));
    LEEWARD_ASSIGN(const auto statement, schema::capacity_from_json(json));
    if (schema::is_stale(statement.as_of, now)) return std::optional<std::int64_t>();
    if (statement.level == schema::CapacityLevel::HAS)
        return statement.beds ? std::optional(std::int64_t{*statement.beds}) : std::nullopt;
    const bool none = statement.level != schema::CapacityLevel::NEEDS_ASSESSMENT;
    return none ? std::optional<std::int64_t>(0) : std::nullopt;
}

// Beds that are promised: held by an offer or a firm yes, the child not yet in the house.
Result<std::int64_t> beds_held(Transaction& tx, const Leg& leg) {
    auto rows = tx.query(
        "SELECT count(*) FROM leg WHERE ours=0 AND service=? AND id<>? AND answer IN(?,?,?,?)",
        leg.service,
        leg.id,
        schema::Answer::OFFERED,
        schema::Answer::ACCEPTED,
        schema::Answer::PLAN_ACK,
        schema::Answer::NOT_ARRIVED);
    const std::int64_t held = rows.next() ? rows.integer(0) : 0;
    LEEWARD_TRY(rows.status());
    return held;
}

// W5: capacity above holds. The check and the offer are one transaction, so that two workers cannot
// promise the last bed twice.
Outcome a_bed_is_free(Desk& desk, Transaction& tx, const Leg& leg, Time now) {
    LEEWARD_ASSIGN(const auto beds, beds_free(desk, tx, leg, now));
    if (!beds) return Done{};
    LEEWARD_ASSIGN(const std::int64_t held, beds_held(tx, leg));
    if (*beds > held) return Done{};
    return Error{Errc::wrong_state,
                 *beds == 0
                     ? "our own statement says that nothing is free: change it with 'leeward "
                       "capacity set', or offer the waiting list. Nothing was sent."
                     : "every free bed of our own statement is held for somebody already. "
                       "Change it with 'leeward capacity set' if there is another one. "
                       "Nothing was sent."};
}

}  // namespace

Result<Json> leg_offer(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Leg leg, find_leg(desk, tx, args.text_at("id")));
    LEEWARD_TRY(is_asked_of_us(leg));
    Json conditions = Json::array();
    for (const auto& code : args.array_at("conditions")) {
        if (!schema::is_code("CONDITION_", *code.as_string()))
            return Error{Errc::invalid_argument, "that is not a CONDITION_ code; nothing was sent"};
        conditions.push(code);
    }
    LEEWARD_TRY(a_bed_is_free(desk, tx, leg, now));
    leg.hold_until = hold_until(leg, args, now);
    const bool late = leg.shown == LegState::DECLINED || leg.shown == LegState::LAPSED;
    Said said{Json::object({{"hold_until", schema::unix_seconds(leg.hold_until)},
                            {"conditions", std::move(conditions)},
                            {"capacity_as_of", schema::unix_seconds(schema::quarter_hour(now))}}),
              ""};
    return answered(desk, tx, leg, late ? AnswerMove::W6 : AnswerMove::W5, std::move(said), now);
}

Result<Json> leg_waitlist(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Leg leg, find_leg(desk, tx, args.text_at("id")));
    const std::string band = args.text_at("band");
    if (band != "first_3" && band != "first_10" && band != "later")
        return Error{Errc::invalid_argument, "the band is first_3, first_10 or later"};
    return answered(desk, tx, leg, AnswerMove::W7, {Json::object({{"band", band}}), ""}, now);
}

namespace {

Outcome no_review_waits(const Leg& leg) {
    if (leg.answer.value != schema::Answer::DECLINE_UNDER_REVIEW) return Done{};
    return Error{Errc::wrong_state,
                 "a no is under review already: another supervisor upholds or returns it. Nothing "
                 "was sent."};
}

}  // namespace

// Codes that can hide discrimination go to a supervisor first; in an emergency the no is said at
// once and reviewed after. Under review it is not said again, for whoever says it does not review it.
// Codes that would tell where the shelter is travel as another.
Result<Json> leg_decline(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Leg leg, find_leg(desk, tx, args.text_at("id")));
    const std::string code = args.text_at("code");
    if (!schema::is_code("DECLINE_", code) && code != "VACANCY_GONE")
        return Error{Errc::invalid_argument, "that is not a DECLINE_ code; nothing was sent"};
    LEEWARD_TRY(is_asked_of_us(leg));
    LEEWARD_TRY(no_review_waits(leg));
    const bool review = schema::needs_review(code);
    const auto number = static_cast<std::int64_t>(leg.answer.counter);
    const bool first = review && leg.priority != schema::Priority::EMERGENCY &&
                       schema::write_answer(AnswerMove::W8, leg.answer, leg.ask);
    if (!leg.detail.is_null())
        leg.detail.set("own_reason", code)
            .set("declined_by", schema::text(desk.actor.id))
            .set("declined_number", number);
    Said said{Json::object(), first ? std::string() : schema::travels_as(code)};
    auto done =
        answered(desk, tx, leg, first ? AnswerMove::W8 : AnswerMove::W10, std::move(said), now);
    if (!done || !review) return done;
    LEEWARD_TRY(raise(tx, "REVIEW_DECLINE", leg.id.get(), leg.peer, now));
    if (!first) leg.review_due = now + review_after;
    leg.declined_by = desk.actor.id;  // it may have no card any more
    leg.declined_number = number;
    leg.declined_reason = code;
    LEEWARD_TRY(save_leg(desk, tx, leg));
    return done;
}

namespace {

// A no that was returned, or followed by an offer, is upheld no more: that would be another no, said by nobody.
Outcome a_review_waits(const Leg& leg) {
    const bool said_at_once =
        leg.answer.value == schema::Answer::DECLINED && leg.review_due != never;
    if (said_at_once || leg.answer.value == schema::Answer::DECLINE_UNDER_REVIEW) return Done{};
    return Error{Errc::wrong_state,
                 "no decline waits for a review here: it was reviewed already, or is over. Nothing "
                 "was changed."};
}

// Whoever said no does not review it herself; where a restore has lost who did, that may be anybody.
bool reviews_anothers_no(const Desk& desk, const Leg& leg) {
    const std::string by = said_no(leg).by;
    return desk.actor.has_any({schema::Role::SHELTER_SUPERVISOR}) && !by.empty() &&
           by != schema::text(desk.actor.id);
}

// A no that was said at once, in an emergency: the review is an act of its own and moves nothing. A
// returned one may be followed by an offer.
Result<Json> reviewed_after(
    Desk& desk, Transaction& tx, Leg& leg, std::string_view code, Time now) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = schema::Machine::LEG;
    event.from_state = event.to_state = static_cast<Byte>(leg.shown);
    event.other = schema::organisation_tag(leg.peer);
    event.reason = schema::code_tag(code);
    LEEWARD_TRY(log_event(desk, tx, event, now));
    LEEWARD_TRY(settle_notices(tx, leg.id.get()));
    leg.review_due = never;
    LEEWARD_TRY(save_leg(desk, tx, leg));
    return leg_json(desk, leg);
}

}  // namespace

Result<Json> leg_review(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Leg leg, find_leg(desk, tx, args.text_at("id")));
    const std::string code = args.text_at("code");
    if (code != "REVIEW_UPHELD" && code != "REVIEW_RETURNED")
        return Error{Errc::invalid_argument, "say REVIEW_UPHELD or REVIEW_RETURNED"};
    LEEWARD_TRY(is_asked_of_us(leg));
    LEEWARD_TRY(a_review_waits(leg));
    if (!reviews_anothers_no(desk, leg))
        LEEWARD_TRY(
            second_person(desk, tx, args, schema::TwoPersonAct::DECLINE_REVIEW, leg.id.get(), now));
    if (leg.answer.value == schema::Answer::DECLINED)
        return reviewed_after(desk, tx, leg, code, now);
    if (code == "REVIEW_RETURNED") return answered(desk, tx, leg, AnswerMove::W9, {}, now);
    const std::string reason = schema::travels_as(said_no(leg).reason);
    return answered(desk, tx, leg, AnswerMove::W10, {Json::object(), reason}, now);
}

Result<Json> leg_confirm(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Leg leg, find_leg(desk, tx, args.text_at("id")));
    return answered(desk, tx, leg, AnswerMove::W11, {}, now);
}

}  // namespace leeward::node
