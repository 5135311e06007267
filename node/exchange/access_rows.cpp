#include "node/exchange/access_rows.h"

#include <map>

#include "node/exchange/ids.h"
#include "schema/release.h"

namespace leeward::node {
namespace {

using schema::BreakGlassState;

constexpr std::string_view columns =
    "SELECT id,holder,peer,leg,case_id,harm,fields,state,asked,since,raised,counter,release,"
    "granted_by,flagged FROM access ";

Access read_access(Rows& rows) {
    Access a;
    a.id = rows.id<schema::AccessId>(0);
    a.holder = rows.integer(1) != 0;
    a.peer = rows.id<schema::NodeId>(2);
    a.leg = rows.id<schema::LegId>(3);
    if (!rows.is_null(4)) a.case_id = rows.id<schema::CaseId>(4);
    a.harm = rows.text(5);
    a.fields = schema::FieldSet::from_bytes(rows.array<24>(6));
    a.state = static_cast<BreakGlassState>(rows.integer(7));
    a.asked = schema::from_unix(rows.integer(8));
    a.since = schema::from_unix(rows.integer(9));
    a.raised = schema::from_unix(rows.integer(10));
    a.counter = static_cast<std::uint32_t>(rows.integer(11));
    if (!rows.is_null(12)) a.release = rows.id<schema::ReleaseId>(12);
    if (!rows.is_null(13)) a.granted_by = rows.id<schema::OperatorId>(13);
    a.flagged = rows.integer(14) != 0;
    return a;
}

Result<std::vector<Access>> read_all(Rows rows) {
    std::vector<Access> out;
    while (rows.next())
        out.push_back(read_access(rows));
    LEEWARD_TRY(rows.status());
    return out;
}

const std::string& select(std::string_view rest) {
    static std::map<std::string_view, std::string> made;
    auto& text = made[rest];
    if (text.empty()) text = std::string(columns) + std::string(rest);
    return text;
}

}  // namespace

Result<Access> load_access(Transaction& tx, const schema::AccessId& id) {
    LEEWARD_ASSIGN(auto found, read_all(tx.query(select("WHERE id=?"), id)));
    if (found.empty()) return Error{Errc::not_found, "no such emergency access on this node"};
    return std::move(found.front());
}

Result<Access> find_access(Transaction& tx, std::string_view typed) {
    LEEWARD_ASSIGN(const Bytes id, find_id(tx, "access", typed));
    return load_access(tx, schema::AccessId(to_array<16>(id)));
}

Result<std::vector<Access>> all_accesses(Transaction& tx) {
    return read_all(tx.query(select("ORDER BY state,asked DESC LIMIT 200")));
}

Result<std::vector<Access>> unsettled_accesses(Transaction& tx) {
    return read_all(
        tx.query(select("WHERE holder=1 AND state<? ORDER BY since"), BreakGlassState::DENIED));
}

Outcome insert_access(Transaction& tx, const Access& a) {
    return tx.run(
        "INSERT INTO access(id,holder,peer,leg,case_id,harm,fields,state,asked,since) "
        "VALUES(?,?,?,?,?,?,?,?,?,?)",
        a.id,
        a.holder,
        a.peer,
        a.leg,
        a.case_id,
        a.harm,
        a.fields.bytes(),
        a.state,
        schema::unix_seconds(a.asked),
        schema::unix_seconds(a.since));
}

Outcome save_access(Transaction& tx, const Access& a) {
    return tx.run(
        "UPDATE access SET state=?,since=?,raised=?,counter=?,release=?,granted_by=?,flagged=? "
        "WHERE id=?",
        a.state,
        schema::unix_seconds(a.since),
        schema::unix_seconds(a.raised),
        a.counter,
        a.release,
        a.granted_by,
        a.flagged,
        a.id);
}

Result<bool> has_overdue_review(Transaction& tx, const schema::NodeId& peer) {
    auto rows = tx.query("SELECT 1 FROM access WHERE holder=1 AND peer=? AND state=? LIMIT 1",
                         peer,
                         BreakGlassState::REVIEW_OVERDUE);
    const bool found = rows.next();
    LEEWARD_TRY(rows.status());
    return found;
}

schema::AuditRecord access_event(const Access& a,
                                 schema::BreakGlassMove move,
                                 BreakGlassState before) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = schema::Machine::BREAK_GLASS;
    event.transition = static_cast<Byte>(move);
    event.from_state = static_cast<Byte>(before);
    event.to_state = static_cast<Byte>(a.state);
    event.basis = static_cast<Byte>(schema::Basis::EMERGENCY);
    event.reason = schema::code_tag(a.harm);
    event.other = schema::organisation_tag(a.peer);
    event.fields = schema::logged_bitmap(a.fields);
    return event;
}

schema::Json access_json(const Desk& desk, const Access& a) {
    const Peer* peer = desk.peers.find(a.peer);
    schema::Json fields = schema::Json::array();
    for (const auto field : a.fields.members())
        fields.push(schema::field(field).id);
    schema::Json json =
        schema::Json::object({{"id", schema::text(a.id)},
                              {"direction", a.holder ? "asked of us" : "asked by us"},
                              {"peer", peer == nullptr ? "" : peer->card.organisation},
                              {"leg", schema::text(a.leg)},
                              {"harm", a.harm},
                              {"state", schema::name(a.state)},
                              {"fields", std::move(fields)},
                              {"asked", schema::unix_seconds(a.asked)},
                              {"since", schema::unix_seconds(a.since)}});
    if (a.release) json.set("release", schema::text(*a.release));
    if (a.flagged) json.set("flagged", true);
    return json;
}

}  // namespace leeward::node
