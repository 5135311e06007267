#include "node/exchange/incidents.h"

#include <map>

#include "node/exchange/grant_ends.h"
#include "node/exchange/ids.h"
#include "node/exchange/needs.h"
#include "node/exchange/notices.h"
#include "schema/codes.h"
#include "schema/deadline.h"

namespace leeward::node {
namespace {

using schema::DeadlineRow;
using schema::IncidentMove;
using schema::IncidentState;
using schema::Machine;
using schema::Time;

constexpr std::string_view columns =
    "SELECT id,kind,state,opened,since,raised,subject,leg,case_id,peer,notices,reason "
    "FROM incident ";

Incident read_incident(Rows& rows) {
    Incident one;
    one.id = rows.id<schema::IncidentId>(0);
    one.kind = rows.text(1);
    one.state = static_cast<IncidentState>(rows.integer(2));
    one.opened = schema::from_unix(rows.integer(3));
    one.since = schema::from_unix(rows.integer(4));
    one.raised = schema::from_unix(rows.integer(5));
    one.subject = rows.bytes(6);
    if (!rows.is_null(7)) one.leg = rows.id<schema::LegId>(7);
    if (!rows.is_null(8)) one.case_id = rows.id<schema::CaseId>(8);
    if (!rows.is_null(9)) one.peer = rows.id<schema::NodeId>(9);
    one.notices = rows.text(10);
    one.reason = rows.text(11);
    return one;
}

Result<std::vector<Incident>> read_all(Rows rows) {
    std::vector<Incident> out;
    while (rows.next())
        out.push_back(read_incident(rows));
    LEEWARD_TRY(rows.status());
    return out;
}

const std::string& select(std::string_view rest) {
    static std::map<std::string_view, std::string> made;
    auto& text = made[rest];
    if (text.empty()) text = std::string(columns) + std::string(rest);
    return text;
}

Outcome save(Transaction& tx, const Incident& one) {
    return tx.run("UPDATE incident SET state=?,since=?,raised=?,notices=?,reason=? WHERE id=?",
                  one.state,
                  schema::unix_seconds(one.since),
                  schema::unix_seconds(one.raised),
                  one.notices,
                  one.reason,
                  one.id);
}

Outcome log_move(Desk& desk,
                 Transaction& tx,
                 const Incident& one,
                 IncidentMove move,
                 IncidentState before,
                 std::string_view reason,
                 Time now) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = Machine::INCIDENT;
    event.transition = static_cast<Byte>(move);
    event.from_state = static_cast<Byte>(before);
    event.to_state = static_cast<Byte>(one.state);
    event.reason = schema::code_tag(reason);
    if (one.peer) event.other = schema::organisation_tag(*one.peer);
    return log_event(desk, tx, event, now);
}

Outcome move_incident(Desk& desk,
                      Transaction& tx,
                      Incident& one,
                      IncidentMove move,
                      std::string_view reason,
                      Time now) {
    const IncidentState before = one.state;
    LEEWARD_ASSIGN(one.state, schema::next(move, before));
    one.since = now;
    one.raised = {};
    one.reason = std::string(reason);
    LEEWARD_TRY(save(tx, one));
    if (schema::is_terminal(one.state)) LEEWARD_TRY(settle_notices(tx, one.id.get()));
    return log_move(desk, tx, one, move, before, reason, now);
}

Outcome insert(Transaction& tx, const Incident& one) {
    return tx.run(
        "INSERT INTO incident(id,kind,state,opened,since,subject,leg,case_id,peer) "
        "VALUES(?,?,?,?,?,?,?,?,?)",
        one.id,
        one.kind,
        one.state,
        schema::unix_seconds(one.opened),
        schema::unix_seconds(one.since),
        BytesView(one.subject),
        one.leg,
        one.case_id,
        one.peer);
}

Json incident_json(const Desk& desk, const Incident& one) {
    Json json = Json::object({{"id", schema::text(one.id)},
                              {"kind", one.kind},
                              {"state", schema::name(one.state)},
                              {"opened", schema::unix_seconds(one.opened)},
                              {"since", schema::unix_seconds(one.since)},
                              {"about", hex::encode(one.subject)},
                              {"notices", one.notices}});
    if (one.leg) json.set("leg", schema::text(*one.leg));
    if (const Peer* peer = one.peer ? desk.peers.find(*one.peer) : nullptr)
        json.set("peer", peer->card.organisation);
    if (!one.reason.empty()) json.set("reason", one.reason);
    return json;
}

Result<Incident> find_incident(Transaction& tx, std::string_view typed) {
    LEEWARD_ASSIGN(const Bytes id, find_id(tx, "incident", typed));
    LEEWARD_ASSIGN(auto found, read_all(tx.query(select("WHERE id=?"), BytesView(id))));
    if (found.empty()) return Error{Errc::not_found, "no such incident on this node"};
    return std::move(found.front());
}

Outcome is_of(std::string_view family, const std::string& code) {
    if (schema::is_code(family, code)) return Done{};
    return Error{Errc::invalid_argument,
                 "that is not a code of " + std::string(family) + "; nothing was changed"};
}

}  // namespace

namespace {

// A grant on its way is revoked; what is read there already is her care, and goes on.
Outcome stop_what_has_not_arrived(Desk& desk, Transaction& tx, const schema::LegId& leg, Time now) {
    LEEWARD_ASSIGN(const auto grants, grants_of(tx, Whose::LEG, leg.get()));
    for (const auto& g : grants)
        if (g.open() && g.away != Away::STORED)
            LEEWARD_TRY(close_grant(desk, tx, g, schema::GrantMove::G4t, now));
    return Done{};
}

Result<bool> is_known(Transaction& tx, std::string_view kind, BytesView subject) {
    auto rows = tx.query("SELECT 1 FROM incident WHERE kind=? AND subject=?", kind, subject);
    const bool found = rows.next();
    LEEWARD_TRY(rows.status());
    return found;
}

}  // namespace

Outcome open_incident(
    Desk& desk, Transaction& tx, std::string_view kind, const About& about, Time now) {
    LEEWARD_ASSIGN(const bool known, is_known(tx, kind, about.subject));
    if (known) return Done{};
    Incident one;
    one.id = schema::new_id<schema::IncidentId>(desk.random);
    one.kind = std::string(kind);
    one.state = IncidentState::OPEN;
    one.opened = one.since = now;
    one.subject.assign(about.subject.begin(), about.subject.end());
    one.leg = about.leg;
    one.case_id = about.case_id;
    one.peer = about.peer;
    LEEWARD_TRY(insert(tx, one));
    if (one.leg) LEEWARD_TRY(stop_what_has_not_arrived(desk, tx, *one.leg, now));
    LEEWARD_TRY(raise(tx, kind, one.id.get(), one.peer, now));
    return log_move(desk, tx, one, IncidentMove::I1, IncidentState::OPEN, kind, now);
}

namespace {

Result<About> about_leg(Desk& desk, Transaction& tx, const Leg& leg) {
    About about{leg.id.get(), leg.id, {}, leg.peer};
    if (!leg.need) return about;
    LEEWARD_ASSIGN(const Need need, load_need(desk, tx, *leg.need));
    about.case_id = need.case_id;
    return about;
}

}  // namespace

Outcome incidents_follow(Desk& desk, Transaction& tx, const Leg& leg, Time now) {
    LEEWARD_ASSIGN(const About about, about_leg(desk, tx, leg));
    if (leg.shown == schema::LegState::MISDIRECTED)
        return open_incident(desk, tx, "INCIDENT_MISDIRECTED", about, now);
    if (leg.shown == schema::LegState::CANCEL_UNCONFIRMED)
        return open_incident(desk, tx, "INCIDENT_CANCEL_UNCONFIRMED", about, now);
    if (leg.shown == schema::LegState::DISCARDED)
        return contain_incidents_about(desk, tx, leg.id.get(), "CONTAINED_ATTESTED", now);
    return Done{};
}

Outcome contain_incidents_about(
    Desk& desk, Transaction& tx, BytesView subject, std::string_view reason, Time now) {
    LEEWARD_ASSIGN(
        auto open,
        read_all(tx.query(select("WHERE subject=? AND state=?"), subject, IncidentState::OPEN)));
    for (auto& one : open)
        LEEWARD_TRY(move_incident(desk, tx, one, IncidentMove::I2, reason, now));
    return Done{};
}

Result<bool> has_incident(Transaction& tx, const schema::CaseId& id) {
    auto rows = tx.query(
        "SELECT 1 FROM incident WHERE case_id=? AND state<>? LIMIT 1", id, IncidentState::CLOSED);
    const bool found = rows.next();
    LEEWARD_TRY(rows.status());
    return found;
}

Result<bool> stops_disclosure(Transaction& tx, const schema::LegId& leg) {
    auto rows = tx.query(
        "SELECT 1 FROM incident WHERE leg=? AND state=? LIMIT 1", leg, IncidentState::OPEN);
    const bool found = rows.next();
    LEEWARD_TRY(rows.status());
    return found;
}

// ------------------------------------------------------------------ what people do

namespace {

Result<std::vector<Incident>> not_closed(Transaction& tx,
                                         std::string_view kind,
                                         const schema::LegId& leg) {
    return read_all(tx.query(
        select("WHERE kind=? AND leg=? AND state<>? LIMIT 1"), kind, leg, IncidentState::CLOSED));
}

}  // namespace

// Reported by a worker: a key in the wrong hands, a device that is gone, a wrong recipient.
Result<Json> incident_open(Desk& desk, Transaction& tx, const Json& args, Time now) {
    const std::string kind = args.text_at("kind");
    LEEWARD_TRY(is_of("INCIDENT_", kind));
    About about;
    const auto own = desk.random.array<16>();  // a subject of its own: no record is named
    about.subject = own;
    std::optional<Leg> leg;
    if (!args.text_at("leg").empty()) {
        LEEWARD_ASSIGN(leg, find_leg(desk, tx, args.text_at("leg")));
        LEEWARD_ASSIGN(const auto still, not_closed(tx, kind, leg->id));
        if (!still.empty()) return incident_json(desk, still.front());
        LEEWARD_ASSIGN(about, about_leg(desk, tx, *leg));
        LEEWARD_ASSIGN(const bool closed, is_known(tx, kind, about.subject));
        if (closed) about.subject = own;  // another than that one
    }
    if (!args.text_at("peer").empty()) {
        LEEWARD_ASSIGN(const Peer* peer, desk.peers.named(args.text_at("peer")));
        about.peer = peer->node();
    }
    LEEWARD_TRY(open_incident(desk, tx, kind, about, now));
    LEEWARD_ASSIGN(const auto found,
                   read_all(tx.query(select("WHERE kind=? AND subject=?"), kind, about.subject)));
    return incident_json(desk, found.front());
}

Result<Json> incident_list(Desk& desk, Transaction& tx, const Json& args, Time) {
    const auto until = args.bool_at("all") ? IncidentState::CLOSED : IncidentState::CONTAINED;
    LEEWARD_ASSIGN(
        const auto all,
        read_all(tx.query(select("WHERE state<=? ORDER BY state,opened DESC LIMIT 200"), until)));
    Json list = Json::array();
    for (const auto& one : all)
        list.push(incident_json(desk, one));
    return Json::object({{"incidents", std::move(list)}});
}

// A notice that is owed was given: to the funder, the regulator, the survivor by her own worker.
Result<Json> incident_notice(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Incident one, find_incident(tx, args.text_at("id")));
    const std::string code = args.text_at("code");
    LEEWARD_TRY(is_of("TOLD_", code));
    if (schema::is_terminal(one.state))
        return Error{Errc::wrong_state, "this incident is closed; nothing was changed"};
    one.notices += (one.notices.empty() ? "" : " ") + code;
    LEEWARD_TRY(save(tx, one));
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = Machine::INCIDENT;
    event.from_state = event.to_state = static_cast<Byte>(one.state);
    event.reason = schema::code_tag(code);
    LEEWARD_TRY(log_event(desk, tx, event, now));
    return incident_json(desk, one);
}

Result<Json> incident_contain(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Incident one, find_incident(tx, args.text_at("id")));
    const std::string code = args.text_at("code");
    LEEWARD_TRY(is_of("CONTAINED_", code));
    LEEWARD_TRY(move_incident(desk, tx, one, IncidentMove::I2, code, now));
    return incident_json(desk, one);
}

// I3: a coded review by a supervisor.
Result<Json> incident_close(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_TRY(require(desk.actor, schema::supervisors));
    LEEWARD_ASSIGN(Incident one, find_incident(tx, args.text_at("id")));
    const std::string code = args.text_at("code");
    LEEWARD_TRY(is_of("REVIEWED_", code));
    LEEWARD_TRY(move_incident(desk, tx, one, IncidentMove::I3, code, now));
    return incident_json(desk, one);
}

// ------------------------------------------------------------------ by time

namespace {

// When whoever must be told of it should have been: once, and not again (domain.md section 3.8).
Time notices_due(const Incident& one) {
    if (one.state != IncidentState::OPEN || !one.notices.empty()) return never;
    const auto due =
        schema::due(DeadlineRow::INCIDENT_NOTICES, schema::Priority::URGENT, one.opened);
    return due && one.raised < *due ? *due : never;
}

Time call_due(const Incident& one) {
    const bool open = one.state == IncidentState::OPEN;
    const auto row = open ? DeadlineRow::INCIDENT_OPEN : DeadlineRow::INCIDENT_CONTAINED;
    const bool first = one.raised == Time{};
    const auto priority = schema::Priority::URGENT;  // the row is the same for all
    const auto due =
        first ? schema::due(row, priority, one.since) : schema::again(row, priority, one.raised);
    const Time notices = notices_due(one);
    if (notices != never && (!due || notices < *due)) return notices;
    return due ? *due : never;
}

Outcome call_again(Desk& desk, Transaction& tx, Incident& one, Time now) {
    const auto notices =
        schema::due(DeadlineRow::INCIDENT_NOTICES, schema::Priority::URGENT, one.opened);
    const bool owed =
        one.state == IncidentState::OPEN && one.notices.empty() && notices && *notices <= now;
    const std::string code = owed                               ? "NOTICES_DUE"
                             : one.state == IncidentState::OPEN ? one.kind
                                                                : "REVIEW_INCIDENT";
    one.raised = now;
    LEEWARD_TRY(save(tx, one));
    return call_for(desk,
                    tx,
                    Machine::INCIDENT,
                    static_cast<Byte>(one.state),
                    code,
                    one.id.get(),
                    one.peer,
                    now);
}

}  // namespace

Outcome fire_incident_timers(Desk& desk, Transaction& tx, Time now) {
    LEEWARD_ASSIGN(
        auto all,
        read_all(tx.query(select("WHERE state<>? ORDER BY raised,since"), IncidentState::CLOSED)));
    for (auto& one : all)
        if (call_due(one) <= now && desk.turns.take("incident", one.id.get(), now))
            LEEWARD_TRY(call_again(desk, tx, one, now));
    return Done{};
}

Outcome incidents_follow_clock(Transaction& tx, Time reached) {
    return tx.run(
        "UPDATE incident SET opened=min(opened,?1),since=min(since,?1),raised=min(raised,?1) "
        "WHERE max(opened,since,raised)>?1",
        schema::unix_seconds(reached));
}

}  // namespace leeward::node
