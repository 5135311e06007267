#include "node/exchange/undelivered.h"

#include "node/exchange/notices.h"
#include "schema/deadline.h"
#include "schema/delivery.h"
#include "schema/message.h"

namespace leeward::node {
namespace {

using schema::MessageKind;
using schema::Time;

constexpr std::string_view code = "CONTROL_NOT_DELIVERED";

// Waits since before `then` and is about somebody: what goes to all partners by itself is not.
Result<std::vector<schema::NodeId>> waited_since(Transaction& tx, Time then) {
    std::vector<schema::NodeId> peers;
    auto rows = tx.query(
        "SELECT DISTINCT peer FROM outbox WHERE lane=0 AND created<=? AND kind NOT IN "
        "(?,?,?,?,?,?,?,?,?,?)",
        schema::unix_seconds(then),
        MessageKind::CAPACITY,
        MessageKind::CONTACT,
        MessageKind::MAIL,
        MessageKind::PREKEYS,
        MessageKind::PROVE,
        MessageKind::LOG_FROZEN,
        MessageKind::RECONCILE,
        MessageKind::RESYNC,
        MessageKind::RETIRED,
        MessageKind::REVOKE);
    while (rows.next())
        peers.push_back(rows.id<schema::NodeId>(0));
    LEEWARD_TRY(rows.status());
    return peers;
}

Result<bool> called_since(Transaction& tx, const schema::NodeId& peer, Time then) {
    auto rows = tx.query("SELECT 1 FROM notice WHERE code=? AND subject=? AND due>?",
                         code,
                         peer,
                         schema::unix_seconds(then));
    const bool found = rows.next();
    LEEWARD_TRY(rows.status());
    return found;
}

// What has arrived since calls nobody any more.
Outcome settle_arrived(Transaction& tx, Time then) {
    return tx.run(
        "DELETE FROM notice WHERE code=? AND subject NOT IN (SELECT peer FROM outbox WHERE lane=0 "
        "AND created<=?)",
        code,
        schema::unix_seconds(then));
}

}  // namespace

Outcome fire_undelivered_timers(Desk& desk, Transaction& tx, Time now) {
    const auto waits =
        schema::due(schema::DeadlineRow::DELIVERY_CONTROL, schema::Priority::ROUTINE, Time{});
    const Time then = now - waits->time_since_epoch();
    LEEWARD_TRY(settle_arrived(tx, then));
    LEEWARD_ASSIGN(const auto peers, waited_since(tx, then));
    for (const auto& peer : peers) {
        LEEWARD_ASSIGN(const bool called, called_since(tx, peer, then));
        if (called || !desk.turns.take("undelivered", peer.get(), now)) continue;
        LEEWARD_TRY(call_for(desk,
                             tx,
                             schema::Machine::DELIVERY,
                             static_cast<Byte>(schema::DeliveryState::QUEUED),
                             code,
                             peer.get(),
                             peer,
                             now));
    }
    return Done{};
}

}  // namespace leeward::node
