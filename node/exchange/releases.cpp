#include "node/exchange/releases.h"

#include <algorithm>
#include <map>

#include "node/exchange/ids.h"
#include "node/exchange/need_to_know.h"
#include "node/exchange/needs.h"
#include "node/exchange/pages.h"
#include "schema/codes.h"
#include "schema/deadline.h"

namespace leeward::node {
namespace {

using schema::FieldSet;
using schema::ReleaseMove;
using schema::ReleaseState;
using schema::Time;

constexpr std::string_view columns =
    "SELECT id,case_id,recipient,purpose,basis,fields,state,drafted,since,starts,expires,applied,"
    "raised,commitment,leg,level,sealed FROM release ";

// The key that seals it: the case's, or, where a partner discloses, one of its own.
std::string record_of(const Release& r) {
    return r.leg ? return_path_record(r.id) : case_record(r.case_id);
}

Result<Release> read_release(Desk& desk, Rows& rows) {
    Release r;
    r.id = rows.id<schema::ReleaseId>(0);
    r.case_id = rows.id<schema::CaseId>(1);
    r.recipient = rows.id<schema::NodeId>(2);
    r.purpose = rows.text(3);
    r.basis = static_cast<schema::Basis>(rows.integer(4));
    r.fields = FieldSet::from_bytes(rows.array<24>(5));
    r.state = static_cast<ReleaseState>(rows.integer(6));
    r.drafted = schema::from_unix(rows.integer(7));
    r.since = schema::from_unix(rows.integer(8));
    r.starts = schema::from_unix(rows.integer(9));
    r.expires = schema::from_unix(rows.integer(10));
    r.applied = schema::from_unix(rows.integer(11));
    r.raised = schema::from_unix(rows.integer(12));
    r.commitment = rows.array<32>(13);
    if (!rows.is_null(14)) r.leg = rows.id<schema::LegId>(14);
    r.level = static_cast<schema::ReturnLevel>(rows.integer(15));
    if (rows.blob(16).empty() || !desk.records.exists(record_of(r))) return r;
    LEEWARD_ASSIGN(const SecretBytes text,
                   desk.records.open(record_of(r), return_path_record(r.id), rows.blob(16)));
    LEEWARD_ASSIGN(r.detail, schema::parse_json(as_text(text.reveal())));
    return r;
}

Result<std::vector<Release>> read_all(Desk& desk, Rows rows) {
    std::vector<Release> out;
    while (rows.next()) {
        LEEWARD_ASSIGN(Release release, read_release(desk, rows));
        out.push_back(std::move(release));
    }
    LEEWARD_TRY(rows.status());
    return out;
}

const std::string& select(std::string_view rest) {
    static std::map<std::string_view, std::string> made;
    auto& text = made[rest];
    if (text.empty()) text = std::string(columns) + std::string(rest);
    return text;
}

schema::Priority priority_of(const Release& r) {
    return schema::priority_from(r.detail.text_at("priority")).value_or(schema::Priority::ROUTINE);
}

// When this node must look at it next; 0 for never.
Time next_step(const Release& r) {
    using schema::DeadlineRow;
    if (schema::is_terminal(r.state)) return {};
    if (schema::live(r.state)) return schema::next_warning(r.starts, r.expires, r.raised);
    const auto priority = priority_of(r);
    const auto call = r.raised == Time{}
                          ? schema::due(DeadlineRow::RELEASE_UNSIGNED, priority, r.since)
                          : schema::again(DeadlineRow::RELEASE_UNSIGNED, priority, r.raised);
    const auto end = schema::due(DeadlineRow::RELEASE_UNSIGNED_END, priority, r.since);
    return std::min(*call, *end);
}

// With it, the day on which the survivor must be told what was shared without her.
Time next_look(const Release& r) {
    const Time step = next_step(r);
    const Time told =
        r.starts == Time{} ? Time{} : schema::from_unix(r.detail.int_at("notice_due"));
    if (told == Time{}) return step;
    return step == Time{} ? told : std::min(step, told);
}

Json signer_json(const Json& one) {
    Json json = Json::object();
    for (const auto& [key, value] : *one.as_object())
        if (key != "name" && key != "by") json.set(key, value);
    return json;
}

}  // namespace

schema::ReleaseOpening opening_of(const Release& r) {
    const Json* signers = r.detail.find("signers");
    return {r.detail.text_at("salt"),
            r.detail.text_at("text_en") + r.detail.text_at("text_es"),
            signers == nullptr ? "" : signers->dump(),
            std::to_string(schema::unix_seconds(r.expires))};
}

crypto::Hash commitment_of(const Release& r) {
    return opening_of(r).commitment();
}

bool Release::as_signed() const {
    return commitment == commitment_of(*this);
}

bool is_of_a_copy(const Release& r, Time restored) {
    return std::max(r.drafted, r.starts) <= restored;
}

bool is_unheard_of(const Desk& desk, const Release& r) {
    const Peer* peer = desk.peers.find(r.recipient);
    return peer != nullptr && peer->resync_awaited != Time{} &&
           is_of_a_copy(r, peer->resync_awaited);
}

std::string return_path_record(const schema::ReleaseId& id) {
    return "release/" + schema::text(id);
}

Outcome save_release(Desk& desk, Transaction& tx, const Release& r) {
    LEEWARD_ASSIGN(
        const Bytes sealed,
        desk.records.seal(record_of(r), return_path_record(r.id), as_bytes(r.detail.dump())));
    return tx.run(
        "INSERT INTO release(id,case_id,recipient,purpose,basis,fields,state,drafted,since,starts,"
        "expires,applied,raised,timer,commitment,leg,level,sealed) "
        "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) "
        "ON CONFLICT(id) DO UPDATE SET state=excluded.state,since=excluded.since,"
        "starts=excluded.starts,expires=excluded.expires,applied=excluded.applied,"
        "raised=excluded.raised,timer=excluded.timer,commitment=excluded.commitment,fields="
        "excluded.fields,"
        "purpose=excluded.purpose,sealed=excluded.sealed",
        r.id,
        r.case_id,
        r.recipient,
        r.purpose,
        r.basis,
        r.fields.bytes(),
        r.state,
        schema::unix_seconds(r.drafted),
        schema::unix_seconds(r.since),
        schema::unix_seconds(r.starts),
        schema::unix_seconds(r.expires),
        schema::unix_seconds(r.applied),
        schema::unix_seconds(r.raised),
        schema::unix_seconds(next_look(r)),
        r.commitment,
        r.leg,
        static_cast<std::int64_t>(r.level),
        BytesView(sealed));
}

Outcome log_release(Desk& desk,
                    Transaction& tx,
                    const Release& r,
                    ReleaseMove move,
                    ReleaseState before,
                    std::string_view reason,
                    Time now) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = schema::Machine::RELEASE;
    event.transition = static_cast<Byte>(move);
    event.from_state = static_cast<Byte>(before);
    event.to_state = static_cast<Byte>(r.state);
    event.basis = static_cast<Byte>(r.basis);
    event.purpose = schema::code_tag(r.purpose);
    event.reason = schema::code_tag(reason);
    event.other = schema::organisation_tag(r.recipient);
    event.fields = schema::logged_bitmap(r.fields);
    event.release = r.commitment;
    return log_event(desk, tx, event, now);
}

Outcome move_release(
    Desk& desk, Transaction& tx, Release& r, ReleaseMove move, std::string_view reason, Time now) {
    const ReleaseState before = r.state;
    LEEWARD_ASSIGN(r.state, schema::next(move, before));
    r.since = now;
    r.raised = {};
    if (r.state == ReleaseState::ACTIVE) {
        r.starts = now;
        if (r.basis == schema::Basis::TONIGHT)
            r.expires = now + std::chrono::hours(schema::tonight_hours);
        r.commitment = commitment_of(r);
    }
    if (schema::is_terminal(r.state)) r.applied = now;
    return log_release(desk, tx, r, move, before, reason, now);
}

Result<Release> load_release(Desk& desk, Transaction& tx, const schema::ReleaseId& id) {
    LEEWARD_ASSIGN(auto found, read_all(desk, tx.query(select("WHERE id=?"), id)));
    if (found.empty()) return Error{Errc::not_found, "no such release on this node"};
    return std::move(found.front());
}

// A return path goes with its leg, any other with its case.
Outcome may_see_release(Desk& desk, Transaction& tx, const Release& r) {
    return may_see(desk, tx, r.leg ? BytesView(r.leg->get()) : BytesView(r.case_id.get()));
}

Result<Release> find_release(Desk& desk, Transaction& tx, std::string_view typed) {
    LEEWARD_ASSIGN(const Bytes id, find_id(tx, "release", typed));
    LEEWARD_ASSIGN(Release r, load_release(desk, tx, schema::ReleaseId(to_array<16>(id))));
    LEEWARD_TRY(may_see_release(desk, tx, r));
    return r;
}

Result<std::vector<Release>> releases_of(Desk& desk, Transaction& tx, const schema::CaseId& id) {
    return read_all(desk, tx.query(select("WHERE case_id=? ORDER BY drafted"), id));
}

Result<std::vector<Release>> return_paths_of(Desk& desk,
                                             Transaction& tx,
                                             const schema::LegId& leg) {
    return read_all(desk, tx.query(select("WHERE leg=? ORDER BY drafted,since"), leg));
}

Json release_json(const Desk& desk, const Release& r) {
    const Peer* peer = desk.peers.find(r.recipient);
    Json fields = Json::array();
    for (const auto field : r.fields.members())
        fields.push(schema::field(field).id);
    Json signers = Json::array();
    if (const Json* all = r.detail.find("signers"))
        for (const auto& one : *all->as_array())
            signers.push(signer_json(one));
    Json json = Json::object({{"id", schema::text(r.id)},
                              {"to", peer == nullptr ? "" : peer->card.organisation},
                              {"purpose", r.purpose},
                              {"basis", schema::name(r.basis)},
                              {"state", schema::name(r.state)},
                              {"fields", std::move(fields)},
                              {"signers", std::move(signers)},
                              {"starts", schema::unix_seconds(r.starts)},
                              {"expires", schema::unix_seconds(r.expires)},
                              {"commitment", hex::encode(r.commitment)}});
    for (const char* key : {"notice", "jurisdiction", "reach"})
        if (const Json* value = r.detail.find(key)) json.set(key, *value);
    if (r.leg) {
        json.set("leg", schema::text(*r.leg));
        json.set("level", schema::name(r.level));
    } else {
        json.set("case", schema::text(r.case_id));
    }
    if (r.applied != Time{}) json.set("ended", schema::unix_seconds(r.applied));
    return json;
}

Result<Json> release_show(Desk& desk, Transaction& tx, const Json& args, Time) {
    LEEWARD_ASSIGN(const Release r, find_release(desk, tx, args.text_at("id")));
    Json json = release_json(desk, r);
    json.set("text", r.detail.text_at(args.text_at("language") == "es" ? "text_es" : "text_en"));
    return json;
}

namespace {

// Of those that she may see, live ones first.
Result<std::vector<Release>> listed_releases(Desk& desk, Transaction& tx, const Pages& pages) {
    const Sight sight = sight_of(desk);
    return read_all(
        desk,
        tx.query(select("WHERE ? OR NOT EXISTS(SELECT 1 FROM assignment a WHERE a.until=0 AND "
                        "a.subject=coalesce(leg,case_id) AND instr(?,hex(a.worker))=0) "
                        "ORDER BY state,drafted DESC,id LIMIT ? OFFSET ?"),
                 sight.everything,
                 sight.workers,
                 pages.limit(),
                 pages.offset()));
}

Json list_of(const Desk& desk, const std::vector<Release>& releases) {
    Json list = Json::array();
    for (const auto& r : releases)
        list.push(release_json(desk, r));
    return list;
}

}  // namespace

// A case's are shown whole.
Result<Json> release_list(Desk& desk, Transaction& tx, const Json& args, Time) {
    if (args.text_at("case").empty()) {
        const Pages pages(args);
        LEEWARD_ASSIGN(const auto listed, listed_releases(desk, tx, pages));
        return pages.answer("releases", list_of(desk, listed));
    }
    LEEWARD_ASSIGN(const Case one, find_case(desk, tx, args.text_at("case")));
    LEEWARD_ASSIGN(const auto all, releases_of(desk, tx, one.id));
    return Json::object({{"releases", list_of(desk, all)}});
}

Outcome insert_release(Desk& desk, Transaction& tx, const Release& r, Time now) {
    LEEWARD_TRY(save_release(desk, tx, r));
    return log_release(desk, tx, r, ReleaseMove::R1, r.state, "RESTORED", now);
}

}  // namespace leeward::node
