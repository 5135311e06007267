#include "node/exchange/need_rows.h"
#include "node/exchange/needs.h"
#include "schema/record.h"
#include "schema/words.h"

namespace leeward::node {
namespace {

using schema::CaseState;
using schema::Machine;
using schema::Tier;
using schema::Time;

constexpr std::int64_t page_rows = 50;

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
    View view{act(Machine::CASE, 0, 0, 0, ""), View::Then::NOTHING, one.id.get(), {}, now};
    view.event.purpose = schema::code_tag(purpose);
    LEEWARD_TRY(saw(desk, tx, std::move(view)));
    json.set("record", one.record);
    return json;
}

Outcome case_follows(Desk& desk, Transaction& tx, const schema::CaseId& id, Time now) {
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

}  // namespace leeward::node
