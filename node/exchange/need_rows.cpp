#include "node/exchange/need_rows.h"

#include "node/exchange/ids.h"
#include "node/exchange/need_clock.h"
#include "node/exchange/need_to_know.h"
#include "schema/tier.h"

namespace leeward::node {

using schema::CaseState;
using schema::NeedState;
using schema::Time;

std::string case_place(const schema::CaseId& id) {
    return "case/" + schema::text(id);
}
std::string need_place(const schema::NeedId& id) {
    return "need/" + schema::text(id);
}

namespace {

Result<Json> open_json(Desk& desk,
                       const std::string& record,
                       const std::string& place,
                       BytesView sealed) {
    if (!desk.records.exists(record)) return Json();
    LEEWARD_ASSIGN(const SecretBytes text, desk.records.open(record, place, sealed));
    return schema::parse_json(as_text(text.reveal()), {1024 * 1024, 16});
}

constexpr std::string_view need_columns =
    "SELECT "
    "id,case_id,service,priority,state,opened,since,before_pause,outcome,raised,placed,followed,"
    "interim,sealed FROM need ";

}  // namespace

schema::AuditRecord act(
    schema::Machine machine, Byte number, Byte from, Byte to, std::string_view reason) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = machine;
    event.transition = number;
    event.from_state = from;
    event.to_state = to;
    event.tier = static_cast<Byte>(schema::Tier::L0);
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
    need.placed = schema::from_unix(rows.integer(10));
    need.followed = static_cast<int>(rows.integer(11));
    need.interim = static_cast<Interim>(rows.integer(12));
    return need;
}

Outcome save_need(Transaction& tx, const Need& need) {
    return tx.run(
        "UPDATE need SET state=?,since=?,before_pause=?,outcome=?,raised=?,placed=?,followed=?,"
        "interim=?,timer=? WHERE id=?",
        need.state,
        schema::unix_seconds(need.since),
        need.before_pause,
        need.outcome,
        schema::unix_seconds(need.raised),
        schema::unix_seconds(need.placed),
        need.followed,
        need.interim,
        schema::unix_seconds(next_timer(need)),
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
    if (need.interim != Interim::NOT_SAID)
        json.set("interim_safe_stay", need.interim == Interim::YES);
    if (const auto due = next_timer(need); schema::unix_seconds(due) > 0)
        json.set("due", schema::unix_seconds(due));
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

std::string case_record(const schema::CaseId& id) {
    return "case/" + schema::text(id);
}

Result<Need> load_need(Desk& desk, Transaction& tx, const schema::NeedId& id) {
    static const std::string text = std::string(need_columns) + "WHERE id=?";
    auto rows = tx.query(text, id);
    if (!rows.next()) return Error{Errc::not_found, "no such need on this node"};
    Need need = read_need(rows);
    LEEWARD_ASSIGN(need.detail,
                   open_json(desk, case_record(need.case_id), need_place(id), rows.blob(13)));
    return need;
}

Result<Need> find_need(Desk& desk, Transaction& tx, std::string_view typed) {
    LEEWARD_ASSIGN(const Bytes id, find_id(tx, "need", typed));
    LEEWARD_ASSIGN(Need need, load_need(desk, tx, schema::NeedId(to_array<16>(id))));
    LEEWARD_TRY(may_see(desk, tx, need.case_id.get()));
    return need;
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
    LEEWARD_TRY(may_see(desk, tx, id));
    return load_case(desk, tx, schema::CaseId(to_array<16>(id)));
}

}  // namespace leeward::node
