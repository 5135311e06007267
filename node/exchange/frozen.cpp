#include "node/exchange/frozen.h"

#include <algorithm>

#include "node/exchange/notices.h"
#include "node/exchange/two_people.h"
#include "schema/limits.h"

namespace leeward::node {
namespace {

using crypto::Checkpoint;
using schema::Json;
using schema::Time;
using std::chrono::hours;

constexpr Byte log_frozen = 5;
constexpr Byte log_in_order = 6;
constexpr Byte dispute_settled = 7;
constexpr auto ask_after = hours(24);
constexpr auto ask_again = hours(12);
constexpr auto patience = hours(72);
constexpr std::int64_t enough_requests = 3;

schema::AuditRecord dispute_event(Byte transition, const schema::NodeId& other) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = schema::Machine::NODE;
    event.transition = transition;
    event.reason = schema::code_tag("LOG_FROZEN");
    event.other = schema::organisation_tag(other);
    return event;
}

// To every partner, the one concerned too.
Outcome tell_all(Desk& desk, Transaction& tx, const Json& body, Time now) {
    Outgoing message;
    message.kind = schema::MessageKind::LOG_FROZEN;
    message.message_class = MessageClass::CONTROL;
    message.body = body.dump();
    message.record = general_record;
    message.expires = now + hours(24 * 30);
    message.event.kind = schema::EventKind::SEND;
    message.event.machine = schema::Machine::NODE;
    std::vector<schema::NodeId> peers;
    for (const Peer* peer : desk.peers.all())
        if (peer->paired()) peers.push_back(peer->node());
    return desk.outbox.put_to_all(tx, peers, message, now);
}

}  // namespace

Outcome freeze(Desk& desk, Transaction& tx, Peer& peer, const Conflict& conflict, Time now) {
    if (peer.frozen) return Done{};
    const auto& node = peer.node();
    LEEWARD_TRY(tx.run("INSERT INTO log_dispute(node,kind,held,shown,found) VALUES(?,?,?,?,?)",
                       node,
                       conflict.kind,
                       conflict.held,
                       conflict.shown,
                       schema::unix_seconds(now)));
    LEEWARD_TRY(tx.run("UPDATE peer SET frozen=1 WHERE node=?", node));
    peer.frozen = peer.alarmed = true;
    LEEWARD_TRY(raise(tx, "LOG_FROZEN", node.get(), node, now));
    LEEWARD_TRY(log_event(desk, tx, dispute_event(log_frozen, node), now));
    return tell_all(desk,
                    tx,
                    Json::object({{"node", schema::text(node)},
                                  {"kind", name(conflict.kind)},
                                  {"held", conflict.held},
                                  {"shown", conflict.shown},
                                  {"ended", ""}}),
                    now);
}

namespace {

Outcome thaw(
    Desk& desk, Transaction& tx, Peer& peer, Byte transition, std::string_view how, Time now) {
    const auto& node = peer.node();
    LEEWARD_TRY(tx.run("UPDATE log_dispute SET ended=?,ending=? WHERE node=? AND ended=0",
                       schema::unix_seconds(now),
                       how,
                       node));
    LEEWARD_TRY(tx.run("UPDATE peer SET frozen=0 WHERE node=?", node));
    LEEWARD_TRY(desk.peers.reload(tx, node));
    LEEWARD_TRY(settle_notice(tx, "LOG_FROZEN", node.get()));
    LEEWARD_TRY(log_event(desk, tx, dispute_event(transition, node), now));
    return tell_all(desk,
                    tx,
                    Json::object({{"node", schema::text(node)},
                                  {"kind", ""},
                                  {"held", ""},
                                  {"shown", ""},
                                  {"ended", how}}),
                    now);
}

// Two heads of one size can never be of one log.
Result<bool> can_be_proven(Transaction& tx, const Peer& peer) {
    auto rows = tx.query("SELECT 1 FROM log_dispute WHERE node=? AND ended=0 AND kind=?",
                         peer.node(),
                         ConflictKind::FORKED);
    const bool forked = rows.next();
    LEEWARD_TRY(rows.status());
    return !forked;
}

Outcome take_one(Desk& desk,
                 Transaction& tx,
                 Peer& peer,
                 const ShownHead& shown,
                 std::span<const schema::Growth> growth,
                 Time now) {
    const bool was_loose = !peer.loose.empty();
    LEEWARD_ASSIGN(const auto conflict, take_head(tx, peer, shown, growth, now));
    if (conflict) return freeze(desk, tx, peer, *conflict, now);
    if (!was_loose || !peer.loose.empty()) return Done{};
    LEEWARD_TRY(settle_notice(tx, "LOG_DOUBTED", peer.node().get()));
    if (!peer.frozen) return Done{};
    LEEWARD_ASSIGN(const bool may_end, can_be_proven(tx, peer));
    return may_end ? thaw(desk, tx, peer, log_in_order, "PROVEN", now) : Outcome(Done{});
}

// What others hold from before two people of ours began anew with that log would bring it all back.
Result<bool> was_settled(Transaction& tx, const Peer& peer) {
    auto rows =
        tx.query("SELECT 1 FROM log_dispute WHERE node=? AND ending='SETTLED'", peer.node());
    const bool settled = rows.next();
    LEEWARD_TRY(rows.status());
    return settled;
}

// A head of another partner's log, from somebody who holds it.
Outcome take_hearsay(Desk& desk, Transaction& tx, Peer& about, const std::string& note, Time now) {
    const auto opened = crypto::open_checkpoint(note, about.log());
    if (!opened) return Done{};
    LEEWARD_ASSIGN(const bool settled, was_settled(tx, about));
    if (settled) return Done{};
    return take_one(desk, tx, about, {opened->checkpoint, note}, {}, now);
}

// Whose key has signed it: any partner may claim an origin.
Peer* owner_of(Desk& desk, std::string_view note) {
    const auto origin = note.substr(0, note.find('\n'));
    for (Peer* peer : desk.peers.all())
        if (peer->card.log_origin == origin && crypto::open_checkpoint(note, peer->log()))
            return peer;
    return nullptr;
}

Outcome put_prove(Desk& desk, Transaction& tx, const Peer& peer, Time now) {
    Outgoing message;
    message.to = peer.node();
    message.kind = schema::MessageKind::PROVE;
    message.message_class = MessageClass::CONTROL;
    message.body = "{}";
    message.record = general_record;
    message.expires = now + ask_again;
    message.event.kind = schema::EventKind::SEND;
    message.event.machine = schema::Machine::NODE;
    const auto put = desk.outbox.put(tx, message, now);
    return put ? Outcome(Done{}) : Outcome(put.error());
}

Outcome ask_one(Desk& desk, Transaction& tx, Peer& peer, Time now) {
    const LooseHead& oldest = peer.loose.front();
    const auto age = now - oldest.since;
    if (age >= patience && oldest.asked >= enough_requests)
        return freeze(
            desk, tx, peer, {ConflictKind::UNPROVEN, peer.held.note, oldest.head.note}, now);
    const bool asks =
        age >= ask_after && std::chrono::duration_cast<hours>(age) % ask_again == hours(0);
    return asks ? put_prove(desk, tx, peer, now) : Outcome(Done{});
}

}  // namespace

Outcome take_heads(Desk& desk,
                   Transaction& tx,
                   Peer& peer,
                   const ShownHead& shown,
                   std::span<const schema::Growth> growth,
                   Time now) {
    return take_one(desk, tx, peer, shown, growth, now);
}

Result<std::vector<Checkpoint>> take_seen(
    Desk& desk, Transaction& tx, Peer& peer, const std::vector<std::string>& seen, Time now) {
    std::vector<Checkpoint> ours;
    for (const auto& note : seen) {
        if (note.size() > schema::limits::head_bytes) continue;
        if (const auto own = crypto::open_checkpoint(note, desk.log.vkey())) {
            LEEWARD_ASSIGN(const bool held, desk.log.holds(tx, own->checkpoint));
            if (!held)
                LEEWARD_TRY(raise(tx, "LOG_OWN_BEHIND", desk.self.node().get(), peer.node(), now));
            if (ours.size() < schema::limits::seen_heads / 2) ours.push_back(own->checkpoint);
        } else if (Peer* about = owner_of(desk, note); about != nullptr && about != &peer) {
            LEEWARD_TRY(take_hearsay(desk, tx, *about, note, now));
        }
    }
    return ours;
}

Result<Applied> take_log_frozen(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, Time now) {
    const auto json = schema::parse_json(message.body, {4096, 4});
    if (!json) return Applied{"SCHEMA", {}, {}};
    schema::ObjectReader in(*json, "dispute");
    const auto node = in.id<schema::NodeId>("node");
    (void)in.text("kind", 32);
    const std::string held = in.text("held", schema::limits::head_bytes);
    const std::string shown = in.text("shown", schema::limits::head_bytes);
    const bool over = !in.text("ended", 32).empty();
    if (!in.finish()) return Applied{"SCHEMA", {}, {}};
    Applied applied;
    applied.event.machine = schema::Machine::NODE;
    if (node == desk.self.node()) {
        LEEWARD_TRY(over ? settle_notice(tx, "LOG_DISPUTED", peer.node().get())
                         : raise(tx, "LOG_DISPUTED", peer.node().get(), peer.node(), now));
        return applied;
    }
    Peer* about = desk.peers.find(node);
    if (about == nullptr || about == &peer) return applied;
    if (!over) LEEWARD_TRY(raise(tx, "LOG_DOUBTED", node.get(), node, now));
    for (const auto& note : {held, shown})
        if (!note.empty()) LEEWARD_TRY(take_hearsay(desk, tx, *about, note, now));
    if (about->loose.empty()) LEEWARD_TRY(settle_notice(tx, "LOG_DOUBTED", node.get()));
    return applied;
}

Outcome ask_for_proofs(Desk& desk, Transaction& tx, Time now) {
    for (Peer* peer : desk.peers.all())
        if (peer->paired() && !peer->loose.empty() && !peer->frozen)
            LEEWARD_TRY(ask_one(desk, tx, *peer, now));
    return Done{};
}

Outcome proof_was_asked(Transaction& tx, Peer& peer) {
    for (auto& loose : peer.loose)
        ++loose.asked;
    return tx.run("UPDATE loose_head SET asked=asked+1 WHERE node=?", peer.node());
}

Outcome restored(Desk& desk, Transaction& tx, Peer& peer, Time now) {
    LEEWARD_TRY(forget_heads(tx, peer));
    return peer.frozen ? thaw(desk, tx, peer, log_in_order, "RESTORED", now) : Outcome(Done{});
}

// Two people, beforehand: both have spoken with the partner.
Result<Json> peer_settle(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Peer * peer, desk.peers.named(args.text_at("peer")));
    if (!peer->frozen)
        return Error{Errc::wrong_state, "nothing about its log is in dispute; nothing was changed"};
    LEEWARD_TRY(
        second_person(desk, tx, args, schema::TwoPersonAct::SETTLE_LOG, peer->node().get(), now));
    LEEWARD_TRY(forget_heads(tx, *peer));
    LEEWARD_TRY(thaw(desk, tx, *peer, dispute_settled, "SETTLED", now));
    return Json::object({{"peer", peer->card.organisation}, {"settled", true}});
}

Result<Json> disputes_json(Transaction& tx, const schema::NodeId& node) {
    Json list = Json::array();
    auto rows = tx.query(
        "SELECT kind,held,shown,found,ended,ending FROM log_dispute WHERE node=? ORDER BY id DESC",
        node);
    while (rows.next()) {
        Json line = Json::object({{"kind", name(static_cast<ConflictKind>(rows.integer(0)))},
                                  {"found_at", rows.integer(3)},
                                  {"held", rows.text(1)},
                                  {"shown", rows.text(2)}});
        if (rows.integer(4) != 0) {
            line.set("ended_at", rows.integer(4));
            line.set("ending", rows.text(5));
        }
        list.push(std::move(line));
    }
    LEEWARD_TRY(rows.status());
    return list;
}

}  // namespace leeward::node
