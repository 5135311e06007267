#include <algorithm>

#include "node/exchange/duplicates.h"
#include "node/exchange/need_rows.h"
#include "node/exchange/need_to_know.h"
#include "node/exchange/needs.h"
#include "node/exchange/pages.h"
#include "schema/codes.h"
#include "schema/identifying.h"
#include "schema/record.h"
#include "schema/words.h"

namespace leeward::node {
namespace {

using schema::CaseState;
using schema::Machine;
using schema::Tier;
using schema::Time;

// Siblings are cases of their own, each with her own releases, in a group that never leaves here.
Result<std::optional<Bytes>> sibling_group(Desk& desk, Transaction& tx, const std::string& of) {
    if (of.empty()) return std::optional<Bytes>();
    LEEWARD_ASSIGN(const Case other, find_case(desk, tx, of));
    auto rows = tx.query("SELECT siblings FROM survivor_case WHERE id=?", other.id);
    if (rows.next() && !rows.is_null(0)) return std::optional(rows.bytes(0));
    const auto group = desk.random.array<16>();
    LEEWARD_TRY(tx.run("UPDATE survivor_case SET siblings=? WHERE id=?", group, other.id));
    return std::optional(to_bytes(group));
}

// Where each of them is going, so that whoever wants to stay together can.
Result<Json> siblings_json(Transaction& tx, const schema::CaseId& id) {
    Json list = Json::array();
    auto rows = tx.query(
        "SELECT s.id,s.codename,coalesce(n.state,255),p.name FROM survivor_case c "
        "JOIN survivor_case s ON s.siblings=c.siblings AND s.id<>c.id "
        "LEFT JOIN need n ON n.case_id=s.id AND n.service=? AND n.state<? "
        "LEFT JOIN leg l ON l.need=n.id AND (l.shown BETWEEN ? AND ?) "
        "LEFT JOIN peer p ON p.node=l.peer WHERE c.id=? ORDER BY s.opened",
        schema::ServiceClass::PLACEMENT,
        schema::NeedState::CLOSED,
        schema::LegState::SELECTED,
        schema::LegState::ARRIVED,
        id);
    while (rows.next()) {
        Json line = Json::object(
            {{"id", schema::text(rows.id<schema::CaseId>(0))}, {"codename", rows.text(1)}});
        if (rows.integer(2) != 255)
            line.set("placement", schema::name(static_cast<schema::NeedState>(rows.integer(2))));
        if (!rows.is_null(3)) line.set("place", rows.text(3));
        list.push(std::move(line));
    }
    LEEWARD_TRY(rows.status());
    return list;
}

}  // namespace

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
    LEEWARD_ASSIGN(const auto siblings, sibling_group(desk, tx, args.text_at("sibling-of")));
    LEEWARD_TRY(
        tx.run("INSERT INTO survivor_case(id,codename,state,opened,since,idle,siblings,sealed) "
               "VALUES(?,?,?,?,?,?,?,?)",
               one.id,
               one.codename,
               one.state,
               schema::unix_seconds(now),
               schema::unix_seconds(now),
               schema::unix_seconds(now),
               siblings,
               BytesView(sealed)));
    LEEWARD_TRY(
        log_event(desk, tx, act(Machine::CASE, 1, 0, static_cast<Byte>(CaseState::OPEN), ""), now));
    LEEWARD_TRY(take_on(desk, tx, one.id.get(), now));
    one.opened = now;
    Json json = case_json(one);
    warn_of_words(json,
                  record,
                  schema::fields_of_tier(Tier::T2) | schema::fields_of_tier(Tier::T3),
                  schema::Language::EN);
    LEEWARD_ASSIGN(Json alike, look_alikes(desk, tx, record, one.id));
    if (!alike.as_array()->empty()) json.set("possible_duplicates", std::move(alike));
    return json;
}

Result<Json> case_list(Desk& desk, Transaction& tx, const Json& args, Time) {
    const Pages pages(args);
    const Sight sight = sight_of(desk);
    auto rows = tx.query(
        "SELECT id,codename,state,opened FROM survivor_case c WHERE (? OR state=?) "
        "AND (? OR NOT EXISTS(SELECT 1 FROM assignment a WHERE a.subject=c.id AND a.until=0 "
        "AND instr(?,hex(a.worker))=0)) ORDER BY since DESC LIMIT ? OFFSET ?",
        args.bool_at("all"),
        CaseState::OPEN,
        sight.everything,
        sight.workers,
        pages.limit(),
        pages.offset());
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
    return pages.answer("cases", std::move(cases));
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
    LEEWARD_ASSIGN(Json siblings, siblings_json(tx, one.id));
    if (!siblings.as_array()->empty()) json.set("siblings", std::move(siblings));
    const std::string purpose = args.text_at("purpose");
    if (purpose.empty()) return json;
    LEEWARD_TRY(is_purpose(purpose));
    View view{act(Machine::CASE, 0, 0, 0, ""), View::Then::NOTHING, one.id.get(), {}, now};
    view.event.purpose = schema::code_tag(purpose);
    LEEWARD_TRY(saw(desk, tx, std::move(view)));
    json.set("record", one.record);
    return json;
}

namespace {

// Came to its end, as opposed to broken off.
bool is_settled(const Need& need) {
    return need.state == schema::NeedState::CLOSED ||
           need.state == schema::NeedState::DUPLICATE_LINKED;
}

Outcome move_case(Desk& desk,
                  Transaction& tx,
                  const schema::CaseId& id,
                  schema::CaseMove move,
                  std::string_view code,
                  Time now) {
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, id));
    LEEWARD_ASSIGN(const CaseState to, schema::next(move, one.state));
    LEEWARD_TRY(tx.run("UPDATE survivor_case SET state=?,since=?,idle=0 WHERE id=?",
                       to,
                       schema::unix_seconds(now),
                       id));
    return log_event(desk,
                     tx,
                     act(Machine::CASE,
                         static_cast<Byte>(move),
                         static_cast<Byte>(one.state),
                         static_cast<Byte>(to),
                         code),
                     now);
}

}  // namespace

Outcome close_case(Desk& desk, Transaction& tx, const schema::CaseId& id, Time now) {
    return move_case(desk, tx, id, schema::CaseMove::C2, "", now);
}

Outcome case_follows(Desk& desk, Transaction& tx, const schema::CaseId& id, Time now) {
    LEEWARD_ASSIGN(const auto needs, needs_of(tx, id));
    for (const auto& need : needs)
        if (!schema::is_terminal(need.state)) return Done{};
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, id));
    if (one.state != CaseState::OPEN) return Done{};
    if (std::all_of(needs.begin(), needs.end(), is_settled)) return close_case(desk, tx, id, now);
    return tx.run(
        "UPDATE survivor_case SET idle=? WHERE id=? AND idle=0", schema::unix_seconds(now), id);
}

Outcome open_case_again(
    Desk& desk, Transaction& tx, const schema::CaseId& id, std::string_view code, Time now) {
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, id));
    if (one.state == CaseState::CLOSED)
        return move_case(desk, tx, id, schema::CaseMove::C3, code, now);
    return tx.run("UPDATE survivor_case SET idle=0 WHERE id=?", id);
}

// For a new need of somebody who has come back.
Result<Json> case_reopen(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_TRY(require(desk.actor, {schema::Role::INVESTIGATION_SUPERVISOR}));
    LEEWARD_ASSIGN(const Case one, find_case(desk, tx, args.text_at("id")));
    const std::string code = args.text_at("code");
    if (!schema::is_code("REOPEN_", code))
        return Error{Errc::invalid_argument, "that is not a REOPEN_ code; nothing was changed"};
    LEEWARD_TRY(move_case(desk, tx, one.id, schema::CaseMove::C3, code, now));
    LEEWARD_TRY(
        tx.run("UPDATE survivor_case SET idle=? WHERE id=?", schema::unix_seconds(now), one.id));
    LEEWARD_ASSIGN(const Case after, load_case(desk, tx, one.id));
    return case_json(after);
}

}  // namespace leeward::node
