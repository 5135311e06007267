#include "node/exchange/outside.h"

#include "node/exchange/ids.h"
#include "node/exchange/notices.h"
#include "schema/limits.h"
#include "schema/paper.h"

namespace leeward::node {
namespace {

using schema::ApprovalState;
using schema::Message;
using schema::MessageKind;
using schema::Time;

constexpr std::string_view outside_key = "approval.outside";
constexpr std::size_t small = 3;  // with so many workers there is a second person here
constexpr std::string_view asked_code = "OUTSIDE_APPROVAL_ASKED";

Result<std::optional<schema::NodeId>> named(Transaction& tx) {
    auto rows = tx.query("SELECT value FROM meta WHERE key=?", outside_key);
    std::optional<schema::NodeId> node;
    if (rows.next()) node = rows.id<schema::NodeId>(0);
    LEEWARD_TRY(rows.status());
    return node;
}

schema::AuditRecord event_of(const schema::NodeId& other, std::string_view reason) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = schema::Machine::PEOPLE;
    event.reason = schema::code_tag(reason);
    event.other = schema::organisation_tag(other);
    return event;
}

Outcome put(Desk& desk,
            Transaction& tx,
            const schema::NodeId& to,
            MessageKind kind,
            const Json& body,
            std::string_view reason,
            Time now) {
    Outgoing message;
    message.to = to;
    message.kind = kind;
    message.message_class = MessageClass::CONTROL;
    message.body = body.dump();
    message.record = general_record;
    message.expires = now + std::chrono::hours(24 * 30);
    message.event = event_of(to, reason);
    message.event.kind = schema::EventKind::SEND;
    const auto done = desk.outbox.put(tx, message, now);
    return done ? Outcome(Done{}) : Outcome(done.error());
}

Json outside_json(const Desk& desk, const std::optional<schema::NodeId>& node) {
    const Peer* peer = node ? desk.peers.find(*node) : nullptr;
    return Json::object(
        {{"outside", peer == nullptr ? "" : peer->card.organisation},
         {"asked", desk.workers.count() < small},
         {"note", "A supervisor there is asked for a second person, and sees codes only."}});
}

}  // namespace

// ------------------------------------------------------------------ at the one that asks

Result<Json> approval_outside(Desk& desk, Transaction& tx, const Json& args, Time now) {
    std::optional<schema::NodeId> node;
    if (args.bool_at("none")) {
        LEEWARD_TRY(tx.run("DELETE FROM meta WHERE key=?", outside_key));
        LEEWARD_TRY(log_event(desk, tx, event_of(desk.self.node(), "OUTSIDE_NOBODY"), now));
    } else if (const std::string name = args.text_at("peer"); !name.empty()) {
        LEEWARD_ASSIGN(const Peer* peer, desk.peers.named(name));
        node = peer->node();
        LEEWARD_TRY(tx.run("INSERT OR REPLACE INTO meta(key,value) VALUES(?,?)",
                           outside_key,
                           BytesView(node->get())));
        LEEWARD_TRY(log_event(desk, tx, event_of(*node, "OUTSIDE_NAMED"), now));
    } else {
        LEEWARD_ASSIGN(node, named(tx));
    }
    return outside_json(desk, node);
}

Outcome ask_outside(Desk& desk, Transaction& tx, Approval& one, Time now) {
    if (desk.workers.count() >= small) return Done{};
    LEEWARD_ASSIGN(const auto node, named(tx));
    const Peer* peer = node ? desk.peers.find(*node) : nullptr;
    if (peer == nullptr || !peer->paired()) return Done{};
    one.outside = *node;
    LEEWARD_TRY(tx.run("UPDATE approval SET outside=? WHERE id=?", *node, one.id));
    const Json body = Json::object({{"approval", schema::text(one.id)},
                                    {"act", schema::name(one.act)},
                                    {"in_effect", one.state != ApprovalState::ASKED},
                                    {"due", schema::unix_seconds(one.due)}});
    return put(desk, tx, *node, MessageKind::APPROVE_ASK, body, "APPROVAL_BY_PHONE", now);
}

Result<OutsideWord> read_approve(const Message& message) {
    LEEWARD_ASSIGN(const Json json, schema::parse_json(message.body, {1024, 2}));
    schema::ObjectReader in(json, "approval");
    OutsideWord word;
    word.id = in.id<schema::ApprovalId>("approval");
    const std::string answer = in.text("answer", 16);
    LEEWARD_TRY(in.finish());
    if (answer != "AGREED" && answer != "REFUSED") return Error{Errc::malformed, "an unknown word"};
    word.answer = answer == "AGREED" ? OutsideAnswer::AGREED : OutsideAnswer::REFUSED;
    return word;
}

// ------------------------------------------------------------------ at the partner

namespace {

// An answer finds a request by its number: who had it first keeps it, we or another partner.
Result<bool> is_taken(Transaction& tx, const schema::ApprovalId& id, const schema::NodeId& peer) {
    auto rows = tx.query(
        "SELECT 1 FROM approval WHERE id=?1 "
        "UNION ALL SELECT 1 FROM approval_for WHERE id=?1 AND peer<>?2",
        id,
        peer);
    const bool found = rows.next();
    LEEWARD_TRY(rows.status());
    return found;
}

}  // namespace

Result<Applied> take_approve_ask(
    Desk& desk, Transaction& tx, Peer& peer, const Message& message, Time now) {
    const Applied refused{"SCHEMA", {}, {}};
    const auto json = schema::parse_json(message.body, {1024, 2});
    if (!json) return refused;
    schema::ObjectReader in(*json, "approval");
    const auto id = in.id<schema::ApprovalId>("approval");
    const auto act = schema::two_person_act_from(in.text("act", 32));
    const bool in_effect = in.flag("in_effect");
    const auto due = in.number("due", 0, 253'402'300'799);
    if (!in.finish() || !act) return refused;
    LEEWARD_ASSIGN(const bool taken, is_taken(tx, id, peer.node()));
    if (taken) return Applied{"RECIPIENT_MISMATCH", {}, {}};
    LEEWARD_TRY(
        tx.run("INSERT OR IGNORE INTO approval_for(id,peer,act,in_effect,due) VALUES(?,?,?,?,?)",
               id,
               peer.node(),
               *act,
               in_effect,
               schema::unix_seconds(by_our_clock(schema::from_unix(due), message, now))));
    if (tx.changes() > 0)  // asked again, it calls nobody again: it may be answered by now
        LEEWARD_TRY(raise(tx, asked_code, id.get(), peer.node(), now));
    (void)desk;
    return Applied{{}, {}, event_of(peer.node(), "APPROVAL_BY_PHONE")};
}

Outcome call_for_nothing_that_ran_out(Transaction& tx, Time now) {
    return tx.run(
        "DELETE FROM notice WHERE code=? AND subject IN(SELECT id FROM approval_for "
        "WHERE answer=0 AND in_effect=0 AND due<=?)",
        asked_code,
        schema::unix_seconds(now));
}

Result<Json> asked_of_us(Desk& desk, Transaction& tx, ListPart part, Time now) {
    Json list = Json::array();
    auto rows = tx.query(
        "SELECT id,peer,act,in_effect,due FROM approval_for "
        "WHERE answer=0 AND (in_effect=1 OR due>?) ORDER BY due,id LIMIT ? OFFSET ?",
        schema::unix_seconds(now),
        part.limit,
        part.offset);
    while (rows.next()) {
        const Peer* peer = desk.peers.find(rows.id<schema::NodeId>(1));
        list.push(Json::object(
            {{"id", hex::encode(rows.blob(0))},
             {"for", peer == nullptr ? "" : peer->card.organisation},
             {"what", schema::name(static_cast<schema::TwoPersonAct>(rows.integer(2)))},
             {"in_effect", rows.integer(3) != 0},
             {"due", rows.integer(4)}}));
    }
    LEEWARD_TRY(rows.status());
    return list;
}

namespace {

// A partner's request by what was typed; nothing if it is none of theirs.
Result<std::optional<Bytes>> asked_by_partner(Transaction& tx, std::string_view typed) {
    const auto theirs = find_id(tx, "approval_for", typed);
    if (!theirs && theirs.error().code == Errc::not_found) return std::optional<Bytes>();
    if (!theirs) return theirs.error();
    const auto ours = find_id(tx, "approval", typed);
    if (!ours && ours.error().code == Errc::not_found) return std::optional(*theirs);
    return Error{Errc::invalid_argument,
                 "a request of our own and a partner's begin like that; type more of it"};
}

// Whose it is, if it still waits.
Result<schema::NodeId> who_waits(Transaction& tx, BytesView id, Time now) {
    auto rows = tx.query("SELECT peer,in_effect,due FROM approval_for WHERE id=? AND answer=0", id);
    if (!rows.next())
        return Error{Errc::wrong_state, "this was answered already; nothing was changed"};
    const Time due = schema::from_unix(rows.integer(2));
    if (rows.integer(1) != 0 || now < due) return rows.id<schema::NodeId>(0);
    return Error{Errc::wrong_state,
                 "it ran out on " + schema::date_text(due, schema::Language::EN) +
                     ": they must ask again. Nothing was changed"};
}

}  // namespace

Result<std::optional<Json>> answer_outside(
    Desk& desk, Transaction& tx, std::string_view typed, OutsideAnswer answer, Time now) {
    LEEWARD_ASSIGN(const auto id, asked_by_partner(tx, typed));
    if (!id) return std::optional<Json>();
    LEEWARD_TRY(require(desk.actor, schema::supervisors));
    LEEWARD_ASSIGN(const schema::NodeId peer, who_waits(tx, *id, now));
    LEEWARD_TRY(tx.run("UPDATE approval_for SET answer=? WHERE id=?", answer, BytesView(*id)));
    LEEWARD_TRY(settle_notices(tx, *id));
    const std::string_view word = answer == OutsideAnswer::AGREED ? "AGREED" : "REFUSED";
    LEEWARD_TRY(put(
        desk,
        tx,
        peer,
        MessageKind::APPROVE,
        Json::object({{"approval", hex::encode(*id)}, {"answer", word}}),
        answer == OutsideAnswer::AGREED ? "APPROVAL_COUNTERSIGNED" : "APPROVAL_NOT_COUNTERSIGNED",
        now));
    return std::optional(Json::object({{"id", hex::encode(*id)}, {"answer", word}}));
}

}  // namespace leeward::node
