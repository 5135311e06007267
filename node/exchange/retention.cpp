#include "node/exchange/retention.h"

#include <array>

#include "node/exchange/due_rows.h"
#include "node/exchange/grants.h"
#include "node/exchange/incidents.h"
#include "node/exchange/legs.h"
#include "node/exchange/needs.h"
#include "node/exchange/notices.h"
#include "node/exchange/release_ends.h"
#include "node/exchange/two_people.h"
#include "schema/codes.h"

namespace leeward::node {
namespace {

using schema::CaseState;
using schema::GrantDiscloser;
using schema::Time;
using std::chrono::hours;

constexpr std::string_view own_class = "own_policy";
constexpr schema::Duration day = hours(24);
constexpr int cases_at_once = 200;
constexpr std::array ladder{30 * day, 7 * day, day};  // before our own record is erased

Error invalid(std::string_view why) {
    return {Errc::invalid_argument, std::string(why) + "; nothing was changed"};
}

// Days that our own records are kept after a case is closed; 0 where the organisation has set none.
Result<std::int64_t> own_days(Transaction& tx) {
    auto rows = tx.query("SELECT days FROM retention_clock WHERE class=?", own_class);
    const std::int64_t days = rows.next() ? rows.integer(0) : 0;
    LEEWARD_TRY(rows.status());
    return days;
}

struct Kept {
    std::string hold;
    Time until;
    std::string reason;
    Time raised;
};

Result<Kept> kept(Transaction& tx, const schema::CaseId& id) {
    auto rows = tx.query("SELECT hold,until,reason,raised FROM case_retention WHERE case_id=?", id);
    Kept out;
    if (rows.next()) {
        out.hold = rows.text(0);
        out.until = schema::from_unix(rows.integer(1));
        out.reason = rows.text(2);
        out.raised = schema::from_unix(rows.integer(3));
    }
    LEEWARD_TRY(rows.status());
    return out;
}

Outcome keep(Transaction& tx, const schema::CaseId& id, const Kept& k) {
    return tx.run(
        "INSERT INTO case_retention(case_id,hold,until,reason,raised) VALUES(?,?,?,?,?) "
        "ON CONFLICT(case_id) DO UPDATE SET hold=excluded.hold,until=excluded.until,"
        "reason=excluded.reason,raised=excluded.raised",
        id,
        k.hold,
        schema::unix_seconds(k.until),
        k.reason,
        schema::unix_seconds(k.raised));
}

Time end_of(const Case& one, const Kept& k, std::int64_t days) {
    return std::max(one.since + days * day, k.until);
}

Result<std::size_t> count(Transaction& tx, std::string_view sql, const schema::CaseId& id) {
    auto rows = tx.query(sql, id);
    const std::int64_t found = rows.next() ? rows.integer(0) : 0;
    LEEWARD_TRY(rows.status());
    return static_cast<std::size_t>(found);
}

Result<schema::Unsettled> unsettled(Transaction& tx, const schema::CaseId& id) {
    schema::Unsettled left;
    LEEWARD_ASSIGN(left.erasures_unattested,
                   count(tx,
                         "SELECT count(*) FROM grant_of WHERE case_id=? AND ours=1 AND "
                         "recipient<=1 AND discloser IN (4,5)",
                         id));
    // A withdrawal is confirmed once everybody who was told has said that it arrived.
    LEEWARD_ASSIGN(left.withdrawals_unconfirmed,
                   count(tx,
                         "SELECT count(*) FROM outbox WHERE leg IN (SELECT l.id FROM leg l JOIN "
                         "need n ON n.id=l.need WHERE n.case_id=?)",
                         id));
    LEEWARD_ASSIGN(const bool incident, has_incident(tx, id));
    left.incidents_open = incident ? 1 : 0;
    return left;
}

// Why our own record must stay although its time is over; "" if it may go.
Result<std::string_view> stays_because(Transaction& tx, const Case& one, const Kept& k) {
    using Why = std::string_view;
    if (!k.hold.empty()) return Why("LEGAL_HOLD");
    LEEWARD_ASSIGN(const auto legs,
                   count(tx,
                         "SELECT count(*) FROM leg l JOIN need n ON n.id=l.need WHERE "
                         "n.case_id=? AND l.shown<17",
                         one.id));
    if (legs > 0) return Why("LEG_LIVES");
    LEEWARD_ASSIGN(const auto left, unsettled(tx, one.id));
    if (schema::may_erase(one.state, left)) return Why("");
    if (left.incidents_open > 0) return Why("INCIDENT_OPEN");
    return left.erasures_unattested > 0 ? Why("ERASURE_UNCONFIRMED")
                                        : Why("WITHDRAWAL_UNCONFIRMED");
}

// ------------------------------------------------------------------ C4

Result<std::vector<std::string>> keys_of(Transaction& tx, const schema::CaseId& id) {
    std::vector<std::string> names{case_record(id)};
    {
        auto legs =
            tx.query("SELECT l.id FROM leg l JOIN need n ON n.id=l.need WHERE n.case_id=?", id);
        while (legs.next())
            names.push_back(leg_record(legs.id<schema::LegId>(0)));
        LEEWARD_TRY(legs.status());
    }
    auto grants = tx.query("SELECT id FROM grant_of WHERE case_id=? AND ours=1", id);
    while (grants.next())
        names.push_back(grant_record(grants.id<schema::GrantId>(0)));
    LEEWARD_TRY(grants.status());
    return names;
}

// What rests on the record ends with its time. Whether there was anything: partners erase what they hold
// before the record goes.
Result<bool> end_releases(Desk& desk, Transaction& tx, const schema::CaseId& id, Time now) {
    using schema::ReleaseMove;
    LEEWARD_ASSIGN(auto all, releases_of(desk, tx, id));
    bool ended = false;
    for (auto& r : all) {
        if (schema::is_terminal(r.state)) continue;
        const bool lives = schema::live(r.state);
        LEEWARD_TRY(end_release(desk,
                                tx,
                                r,
                                lives ? ReleaseMove::R7 : ReleaseMove::R11,
                                lives ? "RELEASE_EXPIRED" : "RELEASE_VOID",
                                now));
        ended = true;
    }
    return ended;
}

// Whom they are about can be told nothing more.
Outcome settle_notices_of_releases(Desk& desk, Transaction& tx, const schema::CaseId& id) {
    LEEWARD_ASSIGN(const auto all, releases_of(desk, tx, id));
    for (const auto& r : all)
        LEEWARD_TRY(settle_notices(tx, r.id.get()));
    return Done{};
}

Outcome empty_columns(Transaction& tx, const schema::CaseId& id) {
    LEEWARD_TRY(tx.run("UPDATE survivor_case SET sealed=x'' WHERE id=?", id));
    LEEWARD_TRY(tx.run("UPDATE need SET sealed=x'' WHERE case_id=?", id));
    LEEWARD_TRY(tx.run("UPDATE release SET sealed=x'',timer=0 WHERE case_id=?", id));
    LEEWARD_TRY(tx.run("UPDATE grant_of SET sealed=x'' WHERE case_id=?", id));
    return tx.run("UPDATE leg SET detail=x'' WHERE need IN (SELECT id FROM need WHERE case_id=?)",
                  id);
}

Outcome log_erased(Desk& desk, Transaction& tx, Time now) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ERASED;
    event.machine = schema::Machine::CASE;
    event.transition = static_cast<Byte>(schema::CaseMove::C4);
    event.from_state = static_cast<Byte>(CaseState::CLOSED);
    event.to_state = static_cast<Byte>(CaseState::ERASED);
    event.tier = static_cast<Byte>(schema::Tier::L0);
    return log_event(desk, tx, event, now);
}

// The keys go once the transaction is kept: what stays in the log names nobody.
Outcome erase_case(Desk& desk, Transaction& tx, const Case& one, Time now) {
    LEEWARD_ASSIGN(const auto state, schema::next(schema::CaseMove::C4, one.state));
    LEEWARD_ASSIGN(auto names, keys_of(tx, one.id));
    LEEWARD_TRY(settle_notices_of_releases(desk, tx, one.id));
    LEEWARD_TRY(empty_columns(tx, one.id));
    LEEWARD_TRY(tx.run("UPDATE survivor_case SET state=?,since=? WHERE id=?",
                       state,
                       schema::unix_seconds(now),
                       one.id));
    LEEWARD_TRY(settle_notices(tx, one.id.get()));
    tx.on_commit([&desk, names = std::move(names)] { (void)desk.records.destroy(names); });
    return log_erased(desk, tx, now);
}

// ------------------------------------------------------------------ before the end

Outcome call(
    Desk& desk, Transaction& tx, const Case& one, Kept k, std::string_view code, Time now) {
    k.raised = now;
    LEEWARD_TRY(keep(tx, one.id, k));
    return call_for(desk,
                    tx,
                    schema::Machine::CASE,
                    static_cast<Byte>(one.state),
                    code,
                    one.id.get(),
                    std::nullopt,
                    now);
}

// The newest rung of the ladder has passed and nobody was called since.
bool warns(Time end, Time raised, Time now) {
    for (const auto before : ladder)
        if (end - before <= now && raised < end - before) return true;
    return false;
}

Outcome look_at(Desk& desk, Transaction& tx, const Case& one, std::int64_t days, Time now) {
    LEEWARD_ASSIGN(const Kept k, kept(tx, one.id));
    const Time end = end_of(one, k, days);
    if (end > now)
        return warns(end, k.raised, now) ? call(desk, tx, one, k, "CASE_ERASED_SOON", now)
                                         : Outcome(Done{});
    LEEWARD_ASSIGN(const auto why, stays_because(tx, one, k));
    if (why.empty()) {
        LEEWARD_ASSIGN(const bool ended, end_releases(desk, tx, one.id, now));
        return ended ? Outcome(Done{}) : erase_case(desk, tx, one, now);
    }
    const bool again = k.raised < end || k.raised + 7 * day <= now;
    return again ? call(desk, tx, one, k, "ERASURE_WAITS", now) : Outcome(Done{});
}

// Cases that are closed and near their end, or past it.
Outcome look_at_cases(Desk& desk, Transaction& tx, std::int64_t days, Time now) {
    return each_in_rounds<schema::CaseId>(
        desk,
        "case",
        tx.query("SELECT id FROM survivor_case WHERE state=? AND since<=? ORDER BY id<=?,id",
                 CaseState::CLOSED,
                 schema::unix_seconds(now - days * day + ladder.front()),
                 desk.turns.last("case")),
        now,
        cases_at_once,
        [&](const schema::CaseId& id) -> Outcome {
            LEEWARD_ASSIGN(const Case one, load_case(desk, tx, id));
            return look_at(desk, tx, one, days, now);
        });
}

// ------------------------------------------------------------------ return paths

Outcome log_erased_path(Desk& desk, Transaction& tx, const Release& r, Time now) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ERASED;
    event.machine = schema::Machine::RELEASE;
    event.from_state = event.to_state = static_cast<Byte>(r.state);
    event.tier = static_cast<Byte>(schema::Tier::L0);
    return log_event(desk, tx, event, now);
}

// Its text and who signed it. That there was one stays.
Outcome erase_return_path(Desk& desk, Transaction& tx, const schema::ReleaseId& id, Time now) {
    LEEWARD_ASSIGN(const Release r, load_release(desk, tx, id));
    LEEWARD_TRY(settle_notices(tx, id.get()));
    LEEWARD_TRY(tx.run("UPDATE release SET sealed=x'',timer=0 WHERE id=?", id));
    return log_erased_path(desk, tx, r, now);
}

// It rests on its leg as a release on its case, and goes as long after both have ended; not while an incident
// about the leg is open.
Rows ended_return_paths(Transaction& tx, Time before) {
    return tx.query(
        "SELECT r.id FROM release r JOIN leg l ON l.id=r.leg WHERE r.sealed<>x'' AND r.applied>0 "
        "AND r.applied<=?1 AND l.shown>=?2 AND l.since<=?1 AND NOT EXISTS(SELECT 1 FROM incident i "
        "WHERE i.leg=r.leg AND i.state<>?3)",
        schema::unix_seconds(before),
        schema::LegState::DECLINED,
        schema::IncidentState::CLOSED);
}

Outcome look_at_return_paths(Desk& desk, Transaction& tx, std::int64_t days, Time now) {
    std::vector<std::string> keys;
    LEEWARD_TRY(each_due<schema::ReleaseId>(desk,
                                            "return path",
                                            ended_return_paths(tx, now - days * day),
                                            now,
                                            cases_at_once,
                                            [&](const schema::ReleaseId& id) {
                                                keys.push_back(return_path_record(id));
                                                return erase_return_path(desk, tx, id, now);
                                            }));
    if (!keys.empty()) tx.on_commit([&desk, keys] { (void)desk.records.destroy(keys); });
    return Done{};
}

}  // namespace

Outcome fire_retention_timers(Desk& desk, Transaction& tx, Time now) {
    LEEWARD_ASSIGN(const std::int64_t days, own_days(tx));
    if (days == 0) return Done{};
    LEEWARD_TRY(look_at_cases(desk, tx, days, now));
    return look_at_return_paths(desk, tx, days, now);
}

Outcome retention_follows_clock(Transaction& tx, Time reached) {
    const std::int64_t at = schema::unix_seconds(reached);
    LEEWARD_TRY(tx.run("UPDATE survivor_case SET since=?1 WHERE since>?1", at));
    return tx.run("UPDATE case_retention SET raised=?1 WHERE raised>?1", at);
}

// ------------------------------------------------------------------ what people do

namespace {

struct Clock {
    std::string_view what;
    std::string_view ends;
};
// The classes of the catalogue and what is kept beside records; their clocks are not settings.
constexpr std::array fixed_clocks{
    Clock{"T0 statements", "replaced by the next one"},
    Clock{"T1 card at a recipient", "24 h after the leg ends, 72 h where it was routine"},
    Clock{"handoff set", "24 h after the arrival, at both ends"},
    Clock{"referral copy, T2 and T3", "with its release or leg, whichever ends first"},
    Clock{"TONIGHT", "72 h"},
    Clock{"emergency access", "at most 4 h"},
    Clock{"log without a person", "stays; what ties it to her goes with the record"},
    Clock{"backups", "30 days"}};

Result<Json> cases_held(Desk& desk, Transaction& tx) {
    std::vector<schema::CaseId> ids;
    {
        auto rows =
            tx.query("SELECT case_id FROM case_retention WHERE hold<>'' OR until>0 LIMIT 200");
        while (rows.next())
            ids.push_back(rows.id<schema::CaseId>(0));
        LEEWARD_TRY(rows.status());
    }
    Json list = Json::array();
    for (const auto& id : ids) {
        LEEWARD_ASSIGN(const Case one, load_case(desk, tx, id));
        LEEWARD_ASSIGN(const Kept k, kept(tx, id));
        list.push(Json::object({{"id", schema::text(id)},
                                {"codename", one.codename},
                                {"hold", k.hold},
                                {"postponed_until", schema::unix_seconds(k.until)},
                                {"reason", k.reason}}));
    }
    return list;
}

Outcome log_kept(Desk& desk, Transaction& tx, std::string_view code, Time now) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = schema::Machine::CASE;
    event.tier = static_cast<Byte>(schema::Tier::L0);
    event.reason = schema::code_tag(code);
    return log_event(desk, tx, event, now);
}

}  // namespace

Result<Json> retention_show(Desk& desk, Transaction& tx, const Json&, Time) {
    LEEWARD_ASSIGN(const std::int64_t days, own_days(tx));
    Json clocks = Json::array();
    clocks.push(
        Json::object({{"what", "our own records and releases"},
                      {"ends",
                       days == 0 ? std::string("not set: nothing of ours is erased by itself")
                                 : std::to_string(days) +
                                       " days after the case is closed; a return path, after its "
                                       "leg has ended"}}));
    for (const auto& clock : fixed_clocks)
        clocks.push(Json::object({{"what", clock.what}, {"ends", clock.ends}}));
    LEEWARD_ASSIGN(Json held, cases_held(desk, tx));
    return Json::object({{"clocks", std::move(clocks)}, {"kept_longer", std::move(held)}});
}

Result<Json> retention_set(Desk& desk, Transaction& tx, const Json& args, Time now) {
    const std::int64_t days = args.int_at("days");
    if (days < 1 || days > 36'500) return invalid("say 1 to 36500 days");
    LEEWARD_TRY(tx.run(
        "INSERT INTO retention_clock(class,days) VALUES(?,?) ON CONFLICT(class) DO UPDATE SET "
        "days=excluded.days",
        own_class,
        days));
    LEEWARD_TRY(log_kept(desk, tx, "RETENTION_SET", now));
    return retention_show(desk, tx, Json::object(), now);
}

Result<Json> retention_hold(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Case one, find_case(desk, tx, args.text_at("case")));
    LEEWARD_ASSIGN(Kept k, kept(tx, one.id));
    const std::string code = args.text_at("code");
    const bool lifts = args.bool_at("lift");
    if (lifts ? !code.empty() : !schema::is_code("HOLD_", code))
        return invalid("say with --code HOLD_… what demands it, or --lift alone");
    k.hold = code;
    LEEWARD_TRY(keep(tx, one.id, k));
    LEEWARD_TRY(log_kept(desk, tx, lifts ? "HOLD_LIFTED" : code, now));
    return Json::object(
        {{"id", schema::text(one.id)},
         {"hold", k.hold},
         {"note", "This is our own copy alone. Recipients erase theirs on time all the same."}});
}

Result<Json> retention_postpone(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Case one, find_case(desk, tx, args.text_at("case")));
    const std::string code = args.text_at("code");
    const std::int64_t days = args.int_at("days");
    if (!schema::is_code("POSTPONE_", code)) return invalid("that is not a POSTPONE_ code");
    if (days < 1 || days > 365) return invalid("say 1 to 365 days");
    LEEWARD_TRY(
        second_person(desk, tx, args, schema::TwoPersonAct::POSTPONE_RETENTION, one.id.get(), now));
    LEEWARD_ASSIGN(Kept k, kept(tx, one.id));
    k.until = std::max(k.until, now + days * day);
    k.reason = code;
    LEEWARD_TRY(keep(tx, one.id, k));
    LEEWARD_TRY(settle_notices(tx, one.id.get()));
    LEEWARD_TRY(log_kept(desk, tx, code, now));
    return Json::object(
        {{"id", schema::text(one.id)}, {"until", schema::unix_seconds(k.until)}, {"reason", code}});
}

}  // namespace leeward::node
