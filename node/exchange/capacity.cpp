#include "node/exchange/capacity.h"

#include "node/exchange/retire.h"
#include "node/outbox/hosted.h"
#include "schema/capacity.h"
#include "schema/limits.h"
#include "schema/tier.h"

namespace leeward::node {
namespace {

using schema::CapacityStatement;
using schema::Time;

constexpr std::string_view round_key = "capacity.round";
constexpr std::int64_t tick_seconds = 3'600;

Outcome keep(Transaction& tx, const schema::NodeId& node, const CapacityStatement& statement) {
    return tx.run(
        "INSERT INTO capacity(node,service,as_of,statement) VALUES(?,?,?,?) "
        "ON CONFLICT(node,service) DO UPDATE SET as_of=excluded.as_of,statement=excluded.statement "
        "WHERE excluded.as_of>=as_of",
        node,
        statement.service,
        schema::unix_seconds(statement.as_of),
        schema::to_json(statement).dump());
}

Json shown(const Desk& desk,
           const schema::NodeId& node,
           const CapacityStatement& statement,
           Time now) {
    Json json = schema::to_json(statement);
    const Peer* peer = desk.peers.find(node);
    json.set("organisation",
             peer != nullptr ? peer->card.organisation : desk.self.card.organisation);
    json.set("shown", schema::shown_capacity(statement.level, statement.as_of, now));
    json.set("stale", schema::is_stale(statement.as_of, now));
    return json;
}

Result<std::vector<CapacityStatement>> own_statements(Desk& desk, Transaction& tx) {
    std::vector<CapacityStatement> out;
    auto rows =
        tx.query("SELECT statement FROM capacity WHERE node=? ORDER BY service", desk.self.node());
    while (rows.next()) {
        LEEWARD_ASSIGN(const Json json, schema::parse_json(rows.text(0)));
        LEEWARD_ASSIGN(CapacityStatement statement, schema::capacity_from_json(json));
        out.push_back(std::move(statement));
    }
    LEEWARD_TRY(rows.status());
    return out;
}

std::int64_t last_round(Transaction& tx) {
    auto rows = tx.query("SELECT value FROM meta WHERE key=?", round_key);
    return rows.next() ? static_cast<std::int64_t>(read_be(rows.blob(0))) : 0;
}

Outcome set_round(Transaction& tx, std::int64_t round) {
    Bytes value;
    append_be<8>(value, static_cast<std::uint64_t>(round));
    return tx.run(
        "INSERT OR REPLACE INTO meta(key,value) VALUES(?,?)", round_key, BytesView(value));
}

enum class Which { UNSENT, ALL };

Outcome take_back(Desk& desk, Transaction& tx, const schema::NodeId& node, Which which) {
    std::vector<schema::MessageId> older;
    auto rows =
        tx.query("SELECT mid FROM outbox WHERE peer=? AND lane=0 AND kind=? AND (attempts=0 OR ?)",
                 node,
                 schema::MessageKind::CAPACITY,
                 which == Which::ALL);
    while (rows.next())
        older.push_back(rows.id<schema::MessageId>(0));
    LEEWARD_TRY(rows.status());
    for (const auto& mid : older) {
        LEEWARD_TRY(recall_message(tx, mid));
        LEEWARD_TRY(desk.outbox.remove(tx, mid));
    }
    return Done{};
}

Result<bool> is_on_its_way(Transaction& tx, const schema::NodeId& node) {
    auto rows = tx.query("SELECT 1 FROM outbox WHERE peer=? AND lane=0 AND kind=? LIMIT 1",
                         node,
                         schema::MessageKind::CAPACITY);
    const bool found = rows.next();
    LEEWARD_TRY(rows.status());
    return found;
}

// Nobody is helped by what was free hours ago, and for a partner that is away a row would come with every hour:
// what could not leave yet is replaced, and while one that has left waits for its receipt none is added.
Result<bool> hears_the_next(Desk& desk, Transaction& tx, const Peer& peer) {
    const bool left = has_left(tx, peer);
    LEEWARD_TRY(take_back(desk, tx, peer.node(), left ? Which::ALL : Which::UNSENT));
    if (left || !peer.paired()) return false;
    LEEWARD_ASSIGN(const bool waits, is_on_its_way(tx, peer.node()));
    return !waits;
}

Result<std::vector<schema::NodeId>> hearers(Desk& desk, Transaction& tx) {
    std::vector<schema::NodeId> out;
    for (const Peer* peer : desk.peers.all()) {
        LEEWARD_ASSIGN(const bool hears, hears_the_next(desk, tx, *peer));
        if (hears) out.push_back(peer->node());
    }
    return out;
}

}  // namespace

Result<Json> capacity_set(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Json json, schema::parse_json(args.text_at("statement")));
    LEEWARD_ASSIGN(const auto statement, schema::capacity_from_json(json, now));
    LEEWARD_TRY(keep(tx, desk.self.node(), statement));
    return Json::object({{"statement", shown(desk, desk.self.node(), statement, now)},
                         {"note", "goes to all peers with the next tick, on the hour"}});
}

Result<Json> capacity_show(Desk& desk, Transaction& tx, const Json&, Time now) {
    Json list = Json::array();
    auto rows = tx.query("SELECT node,statement FROM capacity ORDER BY node,service");
    while (rows.next()) {
        const auto node = rows.id<schema::NodeId>(0);
        LEEWARD_ASSIGN(const Json json, schema::parse_json(rows.text(1)));
        LEEWARD_ASSIGN(const auto statement, schema::capacity_from_json(json));
        list.push(shown(desk, node, statement, now));
    }
    LEEWARD_TRY(rows.status());
    return Json::object({{"capacity", std::move(list)}});
}

Result<std::int64_t> push_capacity(Desk& desk, Transaction& tx, Time now) {
    const std::int64_t round = schema::unix_seconds(now) / tick_seconds;
    if (last_round(tx) == round) return 0;
    LEEWARD_TRY(set_round(tx, round));
    LEEWARD_ASSIGN(const auto statements, own_statements(desk, tx));
    if (statements.empty()) return 0;
    Json list = Json::array();
    for (const auto& statement : statements)
        list.push(schema::to_json(statement));
    LEEWARD_ASSIGN(const auto peers, hearers(desk, tx));
    if (peers.empty()) return 0;
    Outgoing message;
    message.kind = schema::MessageKind::CAPACITY;
    message.message_class = MessageClass::CONTROL;
    message.body = Json::object({{"statements", std::move(list)}}).dump();
    message.record = general_record;
    message.expires = now + std::chrono::hours(24);
    message.event.kind = schema::EventKind::SEND;
    message.event.machine = schema::Machine::CAPACITY;
    message.event.tier = static_cast<Byte>(schema::Tier::T0);
    LEEWARD_TRY(desk.outbox.put_to_all(tx, peers, message, now));
    return static_cast<std::int64_t>(peers.size());
}

Result<Applied> take_capacity(
    Desk&, Transaction& tx, Peer& peer, const schema::Message& message, Time) {
    const Applied refused{"SCHEMA", {}, {}};
    const auto json = schema::parse_json(message.body, {schema::limits::body_bytes, 8});
    if (!json) return refused;
    const auto& list = json->array_at("statements");
    if (list.size() > 16) return refused;
    for (const auto& item : list) {
        const auto statement = schema::capacity_from_json(item);
        if (!statement) return refused;
        LEEWARD_TRY(keep(tx, peer.node(), *statement));
    }
    Applied applied;
    applied.event.machine = schema::Machine::CAPACITY;
    applied.event.tier = static_cast<Byte>(schema::Tier::T0);
    return applied;
}

}  // namespace leeward::node
