#include "node/exchange/signing.h"

#include "node/exchange/disclose.h"
#include "node/exchange/drafting.h"
#include "node/exchange/needs.h"
#include "node/exchange/release_ends.h"
#include "node/exchange/return_path.h"
#include "schema/codes.h"
#include "schema/release_text.h"

namespace leeward::node {
namespace {

using schema::Decision;
using schema::ReleaseMove;
using schema::ReleaseState;
using schema::Signer;
using schema::Time;

Error invalid(std::string_view why) {
    return {Errc::invalid_argument, std::string(why) + "; nothing was changed"};
}

bool on_list(const Json* list, const std::string& name) {
    if (list == nullptr) return false;
    if (list->as_string() != nullptr) return schema::names_match(*list->as_string(), name);
    if (list->as_array() == nullptr) return false;
    for (const auto& item : *list->as_array())
        if (item.as_string() != nullptr && schema::names_match(*item.as_string(), name))
            return true;
    return false;
}

// On the case's list of alleged abusers or unsafe persons.
bool is_unsafe(const Json& record, const std::string& name) {
    return on_list(record.find("alleged_abusers"), name) ||
           on_list(record.find("unsafe_persons"), name);
}

// The attempt is in the log, without a name.
Error refuse_unsafe(Desk& desk) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::REFUSED;
    event.machine = schema::Machine::RELEASE;
    event.reason = schema::code_tag("RELEASE_INVALID_SIGNER");
    desk.refusal = event;
    return Error{Errc::not_released,
                 "this person may not sign or interpret for this survivor: "
                 "RELEASE_INVALID_SIGNER. Nothing was changed; the attempt is in the log without "
                 "a name."};
}

// What was read aloud, in which language, by whom.
Outcome check_reading(const Release& r, const Json& args) {
    if (!args.bool_at("read-back"))
        return invalid("read the text aloud and have it read back first, then say --read-back");
    const std::string said = args.text_at("language");
    const std::string language = said.empty() ? r.detail.text_at("language") : said;
    if (!language.empty() && !schema::language_from(language) &&
        args.text_at("interpreter").empty())
        return invalid("the text is in English and Spanish: for '" + language +
                       "' name the interpreter");
    const std::string copy = args.text_at("copy");
    if (!copy.empty() && copy != "given" && copy != "offered" && copy != "not_safe")
        return invalid("the copy was given, offered, or not_safe to give");
    return Done{};
}

Outcome check_standing(Signer signer, const Json& args) {
    if (signer == Signer::MINOR) {
        for (const auto& code : args.array_at("capacity"))
            if (!schema::is_code("CAPACITY_", *code.as_string()))
                return invalid("'" + *code.as_string() + "' is not a CAPACITY_ code");
        return Done{};
    }
    if (schema::gives_standing(args.text_at("authority"), signer)) return Done{};
    return invalid(
        "say with --authority by what right this adult signs: AUTHORITY_PARENT, "
        "AUTHORITY_LEGAL_GUARDIAN, AUTHORITY_AGENCY_CUSTODY or AUTHORITY_COURT_ORDER, "
        "as fits the signer");
}

std::string_view decision_in(const Json& args) {
    if (args.bool_at("take-back")) return schema::name(Decision::WITHDREW);
    return schema::name(args.bool_at("refuse") ? Decision::REFUSED : Decision::AGREED);
}

Json signature_json(const Desk& desk, const Release& r, const Json& args, Time now) {
    const std::string said = args.text_at("language");
    const std::string language = said.empty() ? r.detail.text_at("language") : said;
    Json one = Json::object({{"signer", args.text_at("signer")},
                             {"name", args.text_at("name")},
                             {"standing", schema::name(schema::Standing::SAFE)},
                             {"decision", decision_in(args)},
                             {"language", language},
                             {"shown", language == "es" ? "es" : "en"},
                             {"read_back", true},
                             {"at", schema::unix_seconds(now)},
                             {"by", schema::text(desk.actor.id)}});
    for (const char* key : {"authority", "interpreter", "copy"})
        if (!args.text_at(key).empty()) one.set(key, args.text_at(key));
    if (!args.array_at("capacity").empty()) one.set("capacity", Json(args.array_at("capacity")));
    return one;
}

// There is one minor; an adult is the one who signed before if the names are one.
bool same_signer(const Json& a, const Json& b) {
    return a.text_at("signer") == b.text_at("signer") &&
           (a.text_at("signer") == schema::name(Signer::MINOR) ||
            schema::names_match(a.text_at("name"), b.text_at("name")));
}

bool is_newest(const Json::Array& all, std::size_t i) {
    for (std::size_t later = i + 1; later < all.size(); ++later)
        if (same_signer(all[i], all[later])) return false;
    return true;
}

std::vector<std::string> texts(const Json::Array& items) {
    std::vector<std::string> out;
    for (const auto& item : items)
        out.push_back(*item.as_string());
    return out;
}

// Each signer's newest word.
std::vector<schema::Signature> signatures_of(const Release& r) {
    std::vector<schema::Signature> out;
    const auto& all = r.detail.array_at("signers");
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (!is_newest(all, i)) continue;
        schema::Signature one;
        one.signer = *schema::signer_from(all[i].text_at("signer"));
        one.standing = schema::Standing::SAFE;
        one.decision = *schema::decision_from(all[i].text_at("decision"));
        one.capacity_recorded = schema::shows_capacity(texts(all[i].array_at("capacity")));
        out.push_back(one);
    }
    return out;
}

// A conflict is left only by a whole authority: never back to waiting.
Outcome settle_signatures(Desk& desk, Transaction& tx, Release& r, Time now) {
    const auto alone =
        r.detail.bool_at("minor_alone") ? schema::Alone::LAWFUL : schema::Alone::NOT_LAWFUL;
    const ReleaseState reached = schema::signed_state(signatures_of(r), alone);
    if (reached == r.state || reached == ReleaseState::PENDING_SIGNATURES) return Done{};
    const auto move = reached == ReleaseState::CONFLICTED ? ReleaseMove::R3 : ReleaseMove::R4;
    return move_release(desk, tx, r, move, "", now);
}

// A mandate or an emergency never ends what she has signed.
bool same_ground(const Release& newer, const Release& older) {
    return older.basis == newer.basis ||
           (newer.basis == schema::Basis::RELEASE && older.basis == schema::Basis::TONIGHT);
}

// A newer release for the same recipient and purpose takes the place of the older one.
Outcome supersede_older(Desk& desk, Transaction& tx, const Release& r, Time now) {
    LEEWARD_ASSIGN(auto all,
                   r.leg ? return_paths_of(desk, tx, *r.leg) : releases_of(desk, tx, r.case_id));
    for (auto& older : all) {
        const bool replaced =
            older.id != r.id && older.recipient == r.recipient && older.purpose == r.purpose &&
            same_ground(r, older) &&
            (schema::live(older.state) || older.state == ReleaseState::CONFLICTED);
        if (replaced) LEEWARD_TRY(end_release(desk, tx, older, ReleaseMove::R9, "", now));
    }
    return Done{};
}

Outcome may_be_signed(const Release& r, Time now) {
    if (r.basis != schema::Basis::RELEASE && r.basis != schema::Basis::TONIGHT)
        return Error{Errc::wrong_state,
                     "nobody signs this: it is no consent. Say release authorise with a second "
                     "person; nothing was changed"};
    if (r.expires <= now)
        return Error{Errc::wrong_state, "the time that this draft names is over; draft a new one"};
    if (!schema::is_terminal(r.state) && !schema::live(r.state)) return Done{};
    return Error{Errc::wrong_state,
                 "this release is " + std::string(schema::name(r.state)) +
                     "; draft a new one to change anything"};
}

}  // namespace

namespace {

// The lists of unsafe persons are the referrer's; a partner has none.
Result<Json> record_of_case(Desk& desk, Transaction& tx, const Release& r) {
    if (r.leg) return Json::object();
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, r.case_id));
    return one.record;
}

}  // namespace

Outcome take_effect(Desk& desk, Transaction& tx, const Release& r, Time now) {
    if (r.state != ReleaseState::ACTIVE) return Done{};
    LEEWARD_TRY(supersede_older(desk, tx, r, now));
    return r.leg ? return_path_changed(desk, tx, r, now) : release_became_live(desk, tx, r, now);
}

Result<Json> release_sign(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Release r, find_release(desk, tx, args.text_at("id")));
    LEEWARD_TRY(may_be_signed(r, now));
    LEEWARD_ASSIGN(const Json record, record_of_case(desk, tx, r));
    const auto signer = schema::signer_from(args.text_at("signer"));
    if (!signer) return invalid("the signer is MINOR, GUARDIAN, AGENCY_REPRESENTATIVE or COURT");
    if (is_unsafe(record, args.text_at("name")) || is_unsafe(record, args.text_at("interpreter")))
        return refuse_unsafe(desk);
    LEEWARD_TRY(check_reading(r, args));
    LEEWARD_TRY(check_standing(*signer, args));
    LEEWARD_TRY(freeze_text(desk, tx, r, now));
    Json signers = Json(r.detail.array_at("signers"));
    signers.push(signature_json(desk, r, args, now));
    r.detail.set("signers", std::move(signers));
    if (args.bool_at("minor-alone")) r.detail.set("minor_alone", true);
    LEEWARD_TRY(settle_signatures(desk, tx, r, now));
    LEEWARD_TRY(save_release(desk, tx, r));
    LEEWARD_TRY(take_effect(desk, tx, r, now));
    return release_json(desk, r);
}

}  // namespace leeward::node
