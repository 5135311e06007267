#include "node/outbox/outbox.h"

#include <algorithm>
#include <map>

#include "node/outbox/exchanges.h"
#include "node/outbox/hosted.h"
#include "schema/delivery.h"
#include "schema/limits.h"

namespace leeward::node {
namespace {

using schema::DeliveryState;

constexpr std::string_view columns =
    "SELECT mid,peer,leg,leg_seq,counter,saw,kind,class,record,body,xk,leaf,grant_id,created,"
    "expires,state,attempts FROM outbox ";

const std::string& select(std::string_view rest) {
    static std::map<std::string_view, std::string> made;
    auto& text = made[rest];
    if (text.empty()) text = std::string(columns) + std::string(rest);
    return text;
}

template <class Id>
std::optional<Id> optional_id(Rows& rows, int column) {
    return rows.is_null(column) ? std::nullopt : std::optional(rows.id<Id>(column));
}

OutboxItem read_item(Rows& rows) {
    OutboxItem item;
    item.mid = rows.id<schema::MessageId>(0);
    item.peer = rows.id<schema::NodeId>(1);
    item.leg = optional_id<schema::LegId>(rows, 2);
    item.leg_seq = static_cast<std::uint64_t>(rows.integer(3));
    item.counter = static_cast<std::uint32_t>(rows.integer(4));
    item.saw = static_cast<std::uint32_t>(rows.integer(5));
    item.kind = static_cast<schema::MessageKind>(rows.integer(6));
    item.message_class = static_cast<MessageClass>(rows.integer(7));
    item.record = rows.text(8);
    item.sealed = rows.bytes(9);
    item.xk = rows.array<32>(10);
    item.leaf = static_cast<std::uint64_t>(rows.integer(11));
    item.grant = optional_id<schema::GrantId>(rows, 12);
    item.created = schema::from_unix(rows.integer(13));
    item.expires = schema::from_unix(rows.integer(14));
    item.state = rows.integer(15);
    item.attempts = rows.integer(16);
    return item;
}

Result<std::vector<OutboxItem>> read(Rows rows) {
    std::vector<OutboxItem> items;
    while (rows.next())
        items.push_back(read_item(rows));
    LEEWARD_TRY(rows.status());
    return items;
}

schema::AuditRecord abandoned_event(const OutboxItem& item,
                                    const schema::NodeId& self,
                                    schema::Time now) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ABANDONED;
    event.machine = schema::Machine::DELIVERY;
    event.transition = 7;
    event.own = schema::organisation_tag(self);
    event.other = schema::organisation_tag(item.peer);
    event.quarter = static_cast<std::uint32_t>(schema::unix_seconds(now) / 900);
    return event;
}

}  // namespace

namespace {

constexpr std::string_view general = "node/general";

// A closing word, and what a recipient answers, hold codes alone and must still go out when the record
// is erased here: they wait under the node's own key. Their link in the log dies with the record all
// the same.
std::string sealed_under(const Outgoing& message) {
    const bool tells_nothing = message.message_class == MessageClass::CONTROL ||
                               (message.kind == schema::MessageKind::ANSWER &&
                                message.message_class == MessageClass::ORDINARY);
    return tells_nothing ? std::string(general) : message.record;
}

Outcome fits_one_message(const Outgoing& message) {
    if (message.body.size() <= schema::limits::body_bytes) return Done{};
    return Error{Errc::too_large, "this does not fit one message; nothing was sent"};
}

}  // namespace

std::string outbox_place(const schema::MessageId& mid) {
    return "outbox/" + schema::text(mid);
}

std::int64_t next_attempt_ms(std::int64_t attempts, std::int64_t now_ms, std::uint64_t jitter) {
    constexpr std::int64_t first = 2'000;
    constexpr std::int64_t most = 300'000;
    const std::int64_t step = std::min(most, first << std::min<std::int64_t>(attempts, 10));
    return now_ms + step / 2 + static_cast<std::int64_t>(jitter % static_cast<std::uint64_t>(step));
}

Outcome Outbox::load(Store& store) {
    auto rows = store.query("SELECT coalesce(max(seq_no),0)+1 FROM outbox");
    if (rows.next()) next_ = rows.integer(0);
    return rows.status();
}

Result<schema::MessageId> Outbox::put(Transaction& tx, const Outgoing& message, schema::Time now) {
    LEEWARD_TRY(fits_one_message(message));
    OutboxItem item;
    item.mid = schema::new_id<schema::MessageId>(random_);
    random_.fill(item.xk);
    const crypto::Hash body = crypto::sha256(as_bytes(message.body));
    schema::AuditRecord event = message.event;
    event.own = schema::organisation_tag(self_);
    event.other = schema::organisation_tag(message.to);
    event.quarter = static_cast<std::uint32_t>(schema::unix_seconds(now) / 900);
    LEEWARD_ASSIGN(event.link, link_of(message, item.mid, body));
    LEEWARD_ASSIGN(item.leaf,
                   log_.append(tx, event, schema::exchange_xref(item.xk, item.mid, body)));
    LEEWARD_TRY(note_exchange(tx, Direction::SENT, message.to, message.kind, now, item.leaf));
    item.record = sealed_under(message);
    LEEWARD_ASSIGN(item.sealed,
                   records_.seal(item.record, outbox_place(item.mid), as_bytes(message.body)));
    if (message.leg) {
        auto rows =
            tx.query("UPDATE leg SET out_seq=out_seq+1 WHERE id=? RETURNING out_seq", *message.leg);
        if (!rows.next()) return Error{Errc::not_found, "no such leg"};
        item.leg_seq = static_cast<std::uint64_t>(rows.integer(0));
    }
    item.created = now;
    LEEWARD_TRY(insert(tx, message, item));
    return item.mid;
}

// A closing word that belongs to no record's key is tied to its entry by nothing: the node's own key
// outlives every record, and such a word is never proven.
Result<crypto::Hash> Outbox::link_of(const Outgoing& message,
                                     const schema::MessageId& mid,
                                     const crypto::Hash& body) const {
    if (message.message_class == MessageClass::CONTROL && message.record == general)
        return crypto::Hash{};
    LEEWARD_ASSIGN(const auto salt, records_.link_salt(message.record, mid));
    return schema::link_commitment(salt, mid, body);
}

Outcome Outbox::put_to_all(Transaction& tx,
                           std::span<const schema::NodeId> peers,
                           const Outgoing& message,
                           schema::Time now) {
    LEEWARD_TRY(fits_one_message(message));
    schema::AuditRecord event = message.event;
    event.own = schema::organisation_tag(self_);
    event.quarter = static_cast<std::uint32_t>(schema::unix_seconds(now) / 900);
    LEEWARD_ASSIGN(const std::uint64_t leaf, log_.append(tx, event));
    for (const auto& peer : peers) {
        OutboxItem item;
        item.mid = schema::new_id<schema::MessageId>(random_);
        random_.fill(item.xk);
        item.leaf = leaf;
        item.record = message.record;
        item.created = now;
        LEEWARD_ASSIGN(
            item.sealed,
            records_.seal(message.record, outbox_place(item.mid), as_bytes(message.body)));
        Outgoing one = message;
        one.to = peer;
        LEEWARD_TRY(insert(tx, one, item));
    }
    return Done{};
}

Outcome Outbox::insert(Transaction& tx, const Outgoing& message, const OutboxItem& item) {
    return tx.run(
        "INSERT INTO outbox(mid,seq_no,peer,leg,leg_seq,counter,saw,kind,class,lane,record,"
        "body,xk,leaf,"
        "grant_id,created,expires,state,due) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,0)",
        item.mid,
        next_++,
        message.to,
        message.leg,
        static_cast<std::int64_t>(item.leg_seq),
        message.counter,
        message.saw,
        message.kind,
        message.message_class,
        message.message_class != MessageClass::CONTROL,
        item.record,
        BytesView(item.sealed),
        item.xk,
        static_cast<std::int64_t>(item.leaf),
        message.grant,
        schema::unix_seconds(item.created),
        schema::unix_seconds(message.expires),
        DeliveryState::QUEUED);
}

Result<std::deque<OutboxItem>> Outbox::due(Transaction& tx,
                                           const schema::NodeId& peer,
                                           std::int64_t now_ms,
                                           std::size_t limit) {
    std::deque<OutboxItem> items;
    for (const std::int64_t lane : {0, 1}) {
        auto rows = tx.query(select("WHERE peer=? AND lane=? AND due<=? ORDER BY due, seq_no "
                                    "LIMIT ?"),
                             peer,
                             lane,
                             now_ms,
                             static_cast<std::int64_t>(limit - items.size()));
        while (rows.next())
            items.push_back(read_item(rows));
        LEEWARD_TRY(rows.status());
    }
    return items;
}

Result<std::vector<schema::NodeId>> Outbox::peers_due(Transaction& tx, std::int64_t now_ms) {
    std::vector<schema::NodeId> peers;
    auto rows = tx.query(
        "SELECT node FROM peer WHERE EXISTS(SELECT 1 FROM outbox o WHERE o.peer=node AND "
        "o.lane=0 AND o.due<=?1) OR EXISTS(SELECT 1 FROM outbox o WHERE o.peer=node AND o.lane=1 "
        "AND o.due<=?1)",
        now_ms);
    while (rows.next())
        peers.push_back(rows.id<schema::NodeId>(0));
    LEEWARD_TRY(rows.status());
    return peers;
}

Result<std::optional<OutboxItem>> Outbox::find(Transaction& tx, const schema::MessageId& mid) {
    LEEWARD_ASSIGN(auto items, read(tx.query(select("WHERE mid=?"), mid)));
    if (items.empty()) return std::optional<OutboxItem>();
    return std::optional(std::move(items.front()));
}

Result<std::string> Outbox::body(const OutboxItem& item) const {
    LEEWARD_ASSIGN(const SecretBytes opened,
                   records_.open(item.record, outbox_place(item.mid), item.sealed));
    return to_text(opened.reveal());
}

Result<ByteArray<32>> Outbox::link_salt(const OutboxItem& item) const {
    return records_.link_salt(item.record, item.mid);
}

Outcome Outbox::sent(Transaction& tx, const OutboxItem& item, std::int64_t next_attempt) {
    return tx.run("UPDATE outbox SET state=?,attempts=attempts+1,due=? WHERE mid=?",
                  DeliveryState::SENT,
                  next_attempt,
                  item.mid);
}

Outcome Outbox::postpone(Transaction& tx, const OutboxItem& item, std::int64_t due_ms) {
    return tx.run("UPDATE outbox SET due=? WHERE mid=?", due_ms, item.mid);
}

Outcome Outbox::put_off(Transaction& tx, const schema::NodeId& peer, std::int64_t until_ms) {
    return tx.run("UPDATE outbox SET due=max(due,?) WHERE peer=? AND lane=1", until_ms, peer);
}

Outcome Outbox::remove(Transaction& tx, const schema::MessageId& mid) {
    LEEWARD_TRY(tx.run("DELETE FROM hosted WHERE mid=? AND recalled=0", mid));
    return tx.run("DELETE FROM outbox WHERE mid=?", mid);
}

Outcome Outbox::abandon(Transaction& tx, const OutboxItem& item, schema::Time now) {
    auto event = abandoned_event(item, self_, now);
    LEEWARD_ASSIGN(const LeafEntry leaf, log_.entry(tx, item.leaf));
    // Behind its own commitment: an xref that stands twice in a log would tell what was abandoned.
    event.release = leaf.xref;
    auto closed = log_.append(tx, event);
    if (!closed) return closed.error();
    LEEWARD_TRY(note_state(tx, item.leaf, ExchangeState::ABANDONED, now));
    if (item.attempts > 0) recalled_.insert(item.peer);
    LEEWARD_TRY(recall_message(tx, item.mid));
    return remove(tx, item.mid);
}

Outcome Outbox::abandon_where(Transaction& tx, std::vector<OutboxItem> items, schema::Time now) {
    for (const auto& item : items)
        LEEWARD_TRY(abandon(tx, item, now));
    return Done{};
}

Outcome Outbox::put_tombstone(Transaction& tx, const OutboxItem& item, schema::Time now) {
    Outgoing stone;
    stone.to = item.peer;
    stone.kind = schema::MessageKind::TOMBSTONE;
    stone.message_class = MessageClass::CONTROL;
    stone.body =
        schema::Json::object({{"leg", schema::text(*item.leg)}, {"seq", item.leg_seq}}).dump();
    stone.record = general;
    stone.expires = now + std::chrono::hours(24 * 60);
    stone.event.kind = schema::EventKind::SEND;
    stone.event.machine = schema::Machine::DELIVERY;
    stone.event.transition = 7;
    const auto put_stone = put(tx, stone, now);
    return put_stone ? Outcome(Done{}) : Outcome(put_stone.error());
}

Result<std::vector<OutboxItem>> Outbox::abandon_leg(Transaction& tx,
                                                    const schema::LegId& leg,
                                                    schema::Time now) {
    LEEWARD_ASSIGN(auto items, read(tx.query(select("WHERE leg=?"), leg)));
    std::erase_if(
        items, [](const OutboxItem& item) { return item.message_class == MessageClass::CONTROL; });
    LEEWARD_TRY(abandon_where(tx, items, now));
    for (const auto& item : items)
        LEEWARD_TRY(put_tombstone(tx, item, now));
    return items;
}

Outcome Outbox::abandon_grant(Transaction& tx, const schema::GrantId& grant, schema::Time now) {
    LEEWARD_ASSIGN(
        auto items,
        read(tx.query(select("WHERE grant_id=? AND kind=?"), grant, schema::MessageKind::GRANT)));
    return abandon_where(tx, std::move(items), now);
}

Outcome Outbox::wake(Transaction& tx, const schema::NodeId& peer, std::int64_t now_ms) {
    return tx.run("UPDATE outbox SET due=? WHERE peer=? AND due>? AND attempts>1 AND state<>?",
                  now_ms,
                  peer,
                  now_ms,
                  DeliveryState::AT_HOST);
}

Result<std::optional<std::string>> Outbox::waits(Transaction& tx, const schema::LegId& leg) {
    std::optional<std::string> word;
    auto rows = tx.query("SELECT state FROM outbox WHERE leg=? ORDER BY seq_no DESC LIMIT 1", leg);
    if (rows.next()) word = schema::told(static_cast<DeliveryState>(rows.integer(0)));
    LEEWARD_TRY(rows.status());
    return word;
}

std::int64_t Outbox::waiting(Transaction& tx) {
    auto rows = tx.query("SELECT count(*) FROM outbox");
    return rows.next() ? rows.integer(0) : 0;
}

}  // namespace leeward::node
