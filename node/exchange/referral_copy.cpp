#include "node/exchange/referral_copy.h"

#include "node/exchange/due_rows.h"
#include "node/exchange/grants.h"
#include "node/exchange/legs.h"
#include "node/exchange/notices.h"
#include "node/exchange/resync.h"
#include "node/exchange/withdraw.h"
#include "schema/codes.h"
#include "schema/deadline.h"
#include "schema/limits.h"
#include "schema/record.h"

namespace leeward::node {
namespace {

using schema::FieldSet;
using schema::GrantDiscloser;
using schema::GrantMove;
using schema::GrantRecipient;
using schema::GrantState;
using schema::Message;
using schema::MessageKind;
using schema::Tier;
using schema::Time;

Applied refused(std::string_view code) {
    return {std::string(code), {}, {}};
}

struct GrantText {
    Grant grant;
    Json fields;
};

Result<GrantText> read_grant_text(const Message& message) {
    LEEWARD_ASSIGN(const Json json,
                   schema::parse_json(message.body, {schema::limits::body_bytes, 8}));
    schema::ObjectReader in(json, "grant");
    GrantText out;
    Grant& g = out.grant;
    g.id = in.id<schema::GrantId>("grant");
    g.release = in.id<schema::ReleaseId>("release");
    const auto tier = schema::tier_from(in.text("tier", 4));
    const auto basis = schema::basis_from(in.text("basis", 32));
    g.purpose = in.text("purpose", 64);
    g.expires = schema::from_unix(in.number("expires", 0, 253'402'300'799));
    (void)in.hex_array<32>("commitment");
    const auto logged = in.hex_array<24>("bitmap");
    out.fields = in.any("fields");
    LEEWARD_TRY(in.finish());
    if (!tier || !basis || (*tier != Tier::T2 && *tier != Tier::T3))
        return Error{Errc::malformed, "an unknown word"};
    LEEWARD_TRY(schema::check_record(out.fields, *tier));
    g.tier = *tier;
    g.basis = *basis;
    g.fields = schema::fields_of(out.fields);
    // The log's entry is checked against `bitmap`; this holds it to what is really here.
    if (schema::logged_bitmap(g.fields) != logged)
        return Error{Errc::malformed, "a grant that holds other fields than its log says"};
    g.handoff = g.fields.is_subset_of(schema::fields_of_group("handoff"));
    g.peer = message.header.from;
    g.leg = message.header.leg;
    g.discloser = GrantDiscloser::OPENABLE;
    g.discloser_counter = message.header.counter;
    return out;
}

// The discloser's register: closed, and, where only some fields are, what goes on under which id.
struct GrantStateText {
    schema::GrantId id;
    GrantDiscloser value{};
    std::optional<schema::GrantId> keeps;
    schema::FieldSet kept;
};

Result<GrantStateText> read_state(const Message& message) {
    LEEWARD_ASSIGN(const Json json, schema::parse_json(message.body, {4096, 4}));
    schema::ObjectReader in(json, "grant state");
    GrantStateText out;
    out.id = in.id<schema::GrantId>("grant");
    const auto value = schema::grant_discloser_from(in.text("value", 32));
    const Json* keeps = in.any_if("keeps");
    LEEWARD_TRY(in.finish());
    if (!value) return Error{Errc::malformed, "an unknown word"};
    out.value = *value;
    if (keeps == nullptr) return out;
    schema::ObjectReader kept(*keeps, "what is kept");
    out.keeps = kept.id<schema::GrantId>("grant");
    const auto fields = schema::FieldSet::from_hex(kept.text("fields", 48));
    LEEWARD_TRY(kept.finish());
    if (!fields) return fields.error();
    out.kept = *fields;
    return out;
}

}  // namespace

void prepare_grant(const Message& message, std::vector<std::string>& names) {
    const auto text = read_grant_text(message);
    if (text) names.push_back(grant_record(text->grant.id));
}

namespace {

// The next rung of the ladder; the end itself is no warning.
Outcome warn_at(Transaction& tx, const Grant& g, Time at) {
    return tx.run("UPDATE grant_of SET warn=? WHERE id=?",
                  at >= g.expires ? 0 : schema::unix_seconds(at),
                  g.id);
}

bool fits_its_basis(const Grant& g) {
    return g.basis != schema::Basis::TONIGHT || g.fields.is_subset_of(schema::tonight_fields());
}

// Known without its words: a restore has told of it before it came.
Result<Applied> take_words_of(
    Desk& desk, Transaction& tx, const Grant& known, const schema::Json& fields, Time now) {
    LEEWARD_ASSIGN(const bool filled, fill_empty_grant(desk, tx, known, fields));
    if (filled) {
        LEEWARD_TRY(settle_notice(tx, "GRANT_LOST", known.id.get()));
        LEEWARD_TRY(raise(tx, "GRANT_TO_OPEN", known.id.get(), known.peer, now));
    }
    return Applied{{},
                   filled ? grant_record(known.id) : std::string(),
                   grant_event(known, GrantMove::G2t, known.shown())};
}

// She withdrew here while it was on its way: nothing of it is kept, and whoever gave it is told so, as
// if it had asked.
Result<Applied> withdrawn_before_it_came(Transaction& tx, Grant g) {
    g.discloser = GrantDiscloser::ERASURE_REQUESTED;
    LEEWARD_TRY(insert_empty_grant(tx, g));
    return Applied{{}, {}, grant_event(g, GrantMove::G2t, GrantState::SEALED)};
}

}  // namespace

Result<Applied> take_grant(
    Desk& desk, Transaction& tx, Peer& peer, const Message& message, Time now) {
    auto text = read_grant_text(message);
    if (!text) return refused("SCHEMA");
    Grant& g = text->grant;
    g.expires = by_our_clock(g.expires, message, now);
    const auto leg = load_leg(desk, tx, g.leg);
    if (!leg || leg->ours || leg->peer != peer.node()) return refused("RECIPIENT_MISMATCH");
    if (!schema::accepted_or_later(leg->answer.value)) return refused("NO_PROOF");
    if (g.expires <= now) return refused("EXPIRED");
    if (!fits_its_basis(g)) return refused("SCHEMA");
    const auto known = load_grant(tx, g.id);
    if (known && known->peer != peer.node()) return refused("RECIPIENT_MISMATCH");
    if (known && known->open()) return take_words_of(desk, tx, *known, text->fields, now);
    if (known) {
        LEEWARD_TRY(destroy_grant(desk, tx, g));  // closed before it came
        return Applied{{}, {}, grant_event(g, GrantMove::G2t, known->shown())};
    }
    g.created = g.since = now;
    LEEWARD_ASSIGN(const bool withdrawn, withdrawal_is_on_its_way(desk, tx, *leg));
    if (withdrawn) return withdrawn_before_it_came(tx, std::move(g));
    LEEWARD_TRY(insert_grant(desk, tx, g, text->fields));
    LEEWARD_TRY(warn_at(tx, g, schema::next_warning(g.created, g.expires, never)));
    LEEWARD_TRY(tx.run("UPDATE leg SET papers='' WHERE id=?", g.leg));
    LEEWARD_TRY(raise(tx, "GRANT_TO_OPEN", g.id.get(), peer.node(), now));
    return Applied{{}, grant_record(g.id), grant_event(g, GrantMove::G2t, GrantState::SEALED)};
}

namespace {

Outcome tell_answer(Desk& desk,
                    Transaction& tx,
                    const Grant& g,
                    GrantMove move,
                    GrantState before,
                    Json body,
                    Time now) {
    Outgoing message;
    message.to = g.peer;
    message.kind = MessageKind::GRANT_ANSWER;
    message.message_class = MessageClass::CONTROL;
    message.counter = g.recipient_counter;
    body.set("grant", schema::text(g.id));
    body.set("value", schema::name(g.recipient));
    message.body = body.dump();
    message.record = general_record;
    message.grant = g.id;
    message.expires = now + std::chrono::hours(24 * 60);
    message.event = grant_event(g, move, before);
    message.event.kind = schema::EventKind::SEND;
    const auto put = desk.outbox.put(tx, message, now);
    return put ? Outcome(Done{}) : Outcome(put.error());
}

// Erases and attests: a signed statement in a message of its own.
Outcome attest(Desk& desk, Transaction& tx, Grant g, Time now) {
    const GrantState before = g.shown();
    LEEWARD_ASSIGN(g.recipient, schema::write_recipient(GrantMove::G7t, g.recipient, g.discloser));
    ++g.recipient_counter;
    g.since = now;
    LEEWARD_TRY(save_grant(tx, g));
    LEEWARD_TRY(destroy_grant(desk, tx, g));
    LEEWARD_TRY(settle_notices(tx, g.id.get()));
    const auto backups = now + std::chrono::hours(24 * 30);
    Json body = Json::object({{"statement",
                               "working copy, keys and the link salts destroyed; backups age out "
                               "by the date given"},
                              {"backups_by", schema::unix_seconds(backups)}});
    return tell_answer(desk, tx, g, GrantMove::G7t, before, std::move(body), now);
}

}  // namespace

// Opening never waits for the log, but each opening is an act in it, at both ends (views.h).
Result<Json> grant_open(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Grant g, find_grant(desk, tx, args.text_at("id")));
    LEEWARD_TRY(must_not_await(desk, g.peer));
    const std::string purpose = args.text_at("purpose");
    if (!schema::is_code("PURPOSE_", purpose))
        return Error{Errc::invalid_argument, "say why with a PURPOSE_ code"};
    const bool open = !g.ours && g.open() && g.expires > now;
    if (!open) {
        desk.refusal = grant_event(g, GrantMove::G3t, g.shown());
        desk.refusal->kind = schema::EventKind::REFUSED;
        return Error{Errc::not_released,
                     g.ours ? "this is what we gave, not what we received"
                            : "this is closed: the papers have ended. If she is with you, phone "
                              "the referrer. The attempt is in the log."};
    }
    LEEWARD_ASSIGN(const Json fields, grant_fields(desk, tx, g));
    View view{grant_event(g, GrantMove::G3t, g.shown()),
              View::Then::GRANT_OPENED,
              g.id.get(),
              purpose,
              now};
    view.event.purpose = schema::code_tag(purpose);
    LEEWARD_TRY(saw(desk, tx, std::move(view)));
    LEEWARD_ASSIGN(g, load_grant(tx, g.id));
    Json json = grant_json(desk, g);
    json.set("record", fields);
    if (g.basis == schema::Basis::TONIGHT)
        json.set("note",
                 "This ends within 72 hours. If she lives with you, copy what she needs into your "
                 "own service record now.");
    return json;
}

// The first opening is told to whoever gave it.
Outcome grant_was_opened(
    Desk& desk, Transaction& tx, const schema::GrantId& id, const std::string& purpose, Time at) {
    auto found = load_grant(tx, id);
    if (!found) return found.error().code == Errc::not_found ? Outcome(Done{}) : found.error();
    Grant& g = *found;
    if (g.recipient != GrantRecipient::NONE || !g.open()) return Done{};
    const GrantState before = g.shown();
    LEEWARD_ASSIGN(g.recipient, schema::write_recipient(GrantMove::G3t, g.recipient, g.discloser));
    ++g.recipient_counter;
    g.opened_at = g.since = at;
    g.opened_for = purpose;
    LEEWARD_TRY(save_grant(tx, g));
    LEEWARD_TRY(settle_notices(tx, g.id.get()));
    return tell_answer(
        desk, tx, g, GrantMove::G3t, before, Json::object({{"purpose", purpose}}), at);
}

namespace {

Result<FieldSet> fields_kept(const Grant& g, const Json& args) {
    FieldSet out;
    for (const auto& item : args.array_at("fields")) {
        const auto field = schema::find_field(*item.as_string());
        if (field) out.insert(*field);
    }
    if (!out.empty() && out.is_subset_of(g.fields)) return out;
    return Error{
        Errc::invalid_argument,
        "say with --fields which of its fields your own record keeps; nothing was changed"};
}

// G8t: our own service record, or a duty, with its basis and fields by name. The referral copy goes
// all the same.
Outcome keep_lawfully(Desk& desk, Transaction& tx, Grant g, const Json& args, Time now) {
    LEEWARD_TRY(require(desk.actor, schema::supervisors));
    LEEWARD_ASSIGN(const FieldSet kept, fields_kept(g, args));
    const GrantState before = g.shown();
    LEEWARD_ASSIGN(g.recipient, schema::write_recipient(GrantMove::G8t, g.recipient, g.discloser));
    ++g.recipient_counter;
    g.since = now;
    LEEWARD_TRY(save_grant(tx, g));
    LEEWARD_TRY(destroy_grant(desk, tx, g));
    LEEWARD_TRY(settle_notices(tx, g.id.get()));
    const Json body = Json::object({{"basis", args.text_at("retain")}, {"fields", kept.hex()}});
    return tell_answer(desk, tx, g, GrantMove::G8t, before, body, now);
}

}  // namespace

Result<Json> grant_erase(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Grant g, find_grant(desk, tx, args.text_at("id")));
    if (g.ours) return Error{Errc::wrong_state, "the recipient erases; here, withdraw the release"};
    if (args.text_at("retain").empty())
        LEEWARD_TRY(attest(desk, tx, g, now));
    else
        LEEWARD_TRY(keep_lawfully(desk, tx, g, args, now));
    LEEWARD_ASSIGN(const Grant after, load_grant(tx, g.id));
    Json json = grant_json(desk, after);
    json.set("note",
             "The referral copy here is destroyed. What a person has read cannot be un-read, and "
             "your own service record is not covered by this.");
    return json;
}

Outcome erase_and_attest(Desk& desk, Transaction& tx, const schema::GrantId& id, Time now) {
    LEEWARD_ASSIGN(Grant g, load_grant(tx, id));
    if (g.discloser < GrantDiscloser::ERASURE_REQUESTED)
        g.discloser = GrantDiscloser::ERASURE_REQUESTED;  // as if it had been asked for
    return attest(desk, tx, std::move(g), now);
}

Outcome close_received(Desk&, Transaction& tx, const schema::LegId& leg, Time now) {
    LEEWARD_ASSIGN(const auto grants, grants_of(tx, Whose::LEG, leg.get()));
    for (Grant g : grants) {
        if (g.ours || !g.open()) continue;
        g.discloser = GrantDiscloser::REVOKED;
        g.since = now;
        LEEWARD_TRY(save_grant(tx, g));
    }
    return Done{};
}

namespace {

// The closing word of a grant may overtake it: it is kept, and the grant, if it ever comes, stays
// closed and empty. The erasure that it asks for is attested as any other.
Result<Applied> closed_before_it_came(Transaction& tx,
                                      const Peer& peer,
                                      const GrantStateText& text,
                                      const Message& message,
                                      Time now) {
    Grant g;
    g.id = text.id;
    g.peer = peer.node();
    g.tier = Tier::T2;
    g.discloser = text.value;
    g.discloser_counter = message.header.counter;
    g.created = g.since = g.expires = now;
    LEEWARD_TRY(insert_empty_grant(tx, g));
    return Applied{{}, {}, grant_event(g, GrantMove::G6t, GrantState::SEALED)};
}

// What goes on is copied under a key of its own before the old one is destroyed: reading it has no gap.
Outcome keep_rest(Desk& desk, Transaction& tx, Grant& g, const GrantStateText& text, Time now) {
    const auto held = grant_fields(desk, tx, g);
    if (!held) return Done{};
    Grant rest = g;
    rest.id = *text.keeps;
    rest.fields = text.kept & g.fields;
    rest.discloser_counter = 1;
    rest.created = now;
    LEEWARD_TRY(desk.records.ensure(grant_record(rest.id)));
    LEEWARD_TRY(insert_grant(desk, tx, rest, schema::redact(*held, rest.fields)));
    LEEWARD_TRY(warn_at(tx, rest, schema::next_warning(rest.created, rest.expires, never)));
    g.fields = g.fields - rest.fields;
    return raise(tx, "GRANT_NARROWED", rest.id.get(), g.peer, now);
}

Outcome apply_state(Desk& desk,
                    Transaction& tx,
                    Grant& g,
                    const GrantStateText& text,
                    const Message& message,
                    Time now) {
    const bool narrowed = text.keeps && !load_grant(tx, *text.keeps);
    if (narrowed) LEEWARD_TRY(keep_rest(desk, tx, g, text, now));
    g.discloser = text.value;
    g.discloser_counter = message.header.counter;
    g.since = now;
    LEEWARD_TRY(save_grant(tx, g));
    if (!text.keeps) LEEWARD_TRY(tx.run("UPDATE leg SET papers='WITHDRAWN' WHERE id=?", g.leg));
    const bool erased = g.recipient > GrantRecipient::OPENED;
    if (erased || g.discloser != GrantDiscloser::ERASURE_REQUESTED) return Done{};
    return raise(tx, "PLEASE_ERASE", g.id.get(), g.peer, now);
}

}  // namespace

Result<Applied> take_grant_state(
    Desk& desk, Transaction& tx, Peer& peer, const Message& message, Time now) {
    const auto text = read_state(message);
    if (!text) return refused("SCHEMA");
    auto found = load_grant(tx, text->id);
    if (!found) return closed_before_it_came(tx, peer, *text, message, now);
    Grant g = std::move(found).value();
    if (g.ours || g.peer != peer.node()) return refused("RECIPIENT_MISMATCH");
    const GrantState before = g.shown();
    if (message.header.counter > g.discloser_counter)
        LEEWARD_TRY(apply_state(desk, tx, g, *text, message, now));
    return Applied{{}, {}, grant_event(g, GrantMove::G6t, before)};
}

namespace {

constexpr int copies_at_once = 64;

Rows to_warn(Transaction& tx, Time now) {
    return tx.query("SELECT id FROM grant_of WHERE ours=0 AND warn>0 AND warn<=? ORDER BY warn",
                    schema::unix_seconds(now));
}

Rows to_erase(Transaction& tx, Time now) {
    return tx.query(
        "SELECT id FROM grant_of WHERE ours=0 AND recipient<=1 AND (discloser=? OR "
        "(length(sealed)>0 AND expires<=?)) ORDER BY since",
        GrantDiscloser::ERASURE_REQUESTED,
        schema::unix_seconds(now));
}

// What is read here ends soon: said before it does, to the worker who needs it, without content.
Outcome warn_of_end(Desk& desk, Transaction& tx, const schema::GrantId& id, Time now) {
    LEEWARD_ASSIGN(const Grant g, load_grant(tx, id));
    LEEWARD_TRY(warn_at(tx, g, schema::next_warning(g.created, g.expires, now)));
    if (!g.open() || g.expires <= now) return Done{};
    return call_for(desk,
                    tx,
                    schema::Machine::GRANT,
                    static_cast<Byte>(g.shown()),
                    "GRANT_ENDS_SOON",
                    g.id.get(),
                    g.peer,
                    now);
}

Outcome erase(Desk& desk, Transaction& tx, const schema::GrantId& id, Time now) {
    LEEWARD_ASSIGN(Grant g, load_grant(tx, id));
    if (g.discloser == GrantDiscloser::ERASURE_REQUESTED) return attest(desk, tx, g, now);
    g.discloser = GrantDiscloser::EXPIRED;
    LEEWARD_TRY(save_grant(tx, g));
    LEEWARD_TRY(destroy_grant(desk, tx, g));
    return settle_notices(tx, g.id.get());
}

}  // namespace

// Erased on time, asked or not.
Outcome fire_referral_copy_timers(Desk& desk, Transaction& tx, Time now) {
    LEEWARD_TRY(each_due<schema::GrantId>(
        desk, "warning", to_warn(tx, now), now, copies_at_once, [&](const schema::GrantId& id) {
            return warn_of_end(desk, tx, id, now);
        }));
    LEEWARD_TRY(each_due<schema::GrantId>(
        desk, "copy", to_erase(tx, now), now, copies_at_once, [&](const schema::GrantId& id) {
            return erase(desk, tx, id, now);
        }));
    return Done{};
}

}  // namespace leeward::node
