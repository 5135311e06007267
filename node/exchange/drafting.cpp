#include "node/exchange/drafting.h"

#include <algorithm>

#include "node/exchange/disclose.h"
#include "node/exchange/needs.h"
#include "node/exchange/other_bases.h"
#include "node/exchange/release_ends.h"
#include "node/exchange/return_path.h"
#include "schema/codes.h"
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

Error invalid(std::string_view why) {
    return {Errc::invalid_argument, std::string(why) + "; nothing was saved"};
}

// All of a tier that the case holds, but what needs a release of its own.
Result<FieldSet> whole_tier(const Json& record, Tier tier) {
    if (tier != Tier::T2 && tier != Tier::T3) return invalid("whole tiers are T2 or T3");
    return (schema::fields_of(record) & schema::fields_of_tier(tier)) -
           schema::fields_of_group("named_release");
}

Result<FieldSet> one_field(const std::string& word) {
    const auto field = schema::find_field(word);
    if (!field) return invalid("'" + word + "' is not a field of the catalogue");
    const Tier tier = schema::field(*field).tier;
    if (tier == Tier::L0 || tier == Tier::T4)
        return Error{Errc::not_released, "'" + word + "' never travels under a release"};
    return FieldSet{*field};
}

Result<FieldSet> wanted_fields(const Json& record, const Json& args) {
    FieldSet out;
    for (const auto& item : args.array_at("fields")) {
        const std::string& word = *item.as_string();
        const auto tier = schema::tier_from(word);
        LEEWARD_ASSIGN(const FieldSet more, tier ? whole_tier(record, *tier) : one_field(word));
        out = out | more;
    }
    if (out.empty()) return invalid("none of these fields is in the case");
    if (!(out & schema::fields_of_group("named_release")).empty() && out.size() > 1)
        return invalid("a field that needs a release of its own cannot stand beside others");
    return out;
}

Result<std::int64_t> days_of(const Json& args) {
    const std::int64_t days =
        args.find("days") == nullptr ? schema::release_default_days : args.int_at("days");
    if (days < 1 || days > schema::release_hard_max_days)
        return invalid("a release runs 1 to 90 days");
    return days;
}

// The most urgent open need of the case: how long an unsigned draft may wait for a call.
Result<schema::Priority> urgency(Transaction& tx, const schema::CaseId& id) {
    auto rows = tx.query("SELECT min(priority) FROM need WHERE case_id=? AND state<?",
                         id,
                         schema::NeedState::CLOSED);
    const bool any = rows.next() && !rows.is_null(0);
    LEEWARD_TRY(rows.status());
    return any ? static_cast<schema::Priority>(rows.integer(0)) : schema::Priority::ROUTINE;
}

void write_texts(const Desk& desk, Release& r) {
    const Peer* peer = desk.peers.find(r.recipient);
    const schema::ReleaseWords words{desk.self.card.organisation,
                                     peer == nullptr ? "" : peer->card.organisation,
                                     r.purpose,
                                     r.fields,
                                     r.detail.int_at("days"),
                                     r.basis,
                                     r.detail.text_at("cite")};
    const auto text = [&](schema::Language language) {
        return r.leg ? schema::return_path_text(words, r.level, language)
                     : schema::release_text(words, language);
    };
    r.detail.set("text_en", text(schema::Language::EN));
    r.detail.set("text_es", text(schema::Language::ES));
}

// Fields that the purpose does not ask for, said before anybody reads the text aloud.
Json beyond_purpose(const Release& r) {
    Json out = Json::array();
    const bool counselling = r.purpose == "PURPOSE_COUNSELLING";
    for (const auto id : r.fields.members()) {
        const auto& field = schema::field(id);
        const bool clinical = field.tier == Tier::T3;
        const bool reaches_her = field.purpose == "contact" || field.id == "preferred_name";
        if (clinical != counselling && !reaches_her) out.push(field.id);
    }
    return out;
}

Json draft_json(const Desk& desk, const Release& r) {
    Json json = release_json(desk, r);
    json.set("text_en", r.detail.text_at("text_en"));
    json.set("text_es", r.detail.text_at("text_es"));
    json.set("beyond_the_purpose", beyond_purpose(r));
    json.set("least",
             "Ask first whether it can be done without: she can carry it herself, or say it by "
             "voice. A bed needs no release.");
    return json;
}

Outcome begin(Desk& desk, Transaction& tx, Release& r, Time now) {
    r.id = schema::new_id<schema::ReleaseId>(desk.random);
    r.state = ReleaseState::DRAFT;
    r.drafted = r.since = now;
    r.starts = r.applied = r.raised = {};
    r.commitment = {};
    r.expires = now + std::chrono::hours(24 * r.detail.int_at("days"));
    if (r.leg) LEEWARD_TRY(desk.records.ensure(return_path_record(r.id)));
    r.detail.set("salt", hex::encode(desk.random.array<32>()));
    r.detail.set("signers", Json::array());
    write_texts(desk, r);
    LEEWARD_TRY(save_release(desk, tx, r));
    return log_release(desk, tx, r, ReleaseMove::R1, ReleaseState::DRAFT, "", now);
}

Result<std::string> purpose_of(const Json& args) {
    const std::string purpose = args.text_at("purpose");
    if (!schema::is_code("PURPOSE_", purpose)) return invalid("that is not a PURPOSE_ code");
    return purpose;
}

}  // namespace

Result<Json> begin_draft(Desk& desk, Transaction& tx, Release& r, const Json& args, Time now) {
    LEEWARD_ASSIGN(const std::int64_t days, days_of(args));
    r.detail.set("days", r.basis == schema::Basis::TONIGHT ? schema::tonight_hours / 24 : days);
    r.detail.set("language", args.text_at("language"));
    LEEWARD_TRY(begin(desk, tx, r, now));
    return draft_json(desk, r);
}

namespace {

Result<schema::Basis> basis_of(const Json& args) {
    const std::string code = args.text_at("basis");
    if (code.empty()) return schema::Basis::RELEASE;
    if (!schema::is_code("BASIS_", code)) return invalid("that is not a BASIS_ code");
    return *schema::basis_from(std::string_view(code).substr(6));
}

Outcome says_all(const Json& args) {
    for (const char* name : {"case", "to", "fields", "purpose"})
        if (args.find(name) == nullptr) return invalid("say --" + std::string(name));
    return Done{};
}

}  // namespace

Result<Json> release_new(Desk& desk, Transaction& tx, const Json& args, Time now) {
    if (args.find("return") != nullptr) return return_path_new(desk, tx, args, now);
    LEEWARD_TRY(says_all(args));
    LEEWARD_ASSIGN(const Case one, find_case(desk, tx, args.text_at("case")));
    LEEWARD_ASSIGN(const Peer* peer, desk.peers.named(args.text_at("to")));
    Release r;
    r.case_id = one.id;
    r.recipient = peer->node();
    LEEWARD_ASSIGN(r.basis, basis_of(args));
    LEEWARD_ASSIGN(r.purpose, purpose_of(args));
    LEEWARD_ASSIGN(r.fields, wanted_fields(one.record, args));
    LEEWARD_ASSIGN(const auto priority, urgency(tx, one.id));
    r.detail = Json::object({{"priority", schema::name(priority)}});
    LEEWARD_TRY(ground_draft(desk, tx, r, args, now));
    LEEWARD_ASSIGN(Json json, begin_draft(desk, tx, r, args, now));
    warn_of_words(json, one.record, r.fields, schema::Language::EN);
    return json;
}

namespace {

// What is said anew replaces what the release said.
Outcome change(const Json& record, const Json& args, Release& r) {
    if (args.find("purpose") != nullptr) {
        LEEWARD_ASSIGN(r.purpose, purpose_of(args));
    }
    if (args.find("fields") != nullptr) {
        LEEWARD_ASSIGN(r.fields, wanted_fields(record, args));
    }
    if (args.find("days") != nullptr) {
        LEEWARD_ASSIGN(const std::int64_t days, days_of(args));
        r.detail.set("days", days);
    }
    if (args.find("language") != nullptr) r.detail.set("language", args.text_at("language"));
    return Done{};
}

}  // namespace

Result<Json> release_edit(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Release old, find_release(desk, tx, args.text_at("id")));
    if (old.basis != schema::Basis::RELEASE || old.leg)
        return Error{Errc::wrong_state, "draft this one anew; nothing was changed"};
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, old.case_id));
    if (schema::is_terminal(old.state))
        return Error{Errc::wrong_state,
                     "this release is " + std::string(schema::name(old.state)) +
                         "; draft a new one; nothing was changed"};
    Release r = old;
    LEEWARD_TRY(change(one.record, args, r));
    if (old.state == ReleaseState::DRAFT) {
        r.expires = now + std::chrono::hours(24 * r.detail.int_at("days"));
        r.since = now;
        write_texts(desk, r);
        LEEWARD_TRY(save_release(desk, tx, r));
        return draft_json(desk, r);
    }
    r.detail.set("narrowed", Json::array());
    r.detail.set("minor_alone", false);
    LEEWARD_TRY(begin(desk, tx, r, now));
    if (!schema::live(old.state))
        LEEWARD_TRY(end_release(desk, tx, old, ReleaseMove::R11, "RELEASE_VOID", now));
    Json json = draft_json(desk, r);
    json.set("replaces", schema::text(old.id));
    json.set("note",
             "A signed text never changes. This is a new draft: it is read and signed anew.");
    return json;
}

Outcome freeze_text(Desk& desk, Transaction& tx, Release& r, Time now) {
    if (r.state != ReleaseState::DRAFT) return Done{};
    LEEWARD_TRY(move_release(desk, tx, r, ReleaseMove::R2, "", now));
    LEEWARD_TRY(save_release(desk, tx, r));
    return r.leg ? Outcome(Done{}) : seal_grants(desk, tx, r, now);
}

Result<Json> release_present(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Release r, find_release(desk, tx, args.text_at("id")));
    if (r.state != ReleaseState::DRAFT) return schema::refused("release", schema::name(r.state));
    LEEWARD_TRY(freeze_text(desk, tx, r, now));
    Json json = release_json(desk, r);
    json.set("text",
             r.detail.text_at(r.detail.text_at("language") == "es" ? "text_es" : "text_en"));
    return json;
}

}  // namespace leeward::node
