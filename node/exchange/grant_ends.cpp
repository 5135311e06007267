#include "node/exchange/grant_ends.h"

#include "node/exchange/disclose.h"
#include "node/exchange/due_rows.h"
#include "node/exchange/incidents.h"
#include "node/exchange/notices.h"
#include "schema/deadline.h"

namespace leeward::node {
namespace {

using schema::FieldSet;
using schema::GrantDiscloser;
using schema::GrantMove;
using schema::GrantRecipient;
using schema::GrantState;
using schema::Message;
using schema::MessageKind;
using schema::Time;

Outcome tell_state(Desk& desk,
                   Transaction& tx,
                   const Grant& g,
                   GrantMove move,
                   GrantState before,
                   Json body,
                   Time now) {
    Outgoing message;
    message.to = g.peer;
    message.kind = MessageKind::GRANT_STATE;
    message.message_class = MessageClass::CONTROL;
    message.counter = g.discloser_counter;
    body.set("grant", schema::text(g.id));
    body.set("value", schema::name(g.discloser));
    message.body = body.dump();
    message.record = general_record;
    message.grant = g.id;
    message.expires = now + std::chrono::hours(24 * 60);
    message.event = grant_event(g, move, before);
    message.event.kind = schema::EventKind::SEND;
    const auto put = desk.outbox.put(tx, message, now);
    return put ? Outcome(Done{}) : Outcome(put.error());
}

// What never left ends here, and its key with it.
Outcome end_unsent(Desk& desk, Transaction& tx, Grant& g, Time now) {
    g.since = now;
    LEEWARD_TRY(save_grant(tx, g));
    return destroy_grant(desk, tx, g);
}

Outcome ask_back_with(Desk& desk, Transaction& tx, Grant g, Json body, Time now) {
    const GrantState closed = g.shown();
    LEEWARD_ASSIGN(g.discloser, schema::write_discloser(GrantMove::G6t, g.discloser, g.recipient));
    ++g.discloser_counter;
    g.since = now;
    LEEWARD_TRY(save_grant(tx, g));
    return tell_state(desk, tx, g, GrantMove::G6t, closed, std::move(body), now);
}

Outcome close_with(Desk& desk, Transaction& tx, Grant g, GrantMove move, Json body, Time now) {
    if (!g.ours || !(g.open() || g.sealed())) return Done{};
    const GrantState before = g.shown();
    LEEWARD_ASSIGN(g.discloser, schema::write_discloser(move, g.discloser, g.recipient));
    LEEWARD_TRY(log_event(desk, tx, grant_event(g, move, before), now));
    LEEWARD_TRY(desk.outbox.abandon_grant(tx, g.id, now));
    if (!g.ever_sent()) return end_unsent(desk, tx, g, now);
    return ask_back_with(desk, tx, std::move(g), std::move(body), now);
}

}  // namespace

Outcome close_grant(Desk& desk, Transaction& tx, Grant g, GrantMove move, Time now) {
    return close_with(desk, tx, std::move(g), move, Json::object(), now);
}

Outcome ask_back_if_closed(Desk& desk, Transaction& tx, Grant g, Time now) {
    const GrantState shown = g.shown();
    const bool closed = shown == GrantState::REVOKED || shown == GrantState::EXPIRED;
    if (!g.ours || !closed || !g.ever_sent()) return Done{};
    return ask_back_with(desk, tx, std::move(g), Json::object(), now);
}

Outcome grants_of_release_close(Desk& desk, Transaction& tx, const Release& release, Time now) {
    const bool by_time = release.state == schema::ReleaseState::EXPIRED ||
                         release.state == schema::ReleaseState::SUPERSEDED ||
                         release.state == schema::ReleaseState::VOID;
    LEEWARD_ASSIGN(const auto grants, grants_of(tx, Whose::RELEASE, release.id.get()));
    for (const auto& g : grants) {
        LEEWARD_TRY(close_grant(desk, tx, g, by_time ? GrantMove::G5t : GrantMove::G4t, now));
        if (!g.ever_sent()) continue;
        LEEWARD_TRY(tx.run("UPDATE leg SET papers=? WHERE id=? AND papers=''",
                           by_time ? "EXPIRED" : "WITHDRAWN",
                           g.leg));
    }
    return Done{};
}

namespace {

// The recipient holds it: the fields that are gone keep the old key and are erased with it; the rest
// goes on under a new one, made there from what is held, so that no content travels again.
Outcome narrow_stored(Desk& desk, Transaction& tx, const Grant& g, const FieldSet& gone, Time now) {
    Grant rest = g;
    rest.id = schema::new_id<schema::GrantId>(desk.random);
    rest.fields = g.fields - gone;
    rest.created = now;
    rest.discloser_counter = 1;
    Grant closed = g;
    closed.fields = g.fields & gone;
    Json body = Json::object();
    if (!rest.fields.empty()) {
        LEEWARD_TRY(insert_empty_grant(tx, rest));
        body.set("keeps",
                 Json::object({{"grant", schema::text(rest.id)}, {"fields", rest.fields.hex()}}));
    }
    return close_with(desk, tx, closed, GrantMove::G4t, std::move(body), now);
}

// It is not certain that the recipient holds it: the whole closes, and the rest is sent anew.
Outcome narrow_unstored(
    Desk& desk, Transaction& tx, const Release& release, const Grant& g, Time now) {
    LEEWARD_TRY(close_grant(desk, tx, g, GrantMove::G4t, now));
    LEEWARD_TRY(seal_grants(desk, tx, release, now));
    return release_became_live(desk, tx, release, now);
}

}  // namespace

Outcome grants_of_release_narrow(
    Desk& desk, Transaction& tx, const Release& release, const FieldSet& gone, Time now) {
    LEEWARD_ASSIGN(const auto grants, grants_of(tx, Whose::RELEASE, release.id.get()));
    for (const auto& g : grants) {
        if ((g.fields & gone).empty() || !(g.open() || g.sealed())) continue;
        LEEWARD_TRY(g.away == Away::STORED ? narrow_stored(desk, tx, g, gone, now)
                                           : narrow_unstored(desk, tx, release, g, now));
    }
    return Done{};
}

Result<Json> grant_unreachable(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_TRY(require(desk.actor, schema::supervisors));
    LEEWARD_ASSIGN(Grant g, find_grant(desk, tx, args.text_at("id")));
    if (!g.ours)
        return Error{Errc::wrong_state, "this is what we hold: erase it; nothing was changed"};
    const GrantState before = g.shown();
    LEEWARD_ASSIGN(g.discloser, schema::write_discloser(GrantMove::G10t, g.discloser, g.recipient));
    g.since = now;
    LEEWARD_TRY(save_grant(tx, g));
    LEEWARD_TRY(settle_notices(tx, g.id.get()));
    LEEWARD_TRY(contain_incidents_about(desk, tx, g.id.get(), "CONTAINED_PEER_UNREACHABLE", now));
    LEEWARD_TRY(log_event(desk, tx, grant_event(g, GrantMove::G10t, before), now));
    return grant_json(desk, g);
}

// ------------------------------------------------------------------ what the recipient wrote

Outcome follow_last_word(Desk& desk, Transaction& tx, const Grant& g, Time now) {
    LEEWARD_TRY(settle_notices(tx, g.id.get()));
    if (g.recipient != GrantRecipient::ERASURE_ATTESTED) return Done{};
    LEEWARD_TRY(destroy_grant(desk, tx, g));  // what ties our own entry to it
    return contain_incidents_about(desk, tx, g.id.get(), "CONTAINED_ATTESTED", now);
}

namespace {

struct GrantAnswer {
    schema::GrantId id;
    GrantRecipient value{};
    std::string purpose;
    Json closing = Json::object();
};

Result<GrantAnswer> read_answer(const Message& message) {
    LEEWARD_ASSIGN(const Json json, schema::parse_json(message.body, {4096, 4}));
    schema::ObjectReader in(json, "grant answer");
    GrantAnswer out;
    out.id = in.id<schema::GrantId>("grant");
    const auto value = schema::grant_recipient_from(in.text("value", 32));
    out.purpose = in.text_or("purpose", 64, "");
    const std::string statement = in.text_or("statement", 256, "");
    const std::string basis = in.text_or("basis", 256, "");
    const std::string fields = in.text_or("fields", 48, "");
    const auto backups = in.number_or("backups_by", 0, 253'402'300'799, 0);
    LEEWARD_TRY(in.finish());
    if (!value) return Error{Errc::malformed, "an unknown word"};
    out.value = *value;
    if (!statement.empty()) out.closing.set("statement", statement);
    if (backups != 0) out.closing.set("backups_by", backups);
    if (!basis.empty()) out.closing.set("basis", basis);
    if (!fields.empty()) out.closing.set("fields", fields);
    return out;
}

GrantMove move_of(GrantRecipient value) {
    switch (value) {
        case GrantRecipient::ERASURE_ATTESTED:
            return GrantMove::G7t;
        case GrantRecipient::RETAINED_LAWFULLY:
            return GrantMove::G8t;
        case GrantRecipient::OPENED:
        case GrantRecipient::NONE:
            break;
    }
    return GrantMove::G3t;
}

Outcome apply_answer(Desk& desk,
                     Transaction& tx,
                     Grant& g,
                     const GrantAnswer& answer,
                     const Message& message,
                     Time now) {
    g.recipient = answer.value;
    g.recipient_counter = message.header.counter;
    g.since = now;
    if (answer.value == GrantRecipient::OPENED) {
        g.opened_at = message.header.ts;
        g.opened_for = answer.purpose;
    } else {
        g.closing = answer.closing.dump();
        LEEWARD_TRY(follow_last_word(desk, tx, g, now));
    }
    return save_grant(tx, g);
}

}  // namespace

Result<Applied> take_grant_answer(
    Desk& desk, Transaction& tx, Peer& peer, const Message& message, Time now) {
    const auto answer = read_answer(message);
    if (!answer) return Applied{"SCHEMA", {}, {}};
    auto found = load_grant(tx, answer->id);
    if (!found) return Applied{"SCHEMA", {}, {}};
    Grant g = std::move(found).value();
    if (!g.ours || g.peer != peer.node()) return Applied{"RECIPIENT_MISMATCH", {}, {}};
    const GrantState before = g.shown();
    if (message.header.counter > g.recipient_counter)
        LEEWARD_TRY(apply_answer(desk, tx, g, *answer, message, now));
    return Applied{{}, {}, grant_event(g, move_of(answer->value), before)};
}

// ------------------------------------------------------------------ by time

namespace {

constexpr std::string_view asked_back_grants = "asked back";
constexpr int grants_at_once = 64;

Rows asked_back(const Desk& desk, Transaction& tx) {
    return tx.query(
        "SELECT id FROM grant_of WHERE ours=1 AND recipient<=1 AND discloser IN (?,?) "
        "ORDER BY id<=?,id",
        GrantDiscloser::ERASURE_REQUESTED,
        GrantDiscloser::ERASURE_OVERDUE,
        desk.turns.last(asked_back_grants));
}

bool is_due(const Grant& g, Time now) {
    if (g.discloser == GrantDiscloser::ERASURE_REQUESTED)
        return schema::erasure_due(g.tier, g.since) <= now;
    const auto again =
        schema::due(schema::DeadlineRow::GRANT_OVERDUE, schema::Priority::ROUTINE, g.since);
    return again && *again <= now;
}

Outcome look_at(Desk& desk, Transaction& tx, const schema::GrantId& id, Time now) {
    LEEWARD_ASSIGN(Grant g, load_grant(tx, id));
    if (!is_due(g, now)) return Done{};
    if (g.discloser == GrantDiscloser::ERASURE_REQUESTED) {
        const GrantState before = g.shown();
        LEEWARD_ASSIGN(g.discloser,
                       schema::write_discloser(GrantMove::G9t, g.discloser, g.recipient));
        LEEWARD_TRY(log_event(desk, tx, grant_event(g, GrantMove::G9t, before), now));
    }
    g.since = now;
    LEEWARD_TRY(save_grant(tx, g));
    return call_for(desk,
                    tx,
                    schema::Machine::GRANT,
                    static_cast<Byte>(g.shown()),
                    "ERASURE_OVERDUE",
                    g.id.get(),
                    g.peer,
                    now);
}

}  // namespace

Outcome fire_grant_timers(Desk& desk, Transaction& tx, Time now) {
    return each_in_rounds<schema::GrantId>(
        desk,
        asked_back_grants,
        asked_back(desk, tx),
        now,
        grants_at_once,
        [&](const schema::GrantId& id) { return look_at(desk, tx, id, now); });
}

Outcome grants_follow_clock(Transaction& tx, Time reached) {
    return tx.run("UPDATE grant_of SET since=?1 WHERE since>?1", schema::unix_seconds(reached));
}

}  // namespace leeward::node
