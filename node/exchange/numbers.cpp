#include "node/exchange/numbers.h"

#include <algorithm>
#include <map>
#include <set>

#include "node/exchange/leg_clock.h"
#include "node/exchange/needs.h"
#include "schema/codes.h"
#include "schema/numbers.h"

namespace leeward::node {
namespace {

using schema::Fact;
using schema::HalfYear;
using schema::LegState;
using schema::NeedState;
using schema::Time;

// ------------------------------------------------------------------ how a leg was answered

enum class Answered : Byte { OFFERED, WAITLISTED, DECLINED };

std::optional<Answered> answered_by(LegState shown) {
    using enum LegState;
    if (schema::LegStates{OFFERED, LATE_OFFER, PHONE_ACCEPTED, ACCEPTED}.contains(shown))
        return Answered::OFFERED;
    if (shown == WAITLISTED) return Answered::WAITLISTED;
    if (shown == DECLINE_UNDER_REVIEW || shown == DECLINED) return Answered::DECLINED;
    return std::nullopt;
}

// A question of ours as it is counted.
struct Question {
    schema::NeedId need;
    schema::NodeId recipient;
    schema::Priority priority{};
    Time asked;          // when its answer time began
    Time answered;       // never: it was not
    std::string answer;  // OFFERED, WAITLISTED, DECLINED; "" for none
    std::string reason;

    [[nodiscard]] std::string told() const { return reason.empty() ? answer : reason; }
};

constexpr std::array<std::string_view, 3> answer_words{"OFFERED", "WAITLISTED", "DECLINED"};

Result<std::vector<Question>> questions(Transaction& tx, Time from, Time until) {
    auto rows = tx.query(
        "SELECT l.need,l.peer,l.priority,l.opened,l.answer_from,a.at,a.kind,a.reason FROM leg l "
        "LEFT JOIN leg_answer a ON a.leg=l.id "
        "WHERE l.ours=1 AND l.opened>=? AND l.opened<? AND NOT (l.ask=? AND l.sent=0)",
        schema::unix_seconds(from),
        schema::unix_seconds(until),
        schema::Ask::CANCEL_CLOSED);
    std::vector<Question> out;
    while (rows.next()) {
        Question one;
        one.need = rows.id<schema::NeedId>(0);
        one.recipient = rows.id<schema::NodeId>(1);
        one.priority = static_cast<schema::Priority>(rows.integer(2));
        one.asked = schema::from_unix(rows.integer(4) != 0 ? rows.integer(4) : rows.integer(3));
        if (!rows.is_null(5)) {
            one.answered = schema::from_unix(rows.integer(5));
            one.answer = answer_words.at(static_cast<std::size_t>(rows.integer(6)));
            one.reason = rows.text(7);
        }
        out.push_back(std::move(one));
    }
    LEEWARD_TRY(rows.status());
    return out;
}

std::string_view time_word(const Question& one) {
    if (one.answered == never) return "not_answered";
    switch (schema::deadline_band(one.asked, one.asked + answer_time(one.priority), one.answered)) {
        case schema::DeadlineBand::NONE:
        case schema::DeadlineBand::HALF:
            return "within_half_the_time";
        case schema::DeadlineBand::WHOLE:
            return "in_time";
        case schema::DeadlineBand::LATE:
            break;
    }
    return "late";
}

Json::Array answer_tables(const Desk& desk, const std::vector<Question>& questions) {
    std::vector<Fact> facts;
    std::set<std::string> recipients;
    for (const Question& one : questions) {
        const Peer* peer = desk.peers.find(one.recipient);
        const std::string name = peer == nullptr ? "-" : peer->card.organisation;
        recipients.insert(name);
        facts.push_back(
            {{std::string(time_word(one)), name, one.answer.empty() ? "NONE" : one.answer},
             one.reason});
    }
    return schema::tables(schema::answers_chain({recipients.begin(), recipients.end()}), facts);
}

// ------------------------------------------------------------------ needs and people

std::string_view result_of(NeedState state) {
    switch (state) {
        case NeedState::PLACED:
        case NeedState::FOLLOW_UP:
        case NeedState::CLOSED:
            return "MET";
        case NeedState::UNPLACED:
            return "UNMET";
        case NeedState::WITHDRAWN:
            return "WITHDRAWN";
        case NeedState::CANCELLED:
            return "CANCELLED";
        case NeedState::DRAFT:
        case NeedState::READY:
        case NeedState::INQUIRING:
        case NeedState::OPTIONS:
        case NeedState::SELECTED:
        case NeedState::CONFIRMED:
        case NeedState::HANDOFF:
        case NeedState::PAUSED:
        case NeedState::DUPLICATE_LINKED:
        case NeedState::ENTERED_IN_ERROR:
            break;
    }
    return "OPEN";
}

// The same need at another referrer, or one that never was.
bool counts(const Need& need) {
    return need.state != NeedState::DUPLICATE_LINKED && need.state != NeedState::ENTERED_IN_ERROR;
}

Result<std::vector<Need>> needs_where(
    Desk& desk, Transaction& tx, std::string_view sql, Time from, Time until) {
    std::vector<schema::NeedId> ids;
    {
        auto rows = tx.query(sql, schema::unix_seconds(from), schema::unix_seconds(until));
        while (rows.next())
            ids.push_back(rows.id<schema::NeedId>(0));
        LEEWARD_TRY(rows.status());
    }
    std::vector<Need> out;
    for (const auto& id : ids) {
        LEEWARD_ASSIGN(Need need, load_need(desk, tx, id));
        if (counts(need)) out.push_back(std::move(need));
    }
    return out;
}

std::string service_word(const Need& need) {
    return std::string(schema::name(need.service));
}

std::string why_unmet(const Need& need, const std::vector<Question>& questions) {
    if (schema::is_code("UNMET_", need.outcome)) return need.outcome;
    std::vector<std::string> answers;
    for (const Question& one : questions)
        if (one.need == need.id) answers.push_back(one.told());
    return schema::unmet_why(answers);
}

Json::Array need_tables(const std::vector<Need>& needs, const std::vector<Question>& questions) {
    std::vector<Fact> facts;
    for (const Need& need : needs) {
        Fact fact{{service_word(need),
                   std::string(result_of(need.state)),
                   std::string(schema::name(need.priority))}};
        if (need.state == NeedState::UNPLACED) fact.detail = why_unmet(need, questions);
        facts.push_back(std::move(fact));
    }
    return schema::tables(schema::needs_chain(), facts);
}

Json::Array outcome_tables(const std::vector<Need>& moved) {
    std::vector<Fact> facts;
    for (const Need& need : moved)
        if (need.state == NeedState::CLOSED) facts.push_back({{service_word(need), need.outcome}});
    return schema::tables(schema::outcomes_chain(), facts);
}

// One survivor with all that she asked for in the half-year: counted once, whatever she needed.
struct Person {
    std::string age_band = "not_given";
    std::map<std::string_view, int> results{};

    [[nodiscard]] int times(std::string_view result) const {
        const auto found = results.find(result);
        return found == results.end() ? 0 : found->second;
    }
};

std::string_view served_word(const Person& person) {
    const int met = person.times("MET");
    const int missing = person.times("UNMET") + person.times("OPEN");
    if (met > 0) return missing > 0 ? "PARTLY_SERVED" : "SERVED";
    if (person.times("OPEN") > 0) return "OPEN";
    return person.times("UNMET") > 0 ? "NOT_SERVED" : "NO_LONGER_WANTED";
}

Json::Array people_tables(const std::vector<Need>& needs) {
    std::map<schema::CaseId, Person> people;
    for (const Need& need : needs) {
        Person& person = people[need.case_id];
        ++person.results[result_of(need.state)];
        if (const Json* fields = need.detail.find("fields"))
            if (!fields->text_at("age_band").empty()) person.age_band = fields->text_at("age_band");
    }
    std::vector<Fact> facts;
    for (const auto& [id, person] : people)
        facts.push_back({{person.age_band, std::string(served_word(person))}});
    return schema::tables(schema::people_chain(), facts);
}

// ------------------------------------------------------------------ a half-year

void append(Json& all, Json::Array more) {
    for (Json& one : more)
        all.push(std::move(one));
}

Result<Json> count_all(Desk& desk, Transaction& tx, HalfYear period) {
    const Time from = schema::begin_of(period);
    const Time until = schema::end_of(period);
    LEEWARD_ASSIGN(const auto needs,
                   needs_where(desk,
                               tx,
                               "SELECT id FROM need WHERE opened>=? AND opened<? ORDER BY opened",
                               from,
                               until));
    LEEWARD_ASSIGN(const auto moved,
                   needs_where(desk,
                               tx,
                               "SELECT id FROM need WHERE since>=? AND since<? ORDER BY since",
                               from,
                               until));
    LEEWARD_ASSIGN(const auto asked, questions(tx, from, until));
    Json all = Json::array();
    append(all, people_tables(needs));
    append(all, need_tables(needs, asked));
    append(all, outcome_tables(moved));
    append(all, answer_tables(desk, asked));
    return all;
}

Result<Json> kept(Transaction& tx, HalfYear period) {
    auto rows = tx.query("SELECT tables FROM half_year WHERE period=?", schema::name(period));
    if (!rows.next()) return Json();
    return schema::parse_json(rows.text(0), {4 * 1024 * 1024, 8});
}

Result<Json> tables_of(Desk& desk, Transaction& tx, HalfYear period, Time now) {
    LEEWARD_ASSIGN(Json tables, kept(tx, period));
    if (!tables.is_null()) return tables;
    LEEWARD_ASSIGN(tables, count_all(desk, tx, period));
    LEEWARD_TRY(tx.run("INSERT INTO half_year(period,counted,tables) VALUES(?,?,?)",
                       schema::name(period),
                       schema::unix_seconds(now),
                       tables.dump()));
    return tables;
}

HalfYear newest_counted(Time now) {
    HalfYear period = schema::before(schema::half_year_of(now));
    return now < schema::counted_at(period) ? schema::before(period) : period;
}

bool anything_asked(Transaction& tx, HalfYear period) {
    auto rows = tx.query("SELECT 1 FROM need WHERE opened>=? AND opened<? LIMIT 1",
                         schema::unix_seconds(schema::begin_of(period)),
                         schema::unix_seconds(schema::end_of(period)));
    return rows.next();
}

bool is_kept(Transaction& tx, HalfYear period) {
    return tx.query("SELECT 1 FROM half_year WHERE period=?", schema::name(period)).next();
}

Error not_counted(HalfYear period) {
    return {
        Errc::wrong_state,
        schema::name(period) +
            " is counted once, 14 days after it ends, so that nobody can subtract two countings "
            "of it. The numbers of the half-year before it can be had."};
}

}  // namespace

Outcome note_answer(Transaction& tx, const Leg& leg, Time now) {
    const auto kind = answered_by(leg.shown);
    if (!leg.ours || !kind) return Done{};
    return tx.run(
        "INSERT INTO leg_answer(leg,at,kind,reason) VALUES(?,?,?,?) "
        "ON CONFLICT(leg) DO UPDATE SET kind=excluded.kind,reason=excluded.reason",
        leg.id,
        schema::unix_seconds(now),
        *kind,
        *kind == Answered::DECLINED ? leg.reason : std::string());
}

Outcome count_half_year(Desk& desk, Transaction& tx, Time now) {
    const HalfYear period = newest_counted(now);
    if (is_kept(tx, period) || !anything_asked(tx, period)) return Done{};
    const auto tables = tables_of(desk, tx, period, now);
    return tables ? Outcome(Done{}) : Outcome(tables.error());
}

Outcome numbers_follow_clock(Transaction& tx, Time reached) {
    return tx.run("DELETE FROM half_year WHERE period>?", schema::name(newest_counted(reached)));
}

Result<Json> stats_show(Desk& desk, Transaction& tx, const Json& args, Time now) {
    const std::string typed = args.text_at("period");
    const auto period = typed.empty() ? newest_counted(now) : schema::half_year_from(typed);
    if (!period)
        return Error{Errc::invalid_argument, "say a half-year: 2026-H1 is January to June of 2026"};
    if (now < schema::counted_at(*period)) return not_counted(*period);
    LEEWARD_ASSIGN(Json tables, tables_of(desk, tx, *period, now));
    Json json = Json::object({{"period", schema::name(*period)},
                              {"from", schema::unix_seconds(schema::begin_of(*period))},
                              {"until", schema::unix_seconds(schema::end_of(*period))},
                              {"note",
                               "Rounded to 5. Withheld: under 11, or something under 11 could be "
                               "worked out from it."}});
    if (args.bool_at("csv")) return json.set("file", schema::csv(tables));
    return json.set("tables", std::move(tables));
}

}  // namespace leeward::node
