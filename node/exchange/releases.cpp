#include "node/exchange/releases.h"

#include <algorithm>

#include "node/exchange/disclose.h"
#include "node/exchange/ids.h"
#include "node/exchange/need_to_know.h"
#include "node/exchange/needs.h"
#include "schema/codes.h"
#include "schema/deadline.h"
#include "schema/identifying.h"
#include "schema/record.h"
#include "schema/release_text.h"

namespace leeward::node {
namespace {

using schema::FieldSet;
using schema::ReleaseMove;
using schema::ReleaseState;
using schema::Tier;
using schema::Time;

constexpr std::string_view columns =
    "SELECT id,case_id,recipient,purpose,basis,fields,state,drafted,starts,expires,applied,"
    "commitment,sealed FROM release ";

constexpr schema::Duration unsigned_for = std::chrono::hours(24 * 14);  // RELEASE_UNSIGNED_END

std::string place(const schema::ReleaseId& id) {
    return "release/" + schema::text(id);
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
    r.starts = schema::from_unix(rows.integer(8));
    r.expires = schema::from_unix(rows.integer(9));
    r.applied = schema::from_unix(rows.integer(10));
    r.commitment = rows.array<32>(11);
    if (!desk.records.exists(case_record(r.case_id))) return r;
    LEEWARD_ASSIGN(const SecretBytes text,
                   desk.records.open(case_record(r.case_id), place(r.id), rows.blob(12)));
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

Outcome save(Desk& desk, Transaction& tx, const Release& r) {
    LEEWARD_ASSIGN(
        const Bytes sealed,
        desk.records.seal(case_record(r.case_id), place(r.id), as_bytes(r.detail.dump())));
    return tx.run(
        "INSERT INTO release(id,case_id,recipient,purpose,basis,fields,state,drafted,starts,"
        "expires,applied,commitment,sealed) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?) "
        "ON CONFLICT(id) DO UPDATE SET state=excluded.state,starts=excluded.starts,"
        "expires=excluded.expires,applied=excluded.applied,commitment=excluded.commitment,"
        "fields=excluded.fields,sealed=excluded.sealed",
        r.id,
        r.case_id,
        r.recipient,
        r.purpose,
        r.basis,
        r.fields.bytes(),
        r.state,
        schema::unix_seconds(r.drafted),
        schema::unix_seconds(r.starts),
        schema::unix_seconds(r.expires),
        schema::unix_seconds(r.applied),
        r.commitment,
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

// Field names, or T2 / T3 for all of that tier that the case holds.
Result<FieldSet> wanted_fields(const Json& record, const Json& args) {
    FieldSet out;
    for (const auto& item : args.array_at("fields")) {
        const std::string& word = *item.as_string();
        if (const auto tier = schema::tier_from(word)) {
            if (*tier != Tier::T2 && *tier != Tier::T3)
                return Error{Errc::invalid_argument, "whole tiers are T2 or T3; nothing was saved"};
            out = out | (schema::fields_of(record) & schema::fields_of_tier(*tier));
            continue;
        }
        const auto field = schema::find_field(word);
        if (!field)
            return Error{Errc::invalid_argument, "'" + word + "' is not a field of the catalogue"};
        const Tier tier = schema::field(*field).tier;
        if (tier == Tier::L0 || tier == Tier::T4)
            return Error{Errc::not_released, "'" + word + "' never travels under a release"};
        out.insert(*field);
    }
    if (out.empty())
        return Error{Errc::invalid_argument,
                     "none of these fields is in the case; nothing was saved"};
    return out;
}

// H(salt ‖ text ‖ signers ‖ expiry): what the log and the recipient see of the authority.
crypto::Hash commit_to(const Release& r) {
    const Json* signers = r.detail.find("signers");
    const std::string signed_by = signers == nullptr ? "" : signers->dump();
    const std::string until = std::to_string(schema::unix_seconds(r.expires));
    return crypto::sha256({as_bytes(r.detail.text_at("salt")),
                           as_bytes(r.detail.text_at("text_en")),
                           as_bytes(signed_by),
                           as_bytes(until)});
}

Json release_json(const Desk& desk, const Release& r) {
    const Peer* peer = desk.peers.find(r.recipient);
    Json fields = Json::array();
    for (const auto field : r.fields.members())
        fields.push(schema::field(field).id);
    Json signers = Json::array();
    if (const Json* all = r.detail.find("signers"))
        for (const auto& one : *all->as_array())
            signers.push(Json::object({{"signer", one.text_at("signer")},
                                       {"decision", one.text_at("decision")},
                                       {"at", one.int_at("at")}}));
    return Json::object({{"id", schema::text(r.id)},
                         {"case", schema::text(r.case_id)},
                         {"to", peer == nullptr ? "" : peer->card.organisation},
                         {"purpose", r.purpose},
                         {"basis", schema::name(r.basis)},
                         {"state", schema::name(r.state)},
                         {"fields", std::move(fields)},
                         {"signers", std::move(signers)},
                         {"starts", schema::unix_seconds(r.starts)},
                         {"expires", schema::unix_seconds(r.expires)},
                         {"commitment", hex::encode(r.commitment)}});
}

Result<Release> find_release(Desk& desk, Transaction& tx, std::string_view typed) {
    LEEWARD_ASSIGN(const Bytes id, find_id(tx, "release", typed));
    LEEWARD_ASSIGN(Release r, load_release(desk, tx, schema::ReleaseId(to_array<16>(id))));
    LEEWARD_TRY(may_see(desk, tx, r.case_id.get()));
    return r;
}

}  // namespace

Result<Release> load_release(Desk& desk, Transaction& tx, const schema::ReleaseId& id) {
    LEEWARD_ASSIGN(auto found, read_all(desk, tx.query(select("WHERE id=?"), id)));
    if (found.empty()) return Error{Errc::not_found, "no such release on this node"};
    return std::move(found.front());
}

Result<std::vector<Release>> releases_of(Desk& desk, Transaction& tx, const schema::CaseId& id) {
    return read_all(desk, tx.query(select("WHERE case_id=? ORDER BY drafted"), id));
}

Result<Json> release_new(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Case one, find_case(desk, tx, args.text_at("case")));
    LEEWARD_ASSIGN(const Peer* peer, desk.peers.named(args.text_at("to")));
    Release r;
    r.id = schema::new_id<schema::ReleaseId>(desk.random);
    r.case_id = one.id;
    r.recipient = peer->node();
    r.purpose = args.text_at("purpose");
    if (!schema::is_code("PURPOSE_", r.purpose))
        return Error{Errc::invalid_argument, "that is not a PURPOSE_ code; nothing was saved"};
    LEEWARD_ASSIGN(r.fields, wanted_fields(one.record, args));
    const std::int64_t days =
        args.find("days") == nullptr ? schema::release_default_days : args.int_at("days");
    if (days < 1 || days > schema::release_hard_max_days)
        return Error{Errc::invalid_argument, "a release runs 1 to 90 days; nothing was saved"};
    r.drafted = now;
    r.expires = now + std::chrono::hours(24 * days);
    r.state = ReleaseState::DRAFT;
    const schema::ReleaseWords words{
        desk.self.card.organisation, peer->card.organisation, r.purpose, r.fields, days};
    r.detail = Json::object({{"text_en", schema::release_text(words, schema::Language::EN)},
                             {"text_es", schema::release_text(words, schema::Language::ES)},
                             {"salt", hex::encode(desk.random.array<32>())},
                             {"language", args.text_at("language")},
                             {"signers", Json::array()}});
    LEEWARD_TRY(save(desk, tx, r));
    LEEWARD_TRY(log_release(desk, tx, r, ReleaseMove::R1, ReleaseState::DRAFT, "", now));
    Json json = release_json(desk, r);
    json.set("text_en", r.detail.text_at("text_en"));
    json.set("text_es", r.detail.text_at("text_es"));
    warn_of_words(json, one.record, r.fields, schema::Language::EN);
    return json;
}

namespace {

// Whoever is on the case's list of alleged abusers or unsafe persons never signs.
bool is_unsafe(const Json& record, const std::string& name) {
    for (const std::string_view list : {"alleged_abusers", "unsafe_persons"}) {
        const Json* value = record.find(list);
        if (value == nullptr) continue;
        if (value->as_string() != nullptr && schema::names_match(*value->as_string(), name))
            return true;
        if (const auto* items = value->as_array())
            for (const auto& item : *items)
                if (item.as_string() != nullptr && schema::names_match(*item.as_string(), name))
                    return true;
    }
    return false;
}

std::vector<schema::Signature> signatures_of(const Release& r) {
    std::vector<schema::Signature> out;
    for (const auto& one : r.detail.array_at("signers")) {
        schema::Signature signature;
        signature.signer = *schema::signer_from(one.text_at("signer"));
        signature.standing = schema::Standing::SAFE;
        signature.decision = *schema::decision_from(one.text_at("decision"));
        signature.capacity_recorded = one.bool_at("capacity");
        out.push_back(signature);
    }
    return out;
}

Outcome settle_signatures(Desk& desk, Transaction& tx, Release& r, Time now) {
    const auto alone =
        r.detail.bool_at("minor_alone") ? schema::Alone::LAWFUL : schema::Alone::NOT_LAWFUL;
    const auto signatures = signatures_of(r);
    const ReleaseState reached = schema::signed_state(signatures, alone);
    if (r.state == ReleaseState::DRAFT) {
        LEEWARD_TRY(log_release(desk, tx, r, ReleaseMove::R2, r.state, "", now));
        r.state = ReleaseState::PENDING_SIGNATURES;
    }
    if (reached == r.state) return Done{};
    const auto move = reached == ReleaseState::CONFLICTED ? ReleaseMove::R3 : ReleaseMove::R4;
    const ReleaseState before = r.state;
    LEEWARD_ASSIGN(r.state, schema::next(move, before));
    if (r.state == ReleaseState::ACTIVE) {
        r.starts = now;
        r.commitment = commit_to(r);
    }
    return log_release(desk, tx, r, move, before, "", now);
}

// A newer release for the same recipient and purpose takes the place of the older one.
Outcome supersede_older(Desk& desk, Transaction& tx, const Release& r, Time now) {
    LEEWARD_ASSIGN(auto all, releases_of(desk, tx, r.case_id));
    for (auto& older : all) {
        const bool replaced =
            older.id != r.id && older.recipient == r.recipient && older.purpose == r.purpose &&
            (schema::live(older.state) || older.state == ReleaseState::CONFLICTED);
        if (replaced) LEEWARD_TRY(end_release(desk, tx, older, ReleaseMove::R9, "", now));
    }
    return Done{};
}

}  // namespace

Result<Json> release_sign(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Release r, find_release(desk, tx, args.text_at("id")));
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, r.case_id));
    if (schema::is_terminal(r.state) || schema::live(r.state))
        return Error{Errc::wrong_state,
                     "this release is " + std::string(schema::name(r.state)) +
                         "; draft a new one to change anything"};
    if (!schema::signer_from(args.text_at("signer")))
        return Error{Errc::invalid_argument,
                     "the signer is MINOR, GUARDIAN, AGENCY_REPRESENTATIVE or COURT"};
    if (!args.bool_at("read-back"))
        return Error{Errc::invalid_argument,
                     "read the text aloud and have it read back first, then say --read-back"};
    if (is_unsafe(one.record, args.text_at("name"))) {
        schema::AuditRecord event;
        event.kind = schema::EventKind::REFUSED;
        event.machine = schema::Machine::RELEASE;
        event.reason = schema::code_tag("RELEASE_INVALID_SIGNER");
        desk.refusal = event;
        return Error{Errc::not_released,
                     "this person may not sign for this survivor: RELEASE_INVALID_SIGNER. Nothing "
                     "was changed; the attempt is in the log without a name."};
    }
    Json signer = Json::object({{"signer", args.text_at("signer")},
                                {"name", args.text_at("name")},
                                {"decision", args.bool_at("refuse") ? "REFUSED" : "AGREED"},
                                {"capacity", args.bool_at("capacity")},
                                {"copy", args.text_at("copy")},
                                {"at", schema::unix_seconds(now)}});
    Json signers = Json(r.detail.array_at("signers"));
    signers.push(std::move(signer));
    r.detail.set("signers", std::move(signers));
    if (args.bool_at("minor-alone")) r.detail.set("minor_alone", true);
    LEEWARD_TRY(settle_signatures(desk, tx, r, now));
    LEEWARD_TRY(save(desk, tx, r));
    if (r.state == ReleaseState::ACTIVE) {
        LEEWARD_TRY(supersede_older(desk, tx, r, now));
        LEEWARD_TRY(release_became_live(desk, tx, r, now));
    }
    return release_json(desk, r);
}

Result<Json> release_show(Desk& desk, Transaction& tx, const Json& args, Time) {
    LEEWARD_ASSIGN(const Release r, find_release(desk, tx, args.text_at("id")));
    Json json = release_json(desk, r);
    json.set("text", r.detail.text_at(args.text_at("language") == "es" ? "text_es" : "text_en"));
    return json;
}

Result<Json> release_list(Desk& desk, Transaction& tx, const Json& args, Time) {
    std::vector<Release> all;
    if (args.text_at("case").empty()) {
        LEEWARD_ASSIGN(all,
                       read_all(desk, tx.query(select("ORDER BY state,drafted DESC LIMIT 100"))));
    } else {
        LEEWARD_ASSIGN(const Case one, find_case(desk, tx, args.text_at("case")));
        LEEWARD_ASSIGN(all, releases_of(desk, tx, one.id));
    }
    Json list = Json::array();
    for (const auto& r : all)
        if (may_see(desk, tx, r.case_id.get())) list.push(release_json(desk, r));
    return Json::object({{"releases", std::move(list)}});
}

Outcome end_release(
    Desk& desk, Transaction& tx, Release& r, ReleaseMove move, std::string_view reason, Time now) {
    const ReleaseState before = r.state;
    LEEWARD_ASSIGN(r.state, schema::next(move, before));
    r.applied = now;
    LEEWARD_TRY(save(desk, tx, r));
    LEEWARD_TRY(log_release(desk, tx, r, move, before, reason, now));
    return grants_of_release_close(desk, tx, r, now);
}

Outcome fire_release_timers(Desk& desk, Transaction& tx, Time now) {
    LEEWARD_ASSIGN(auto due,
                   read_all(desk,
                            tx.query(select("WHERE (state BETWEEN ? AND ? AND (expires<=? OR "
                                            "state<>?)) OR (state<? AND drafted<=?) "
                                            "ORDER BY expires LIMIT 64"),
                                     ReleaseState::ACTIVE,
                                     ReleaseState::EXPIRING,
                                     schema::unix_seconds(now),
                                     ReleaseState::EXPIRING,
                                     ReleaseState::ACTIVE,
                                     schema::unix_seconds(now - unsigned_for))));
    for (auto& r : due) {
        if (!schema::live(r.state)) {
            LEEWARD_TRY(end_release(desk, tx, r, ReleaseMove::R11, "", now));
        } else if (r.expires <= now) {
            if (r.state != ReleaseState::EXPIRING) {
                LEEWARD_ASSIGN(r.state, schema::next(ReleaseMove::R6, r.state));
            }
            LEEWARD_TRY(end_release(desk, tx, r, ReleaseMove::R7, "RELEASE_EXPIRED", now));
        } else if (r.state != ReleaseState::EXPIRING &&
                   schema::expiring_at(r.starts, r.expires) <= now) {
            const ReleaseState before = r.state;
            LEEWARD_ASSIGN(r.state, schema::next(ReleaseMove::R6, before));
            LEEWARD_TRY(save(desk, tx, r));
            LEEWARD_TRY(log_release(desk, tx, r, ReleaseMove::R6, before, "", now));
        }
    }
    return Done{};
}

}  // namespace leeward::node
