#include "node/exchange/reconcile.h"

#include "crypto/pairing.h"
#include "node/exchange/notices.h"
#include "node/exchange/reconcile_findings.h"
#include "schema/iso_time.h"

namespace leeward::node {
namespace {

using schema::Json;
using schema::Time;
using std::chrono::hours;

constexpr auto grace = hours(72);        // what was written late in a week has arrived by then
constexpr auto turn = hours(24);         // after which the other one asks
constexpr std::int64_t said_again = 60;  // seconds
constexpr std::int64_t weeks_looked_back = 26;
constexpr Byte logs_differ = 31;

std::int64_t epoch_at(Time t) {
    return static_cast<std::int64_t>(crypto::epoch_of(schema::unix_seconds(t)));
}

// ------------------------------------------------------------------ what was compared when

struct Compared {
    std::int64_t asked = 0;
    std::int64_t listed = 0;
    std::int64_t at = 0;
    bool agreed = false;
};

Result<Compared> compared(Transaction& tx, const Peer& peer, std::int64_t epoch) {
    LEEWARD_TRY(
        tx.run("INSERT OR IGNORE INTO reconciliation(peer,epoch) VALUES(?,?)", peer.node(), epoch));
    auto rows =
        tx.query("SELECT asked,listed,at,agreed FROM reconciliation WHERE peer=? AND epoch=?",
                 peer.node(),
                 epoch);
    Compared out;
    if (rows.next())
        out = {rows.integer(0), rows.integer(1), rows.integer(2), rows.integer(3) != 0};
    LEEWARD_TRY(rows.status());
    return out;
}

// While a question is not answered, the time of the first one stands: an answer may be to any of them.
Outcome note_asked(Transaction& tx, const Peer& peer, std::int64_t epoch, Time now) {
    return tx.run(
        "UPDATE reconciliation SET asked=? WHERE peer=? AND epoch=? AND (asked=0 OR at>=asked)",
        schema::unix_seconds(now),
        peer.node(),
        epoch);
}

// Whether we may say again what we have: a partner cannot make us say it over and over.
Result<bool> may_list(Transaction& tx, const Peer& peer, std::int64_t epoch, Time now) {
    const std::int64_t at = schema::unix_seconds(now);
    LEEWARD_TRY(
        tx.run("UPDATE reconciliation SET listed=? WHERE peer=? AND epoch=? AND listed NOT BETWEEN "
               "? AND ?",
               at,
               peer.node(),
               epoch,
               at - said_again,
               at));
    return tx.changes() > 0;
}

Outcome note_result(Transaction& tx, const Peer& peer, std::int64_t epoch, bool agreed, Time now) {
    return tx.run("UPDATE reconciliation SET at=?,agreed=? WHERE peer=? AND epoch=?",
                  schema::unix_seconds(now),
                  agreed,
                  peer.node(),
                  epoch);
}

Outcome settle_if_all_agrees(Transaction& tx, const Peer& peer) {
    LEEWARD_ASSIGN(const bool others, has_findings(tx, peer));
    return others ? Outcome(Done{}) : settle_notice(tx, "LOGS_DIFFER", peer.node().get());
}

// ------------------------------------------------------------------ what is said

Outcome say(Desk& desk, Transaction& tx, const Peer& peer, const ReconcileBody& body, Time now) {
    Outgoing message;
    message.to = peer.node();
    message.kind = schema::MessageKind::RECONCILE;
    message.message_class = MessageClass::CONTROL;
    message.body = write_reconcile(body);
    message.record = general_record;
    message.expires = now + hours(24 * 30);
    message.event.kind = schema::EventKind::SEND;
    message.event.machine = schema::Machine::NODE;
    const auto put = desk.outbox.put(tx, message, now);
    return put ? Outcome(Done{}) : Outcome(put.error());
}

Outcome say_digests(
    Desk& desk, Transaction& tx, const Peer& peer, std::int64_t epoch, bool answer, Time now) {
    LEEWARD_ASSIGN(const OwnHalf half, own_half(tx, peer.node(), epoch));
    return say(desk, tx, peer, {epoch, answer, digests_of(half), 0, std::nullopt}, now);
}

Outcome ask(Desk& desk, Transaction& tx, const Peer& peer, std::int64_t epoch, Time now) {
    LEEWARD_TRY(compared(tx, peer, epoch));
    LEEWARD_TRY(note_asked(tx, peer, epoch, now));
    return say_digests(desk, tx, peer, epoch, true, now);
}

// `answered`: the time in the header of what this answers.
Outcome say_lists(Desk& desk,
                  Transaction& tx,
                  const Peer& peer,
                  std::int64_t epoch,
                  bool answer,
                  Time answered,
                  Time now) {
    LEEWARD_ASSIGN(const bool may, may_list(tx, peer, epoch, now));
    if (!may) return Done{};
    LEEWARD_ASSIGN(const OwnHalf half, own_half(tx, peer.node(), epoch));
    for (auto& list : lists_of(half))
        LEEWARD_TRY(
            say(desk,
                tx,
                peer,
                {epoch, answer, std::nullopt, schema::unix_seconds(answered), std::move(list)},
                now));
    return Done{};
}

// ------------------------------------------------------------------ what is heard

// Whoever does not say the digests that we have is told what we have.
Outcome take_digests(
    Desk& desk, Transaction& tx, Peer& peer, const ReconcileBody& said, Time written, Time now) {
    LEEWARD_TRY(compared(tx, peer, said.week));
    LEEWARD_ASSIGN(const OwnHalf half, own_half(tx, peer.node(), said.week));
    if (!digests_of(half).fits(*said.digests))
        return said.answer ? say_lists(desk, tx, peer, said.week, true, written, now)
                           : Outcome(Done{});
    LEEWARD_TRY(note_result(tx, peer, said.week, true, now));
    LEEWARD_TRY(drop_findings(tx, peer, said.week));
    LEEWARD_TRY(settle_if_all_agrees(tx, peer));
    return said.answer ? say_digests(desk, tx, peer, said.week, false, now) : Outcome(Done{});
}

Outcome log_difference(Desk& desk, Transaction& tx, const Peer& peer, Time now) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = schema::Machine::NODE;
    event.transition = logs_differ;
    event.reason = schema::code_tag("LOGS_DIFFER");
    event.other = schema::organisation_tag(peer.node());
    LEEWARD_TRY(log_event(desk, tx, event, now));
    return raise(tx, "LOGS_DIFFER", peer.node().get(), peer.node(), now);
}

// A list that answers nothing that we have said could be as old as suits whoever wrote it.
bool answers_us(const Compared& week, std::int64_t answered, Time now) {
    if (answered == 0) return false;
    return answered == week.listed ||
           (week.asked != 0 && week.asked <= answered && answered <= schema::unix_seconds(now));
}

Outcome take_list(
    Desk& desk, Transaction& tx, Peer& peer, const ReconcileBody& said, Time written, Time now) {
    LEEWARD_ASSIGN(const Compared week, compared(tx, peer, said.week));
    if (!answers_us(week, said.answered, now)) return Done{};
    LEEWARD_ASSIGN(const OwnHalf half, own_half(tx, peer.node(), said.week));
    const auto found = differences(half, *said.list, said.answered);
    LEEWARD_TRY(keep_findings(tx, peer, said.week, *said.list, found, now));
    LEEWARD_ASSIGN(const bool differs, has_findings(tx, peer, said.week));
    LEEWARD_TRY(note_result(tx, peer, said.week, !differs, now));
    LEEWARD_TRY(found.empty() ? settle_if_all_agrees(tx, peer)
                              : log_difference(desk, tx, peer, now));
    return said.answer ? say_lists(desk, tx, peer, said.week, false, written, now)
                       : Outcome(Done{});
}

// ------------------------------------------------------------------ when, and what people see

Result<std::int64_t> week_of(const Json& args, Time now) {
    const std::string text = args.text_at("week");
    if (text.empty()) return epoch_at(now);
    const auto day = schema::date_from(text);
    if (!day || *day > now)
        return Error{Errc::invalid_argument,
                     "week is a day of it, as 2026-11-01, and not to come; nothing was asked"};
    return epoch_at(*day);
}

// Weeks in which something passed, that are over and were never spoken of.
Result<std::vector<std::int64_t>> weeks_due(Transaction& tx,
                                            const Peer& peer,
                                            std::int64_t newest) {
    std::vector<std::int64_t> out;
    auto rows = tx.query(
        "SELECT DISTINCT epoch FROM exchange e WHERE peer=?1 AND epoch BETWEEN ?2 AND ?3 AND NOT "
        "EXISTS(SELECT 1 FROM reconciliation r WHERE r.peer=?1 AND r.epoch=e.epoch AND "
        "(r.asked>0 OR r.at>0)) ORDER BY epoch",
        peer.node(),
        newest - weeks_looked_back,
        newest);
    while (rows.next())
        out.push_back(rows.integer(0));
    LEEWARD_TRY(rows.status());
    return out;
}

// Of the two, the one with the smaller number asks first.
bool is_due(const Desk& desk, const Peer& peer, std::int64_t epoch, Time now) {
    const bool first = desk.self.node() < peer.node();
    return now >= start_of_week(epoch + 1) + grace + (first ? hours(0) : turn);
}

}  // namespace

Outcome reconcile_weekly(Desk& desk, Transaction& tx, Time now) {
    for (const Peer* peer : desk.peers.all()) {
        if (!peer->active()) continue;
        LEEWARD_ASSIGN(const auto weeks, weeks_due(tx, *peer, epoch_at(now - grace) - 1));
        for (const std::int64_t epoch : weeks)
            if (is_due(desk, *peer, epoch, now)) LEEWARD_TRY(ask(desk, tx, *peer, epoch, now));
    }
    return Done{};
}

Result<Json> audit_reconcile(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Peer * peer, desk.peers.named(args.text_at("peer")));
    if (!peer->paired())
        return Error{Errc::wrong_state, "you have not met this partner yet; nothing was asked"};
    LEEWARD_ASSIGN(const std::int64_t epoch, week_of(args, now));
    const auto language =
        schema::language_from(args.text_at("language")).value_or(schema::Language::EN);
    Json out = Json::object({{"peer", peer->card.organisation},
                             {"from", schema::unix_seconds(start_of_week(epoch))},
                             {"until", schema::unix_seconds(start_of_week(epoch + 1))}});
    LEEWARD_ASSIGN(const Compared week, compared(tx, *peer, epoch));
    if (week.at > 0) {
        out.set("compared_at", week.at);
        out.set("agreed", week.agreed);
    }
    if (week.asked > week.at) out.set("unanswered_since", week.asked);
    LEEWARD_TRY(ask(desk, tx, *peer, epoch, now));
    LEEWARD_ASSIGN(Json findings, findings_json(tx, *peer, language));
    out.set("findings", std::move(findings));
    out.set("note",
            language == schema::Language::ES
                ? "se preguntó de nuevo ahora; la respuesta se verá aquí la próxima vez"
                : "asked again now; the partner's answer shows here the next time");
    return out;
}

Result<Applied> take_reconcile(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, Time now) {
    Applied applied;
    applied.event.machine = schema::Machine::NODE;
    const auto said = read_reconcile(message.body);
    if (!said || said->week > epoch_at(now) + 1) {
        applied.refused = "SCHEMA";
        return applied;
    }
    const Time written = message.header.ts;
    LEEWARD_TRY(said->list ? take_list(desk, tx, peer, *said, written, now)
                           : take_digests(desk, tx, peer, *said, written, now));
    return applied;
}

}  // namespace leeward::node
