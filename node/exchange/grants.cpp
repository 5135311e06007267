#include "node/exchange/grants.h"

#include "node/exchange/ids.h"
#include "node/exchange/need_to_know.h"
#include "node/exchange/pages.h"
#include "schema/codes.h"

namespace leeward::node {
namespace {

constexpr std::string_view columns =
    "SELECT id,ours,peer,leg,release,case_id,tier,basis,purpose,fields,discloser,"
    "discloser_counter,recipient,recipient_counter,created,since,opened_at,opened_for,expires,"
    "handoff,"
    "away,closing "
    "FROM grant_of ";

std::string place(const schema::GrantId& id) {
    return "grant/" + schema::text(id);
}

Grant read_grant(Rows& rows) {
    Grant g;
    g.id = rows.id<schema::GrantId>(0);
    g.ours = rows.integer(1) != 0;
    g.peer = rows.id<schema::NodeId>(2);
    g.leg = rows.id<schema::LegId>(3);
    g.release = rows.id<schema::ReleaseId>(4);
    if (!rows.is_null(5)) g.case_id = rows.id<schema::CaseId>(5);
    g.tier = static_cast<schema::Tier>(rows.integer(6));
    g.basis = static_cast<schema::Basis>(rows.integer(7));
    g.purpose = rows.text(8);
    g.fields = schema::FieldSet::from_bytes(rows.array<24>(9));
    g.discloser = static_cast<schema::GrantDiscloser>(rows.integer(10));
    g.discloser_counter = static_cast<std::uint32_t>(rows.integer(11));
    g.recipient = static_cast<schema::GrantRecipient>(rows.integer(12));
    g.recipient_counter = static_cast<std::uint32_t>(rows.integer(13));
    g.created = schema::from_unix(rows.integer(14));
    g.since = schema::from_unix(rows.integer(15));
    g.opened_at = schema::from_unix(rows.integer(16));
    g.opened_for = rows.text(17);
    g.expires = schema::from_unix(rows.integer(18));
    g.handoff = rows.integer(19) != 0;
    g.away = static_cast<Away>(rows.integer(20));
    g.closing = rows.text(21);
    return g;
}

Result<std::vector<Grant>> read_all(Rows rows) {
    std::vector<Grant> out;
    while (rows.next())
        out.push_back(read_grant(rows));
    LEEWARD_TRY(rows.status());
    return out;
}

}  // namespace

std::string grant_record(const schema::GrantId& id) {
    return "grant/" + schema::text(id);
}

Result<Grant> load_grant(Transaction& tx, const schema::GrantId& id) {
    static const std::string text = std::string(columns) + "WHERE id=?";
    LEEWARD_ASSIGN(auto found, read_all(tx.query(text, id)));
    if (found.empty()) return Error{Errc::not_found, "no such grant on this node"};
    return std::move(found.front());
}

Result<std::vector<Grant>> grants_of(Transaction& tx, Whose whose, BytesView id) {
    static const std::string by_leg = std::string(columns) + "WHERE leg=? ORDER BY created";
    static const std::string by_release = std::string(columns) + "WHERE release=? ORDER BY created";
    static const std::string by_peer = std::string(columns) + "WHERE peer=? ORDER BY created";
    static const std::string by_case = std::string(columns) + "WHERE case_id=? ORDER BY created";
    switch (whose) {
        case Whose::LEG:
            return read_all(tx.query(by_leg, id));
        case Whose::RELEASE:
            return read_all(tx.query(by_release, id));
        case Whose::PEER:
            return read_all(tx.query(by_peer, id));
        case Whose::CASE:
            break;
    }
    return read_all(tx.query(by_case, id));
}

Result<std::vector<Grant>> listed_grants(Desk& desk,
                                         Transaction& tx,
                                         const schema::Json& args,
                                         const Pages& pages) {
    static const std::string text =
        std::string(columns) +
        "WHERE (? OR (recipient<? AND discloser<>?)) "
        "AND (? OR NOT EXISTS(SELECT 1 FROM assignment a WHERE a.until=0 AND a.subject="
        "CASE WHEN ours=1 THEN coalesce(case_id,leg) ELSE leg END "
        "AND instr(?,hex(a.worker))=0)) AND (?='' OR instr(lower(hex(leg)),?)=1) "
        "AND (?='' OR instr(lower(hex(id)),?)=1) ORDER BY created DESC,id LIMIT ? OFFSET ?";
    const Sight sight = sight_of(desk);
    const std::string leg = args.text_at("leg");
    const std::string one = args.text_at("grant");
    return read_all(tx.query(text,
                             args.bool_at("all"),
                             schema::GrantRecipient::ERASURE_ATTESTED,
                             schema::GrantDiscloser::UNREACHABLE,
                             sight.everything,
                             sight.workers,
                             leg,
                             leg,
                             one,
                             one,
                             pages.limit(),
                             pages.offset()));
}

namespace {

Outcome insert(Transaction& tx, const Grant& g, BytesView sealed) {
    return tx.run(
        "INSERT INTO grant_of(id,ours,peer,leg,release,case_id,tier,basis,purpose,fields,discloser,"
        "discloser_counter,recipient,recipient_counter,created,since,opened_at,opened_for,expires,"
        "handoff,away,sealed) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        g.id,
        g.ours,
        g.peer,
        g.leg,
        g.release,
        g.case_id,
        g.tier,
        g.basis,
        g.purpose,
        g.fields.bytes(),
        g.discloser,
        g.discloser_counter,
        g.recipient,
        g.recipient_counter,
        schema::unix_seconds(g.created),
        schema::unix_seconds(g.since),
        schema::unix_seconds(g.opened_at),
        g.opened_for,
        schema::unix_seconds(g.expires),
        g.handoff,
        g.away,
        sealed);
}

}  // namespace

Outcome insert_grant(Desk& desk, Transaction& tx, const Grant& g, const schema::Json& fields) {
    LEEWARD_ASSIGN(const Bytes sealed,
                   desk.records.seal(grant_record(g.id), place(g.id), as_bytes(fields.dump())));
    return insert(tx, g, sealed);
}

Outcome insert_empty_grant(Transaction& tx, const Grant& g) {
    return insert(tx, g, {});
}

Result<bool> fill_empty_grant(Desk& desk,
                              Transaction& tx,
                              const Grant& g,
                              const schema::Json& fields) {
    LEEWARD_ASSIGN(const Bytes sealed,
                   desk.records.seal(grant_record(g.id), place(g.id), as_bytes(fields.dump())));
    LEEWARD_TRY(tx.run(
        "UPDATE grant_of SET sealed=? WHERE id=? AND length(sealed)=0", BytesView(sealed), g.id));
    return tx.changes() > 0;
}

Outcome save_grant(Transaction& tx, const Grant& g) {
    return tx.run(
        "UPDATE grant_of SET discloser=?,discloser_counter=?,recipient=?,recipient_counter=?,"
        "fields=?,since=?,opened_at=?,opened_for=?,expires=?,closing=? WHERE id=?",
        g.discloser,
        g.discloser_counter,
        g.recipient,
        g.recipient_counter,
        g.fields.bytes(),
        schema::unix_seconds(g.since),
        schema::unix_seconds(g.opened_at),
        g.opened_for,
        schema::unix_seconds(g.expires),
        g.closing,
        g.id);
}

Result<schema::Json> grant_fields(Desk& desk, Transaction& tx, const Grant& g) {
    auto rows = tx.query("SELECT sealed FROM grant_of WHERE id=?", g.id);
    if (!rows.next() || rows.blob(0).empty())
        return Error{Errc::not_found, "what was shared here has been erased"};
    LEEWARD_ASSIGN(const SecretBytes text,
                   desk.records.open(grant_record(g.id), place(g.id), rows.blob(0)));
    return schema::parse_json(as_text(text.reveal()));
}

Outcome destroy_grant(Desk& desk, Transaction& tx, const Grant& g) {
    LEEWARD_TRY(tx.run("UPDATE grant_of SET sealed=x'' WHERE id=?", g.id));
    tx.on_commit([&desk, name = grant_record(g.id)] { (void)desk.records.destroy(name); });
    return Done{};
}

schema::AuditRecord grant_event(const Grant& g, schema::GrantMove move, schema::GrantState before) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = schema::Machine::GRANT;
    event.transition = static_cast<Byte>(move);
    event.from_state = static_cast<Byte>(before);
    event.to_state = static_cast<Byte>(g.shown());
    event.tier = static_cast<Byte>(g.tier);
    event.basis = static_cast<Byte>(g.basis);
    event.purpose = schema::code_tag(g.purpose);
    event.other = schema::organisation_tag(g.peer);
    event.fields = schema::logged_bitmap(g.fields);
    return event;
}

schema::Json grant_json(const Desk& desk, const Grant& g) {
    const Peer* peer = desk.peers.find(g.peer);
    schema::Json fields = schema::Json::array();
    for (const auto field : g.fields.members())
        fields.push(schema::field(field).id);
    schema::Json json =
        schema::Json::object({{"id", schema::text(g.id)},
                              {"direction", g.ours ? "given" : "received"},
                              {"peer", peer == nullptr ? "" : peer->card.organisation},
                              {"leg", schema::text(g.leg)},
                              {"release", schema::text(g.release)},
                              {"tier", schema::name(g.tier)},
                              {"basis", schema::name(g.basis)},
                              {"purpose", g.purpose},
                              {"state", schema::name(g.shown())},
                              {"fields", std::move(fields)},
                              {"created", schema::unix_seconds(g.created)},
                              {"expires", schema::unix_seconds(g.expires)}});
    if (g.opened_at != schema::Time{}) {
        json.set("opened_at", schema::unix_seconds(g.opened_at));
        json.set("opened_for", g.opened_for);
    }
    if (const auto said = schema::parse_json(g.closing.empty() ? "{}" : g.closing);
        said && !g.closing.empty())
        json.set("closing", *said);
    return json;
}

Outcome may_see_grant(Desk& desk, Transaction& tx, const Grant& g) {
    return g.ours && g.case_id ? may_see(desk, tx, g.case_id->get())
                               : may_see(desk, tx, g.leg.get());
}

Result<Grant> find_grant(Desk& desk, Transaction& tx, std::string_view typed) {
    LEEWARD_ASSIGN(const Bytes id, find_id(tx, "grant_of", typed));
    LEEWARD_ASSIGN(Grant g, load_grant(tx, schema::GrantId(to_array<16>(id))));
    LEEWARD_TRY(may_see_grant(desk, tx, g));
    return g;
}

}  // namespace leeward::node
