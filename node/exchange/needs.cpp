#include "node/exchange/needs.h"

#include "node/exchange/ids.h"
#include "node/exchange/legs.h"
#include "node/exchange/notices.h"
#include "schema/codes.h"
#include "schema/record.h"
#include "schema/risk.h"
#include "schema/words.h"

namespace leeward::node {
namespace {

using schema::AskMove;
using schema::CaseState;
using schema::EventKind;
using schema::LegState;
using schema::Machine;
using schema::NeedMove;
using schema::NeedState;
using schema::Tier;
using schema::Time;

constexpr std::int64_t page_rows = 50;

std::string case_place(const schema::CaseId& id) {
    return "case/" + schema::text(id);
}
std::string need_place(const schema::NeedId& id) {
    return "need/" + schema::text(id);
}

Result<Json> open_json(Desk& desk,
                       const std::string& record,
                       const std::string& place,
                       BytesView sealed) {
    if (!desk.records.exists(record)) return Json();
    LEEWARD_ASSIGN(const SecretBytes text, desk.records.open(record, place, sealed));
    return schema::parse_json(as_text(text.reveal()), {1024 * 1024, 16});
}

schema::AuditRecord act(Machine machine, Byte number, Byte from, Byte to, std::string_view reason) {
    schema::AuditRecord event;
    event.kind = EventKind::ACT;
    event.machine = machine;
    event.transition = number;
    event.from_state = from;
    event.to_state = to;
    event.tier = static_cast<Byte>(Tier::L0);
    event.reason = schema::code_tag(reason);
    return event;
}

Need read_need(Rows& rows) {
    Need need;
    need.id = rows.id<schema::NeedId>(0);
    need.case_id = rows.id<schema::CaseId>(1);
    need.service = static_cast<schema::ServiceClass>(rows.integer(2));
    need.priority = static_cast<schema::Priority>(rows.integer(3));
    need.state = static_cast<NeedState>(rows.integer(4));
    need.opened = schema::from_unix(rows.integer(5));
    need.since = schema::from_unix(rows.integer(6));
    need.before_pause = static_cast<NeedState>(rows.integer(7));
    need.outcome = rows.text(8);
    need.raised = schema::from_unix(rows.integer(9));
    return need;
}

constexpr std::string_view need_columns =
    "SELECT id,case_id,service,priority,state,opened,since,before_pause,outcome,raised,sealed "
    "FROM need ";

Outcome save_need(Transaction& tx, const Need& need) {
    return tx.run("UPDATE need SET state=?,since=?,before_pause=?,outcome=?,raised=? WHERE id=?",
                  need.state,
                  schema::unix_seconds(need.since),
                  need.before_pause,
                  need.outcome,
                  schema::unix_seconds(need.raised),
                  need.id);
}

Json need_json(const Need& need, std::string_view codename) {
    Json json = Json::object({{"id", schema::text(need.id)},
                              {"case", schema::text(need.case_id)},
                              {"codename", codename},
                              {"service", schema::name(need.service)},
                              {"priority", schema::name(need.priority)},
                              {"state", schema::name(need.state)},
                              {"since", schema::unix_seconds(need.since)}});
    if (!need.outcome.empty()) json.set("outcome", need.outcome);
    return json;
}

Json case_json(const Case& one) {
    return Json::object({{"id", schema::text(one.id)},
                         {"codename", one.codename},
                         {"state", schema::name(one.state)},
                         {"opened", schema::unix_seconds(one.opened)}});
}

Result<std::vector<Need>> needs_of(Transaction& tx, const schema::CaseId& id) {
    static const std::string text = std::string(need_columns) + "WHERE case_id=? ORDER BY opened";
    std::vector<Need> needs;
    auto rows = tx.query(text, id);
    while (rows.next())
        needs.push_back(read_need(rows));
    LEEWARD_TRY(rows.status());
    return needs;
}

std::vector<LegState> shown_of(const std::vector<Leg>& legs) {
    std::vector<LegState> shown;
    for (const auto& leg : legs)
        shown.push_back(leg.shown);
    return shown;
}

}  // namespace

std::string case_record(const schema::CaseId& id) {
    return "case/" + schema::text(id);
}

Result<Need> load_need(Desk& desk, Transaction& tx, const schema::NeedId& id) {
    static const std::string text = std::string(need_columns) + "WHERE id=?";
    auto rows = tx.query(text, id);
    if (!rows.next()) return Error{Errc::not_found, "no such need on this node"};
    Need need = read_need(rows);
    LEEWARD_ASSIGN(need.detail,
                   open_json(desk, case_record(need.case_id), need_place(id), rows.blob(10)));
    return need;
}

Result<Need> find_need(Desk& desk, Transaction& tx, std::string_view typed) {
    LEEWARD_ASSIGN(const Bytes id, find_id(tx, "need", typed));
    return load_need(desk, tx, schema::NeedId(to_array<16>(id)));
}

Result<Case> load_case(Desk& desk, Transaction& tx, const schema::CaseId& id) {
    auto rows =
        tx.query("SELECT codename,state,opened,since,sealed FROM survivor_case WHERE id=?", id);
    if (!rows.next()) return Error{Errc::not_found, "no such case on this node"};
    Case one;
    one.id = id;
    one.codename = rows.text(0);
    one.state = static_cast<CaseState>(rows.integer(1));
    one.opened = schema::from_unix(rows.integer(2));
    one.since = schema::from_unix(rows.integer(3));
    LEEWARD_ASSIGN(one.record, open_json(desk, case_record(id), case_place(id), rows.blob(4)));
    return one;
}

Result<Case> find_case(Desk& desk, Transaction& tx, std::string_view typed) {
    LEEWARD_ASSIGN(const Bytes id, find_id(tx, "survivor_case", typed));
    return load_case(desk, tx, schema::CaseId(to_array<16>(id)));
}

// ------------------------------------------------------------------ cases

Result<Json> case_new(Desk& desk, Transaction& tx, const Json& args, Time now) {
    if (args.text_at("duplicate-check").empty())
        return Error{Errc::invalid_argument, "say what the duplicate check found: none, or which"};
    LEEWARD_ASSIGN(const Json record, schema::parse_json(args.text_at("record"), {256 * 1024, 16}));
    LEEWARD_TRY(schema::check_record(record, Tier::L0));
    Case one;
    one.id = schema::new_id<schema::CaseId>(desk.random);
    one.codename = schema::codename(desk.random);
    one.state = CaseState::OPEN;
    LEEWARD_TRY(desk.records.ensure(case_record(one.id)));
    LEEWARD_ASSIGN(
        const Bytes sealed,
        desk.records.seal(case_record(one.id), case_place(one.id), as_bytes(record.dump())));
    LEEWARD_TRY(tx.run(
        "INSERT INTO survivor_case(id,codename,state,opened,since,sealed) VALUES(?,?,?,?,?,?)",
        one.id,
        one.codename,
        one.state,
        schema::unix_seconds(now),
        schema::unix_seconds(now),
        BytesView(sealed)));
    LEEWARD_TRY(
        log_event(desk, tx, act(Machine::CASE, 1, 0, static_cast<Byte>(CaseState::OPEN), ""), now));
    one.opened = now;
    return case_json(one);
}

Result<Json> case_list(Desk&, Transaction& tx, const Json& args, Time) {
    const std::int64_t page = std::max<std::int64_t>(1, args.int_at("page"));
    auto rows = tx.query(
        "SELECT id,codename,state,opened FROM survivor_case WHERE ? OR state=? "
        "ORDER BY since DESC LIMIT ? OFFSET ?",
        args.bool_at("all"),
        CaseState::OPEN,
        page_rows,
        (page - 1) * page_rows);
    Json cases = Json::array();
    while (rows.next()) {
        Case one;
        one.id = rows.id<schema::CaseId>(0);
        one.codename = rows.text(1);
        one.state = static_cast<CaseState>(rows.integer(2));
        one.opened = schema::from_unix(rows.integer(3));
        cases.push(case_json(one));
    }
    LEEWARD_TRY(rows.status());
    return Json::object({{"cases", std::move(cases)}, {"page", page}});
}

// The record is read only with a purpose, and the reading is an act in the log.
Result<Json> case_show(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Case one, find_case(desk, tx, args.text_at("id")));
    Json json = case_json(one);
    Json needs = Json::array();
    LEEWARD_ASSIGN(const auto all, needs_of(tx, one.id));
    for (const auto& need : all)
        needs.push(need_json(need, one.codename));
    json.set("needs", std::move(needs));
    const std::string purpose = args.text_at("purpose");
    if (purpose.empty()) return json;
    auto event = act(Machine::CASE, 0, 0, 0, "");
    event.kind = EventKind::VIEW;
    event.purpose = schema::code_tag(purpose);
    LEEWARD_TRY(log_event(desk, tx, event, now));
    json.set("record", one.record);
    return json;
}

// ------------------------------------------------------------------ needs

namespace {

struct NeedText {
    schema::ServiceClass service{};
    schema::Priority priority{};
    Json fields;
    bool wishes_asked = false;
};

Result<NeedText> read_need_text(std::string_view text) {
    LEEWARD_ASSIGN(const Json json, schema::parse_json(text, {64 * 1024, 8}));
    schema::ObjectReader in(json, "need");
    const auto service = schema::service_class_from(in.text("service", 32));
    const auto priority = schema::priority_from(in.text("priority", 32));
    const Json fields = in.any("fields");
    const bool asked = in.flag("wishes_asked");
    LEEWARD_TRY(in.finish());
    if (!service) return Error{Errc::malformed, "need: the service is not known"};
    if (!priority) return Error{Errc::malformed, "need: priority is EMERGENCY, URGENT or ROUTINE"};
    LEEWARD_TRY(schema::check_record(fields, Tier::T1));
    if (!t1_card_is_valid(fields))
        return Error{Errc::malformed, "need: fields hold something that is not T1"};
    return NeedText{*service, *priority, fields, asked};
}

}  // namespace

bool t1_card_is_valid(const Json& card) {
    return static_cast<bool>(schema::check_record(card, Tier::T1)) &&
           schema::fields_of(card).is_subset_of(schema::fields_of_tier(Tier::T1));
}

Result<Json> need_new(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Case one, find_case(desk, tx, args.text_at("case")));
    LEEWARD_ASSIGN(const NeedText text, read_need_text(args.text_at("need")));
    if (one.state != CaseState::OPEN)
        return Error{Errc::wrong_state, "this case is closed; reopen it first"};
    if (!text.wishes_asked)
        return Error{Errc::invalid_argument,
                     "the survivor's wishes were not asked; ask, or record why not, before a need "
                     "is made. Nothing was saved."};
    Need need;
    need.id = schema::new_id<schema::NeedId>(desk.random);
    need.case_id = one.id;
    need.service = text.service;
    need.priority = text.priority;
    need.state = NeedState::DRAFT;
    need.opened = need.since = now;
    need.detail = Json::object({{"fields", text.fields}, {"wishes_asked", true}});
    LEEWARD_ASSIGN(
        const Bytes sealed,
        desk.records.seal(case_record(one.id), need_place(need.id), as_bytes(need.detail.dump())));
    LEEWARD_TRY(
        tx.run("INSERT INTO need(id,case_id,service,priority,state,opened,since,sealed) "
               "VALUES(?,?,?,?,?,?,?,?)",
               need.id,
               need.case_id,
               need.service,
               need.priority,
               need.state,
               schema::unix_seconds(now),
               schema::unix_seconds(now),
               BytesView(sealed)));
    LEEWARD_TRY(move_need(desk, tx, need, NeedMove::N1, std::nullopt, "", now));
    Json json = need_json(need, one.codename);
    json.set("risk", schema::meter_json(schema::measure(text.fields)));
    return json;
}

Result<Json> need_list(Desk&, Transaction& tx, const Json& args, Time) {
    const std::int64_t page = std::max<std::int64_t>(1, args.int_at("page"));
    auto rows = tx.query(
        "SELECT n.id,n.case_id,n.service,n.priority,n.state,n.opened,n.since,n.before_pause,"
        "n.outcome,n.raised,c.codename FROM need n JOIN survivor_case c ON c.id=n.case_id "
        "WHERE ? OR n.state<? ORDER BY n.state,n.since LIMIT ? OFFSET ?",
        args.bool_at("all"),
        NeedState::CLOSED,
        page_rows,
        (page - 1) * page_rows);
    Json needs = Json::array();
    while (rows.next()) {
        const Need need = read_need(rows);
        needs.push(need_json(need, rows.text(10)));
    }
    LEEWARD_TRY(rows.status());
    return Json::object({{"needs", std::move(needs)}, {"page", page}});
}

Result<Json> need_show(Desk& desk, Transaction& tx, const Json& args, Time) {
    LEEWARD_ASSIGN(const Need need, find_need(desk, tx, args.text_at("id")));
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, need.case_id));
    LEEWARD_ASSIGN(const auto legs, legs_of(desk, tx, need.id));
    Json json = need_json(need, one.codename);
    Json list = Json::array();
    for (const auto& leg : legs) {
        Json item = leg_json(desk, leg);
        for (const std::string_view key : {"conditions", "capacity_as_of", "band", "question"})
            if (const Json* value = leg.detail.find(key)) item.set(key, *value);
        list.push(std::move(item));
    }
    json.set("legs", std::move(list));
    if (const Json* fields = need.detail.find("fields")) {
        json.set("fields", *fields);
        json.set("risk", schema::meter_json(schema::measure(*fields)));
    }
    return json;
}

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

// A case closes when its last need has: its retention clock starts.
static Outcome case_follows(Desk& desk, Transaction& tx, const schema::CaseId& id, Time now) {
    LEEWARD_ASSIGN(const auto needs, needs_of(tx, id));
    for (const auto& need : needs)
        if (!schema::is_terminal(need.state)) return Done{};
    LEEWARD_TRY(tx.run("UPDATE survivor_case SET state=?,since=? WHERE id=? AND state=?",
                       CaseState::CLOSED,
                       schema::unix_seconds(now),
                       id,
                       CaseState::OPEN));
    if (tx.changes() == 0) return Done{};
    return log_event(desk,
                     tx,
                     act(Machine::CASE,
                         2,
                         static_cast<Byte>(CaseState::OPEN),
                         static_cast<Byte>(CaseState::CLOSED),
                         ""),
                     now);
}

Result<Json> need_close(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Need need, find_need(desk, tx, args.text_at("id")));
    const std::string outcome = args.text_at("outcome");
    if (!schema::is_code("OUTCOME_", outcome))
        return Error{Errc::invalid_argument, "that is not an OUTCOME_ code; nothing was changed"};
    if (need.state == NeedState::PLACED)
        LEEWARD_TRY(move_need(desk, tx, need, NeedMove::N11, std::nullopt, "", now));
    need.outcome = outcome;
    LEEWARD_TRY(move_need(desk, tx, need, NeedMove::N21, std::nullopt, outcome, now));
    LEEWARD_TRY(case_follows(desk, tx, need.case_id, now));
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, need.case_id));
    return need_json(need, one.codename);
}

// The survivor's word: no second person, no delay. Live legs before departure are asked to end.
Result<Json> need_withdraw(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Need need, find_need(desk, tx, args.text_at("id")));
    const std::string reason = args.text_at("reason");
    if (!schema::is_code("WITHDRAW_", reason))
        return Error{Errc::invalid_argument, "that is not a WITHDRAW_ code; nothing was changed"};
    LEEWARD_TRY(move_need(desk, tx, need, NeedMove::N13, std::nullopt, reason, now));
    LEEWARD_ASSIGN(const auto legs, legs_of(desk, tx, need.id));
    for (const auto& listed : legs) {
        LEEWARD_ASSIGN(Leg leg, load_leg(desk, tx, listed.id));
        if (schema::is_terminal(leg.shown)) continue;
        const auto move = leg.sent ? AskMove::A13 : AskMove::A14;
        if (!schema::write_ask(move, leg.ask, leg.answer, !leg.sent)) continue;
        LEEWARD_TRY(write(desk, tx, leg, move, {Json::object(), reason}, now));
    }
    LEEWARD_TRY(case_follows(desk, tx, need.case_id, now));
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, need.case_id));
    return need_json(need, one.codename);
}

// ------------------------------------------------------------------ what follows by itself

namespace {

bool is_firm(const Leg& leg) {
    if (leg.shown == LegState::ARRIVED) return true;
    return schema::is_chosen(leg.shown) && schema::accepted_or_later(leg.answer.value);
}

// One leg that must now be told "placed elsewhere or no longer needed", if any is left.
const Leg* to_release(const std::vector<Leg>& legs) {
    const bool firm = std::any_of(legs.begin(), legs.end(), is_firm);
    if (!firm) return nullptr;
    const auto at = std::find_if(legs.begin(), legs.end(), [](const Leg& leg) {
        return !is_firm(leg) && schema::write_ask(AskMove::A8, leg.ask, leg.answer, !leg.sent) &&
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
    LEEWARD_ASSIGN(const auto legs, legs_of(desk, tx, id));
    if (const Leg* other = to_release(legs)) {
        LEEWARD_ASSIGN(Leg leg, load_leg(desk, tx, other->id));
        return write(desk, tx, leg, AskMove::A8, {}, now);  // comes back here for the next
    }
    LEEWARD_ASSIGN(Need need, load_need(desk, tx, id));
    const auto shown = shown_of(legs);
    while (const auto step = schema::derive(need.state, shown, candidates(desk, need, legs)))
        LEEWARD_TRY(move_need(desk, tx, need, step->move, step->to, "", now));
    if (schema::is_terminal(need.state)) return case_follows(desk, tx, need.case_id, now);
    return Done{};
}

Result<bool> still_looks(Transaction& tx, const schema::NeedId& id) {
    auto rows = tx.query("SELECT state FROM need WHERE id=?", id);
    if (!rows.next()) return false;
    const auto state = static_cast<NeedState>(rows.integer(0));
    return state == NeedState::READY || state == NeedState::INQUIRING ||
           state == NeedState::OPTIONS || state == NeedState::UNPLACED;
}

}  // namespace leeward::node
