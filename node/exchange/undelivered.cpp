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
// For whom something waits since ?1 or before: since it was written, or since a clock ahead was set back.
const std::string waiting =
    "SELECT peer FROM outbox o WHERE lane=0 AND (created<=?1 OR EXISTS(SELECT 1 FROM exchange e "
    "WHERE e.leaf=o.leaf AND e.state=0 AND e.settled BETWEEN 1 AND ?1)) ";

// Waits since before `then` and is about somebody: what goes to all partners by itself is not.
Result<std::vector<schema::NodeId>> waited_since(Transaction& tx, Time then) {
    static const std::string about_somebody =
        waiting + "AND kind NOT IN (?,?,?,?,?,?,?,?,?,?) GROUP BY peer";
    std::vector<schema::NodeId> peers;
    auto rows = tx.query(about_somebody,
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
    static const std::string arrived =
        "DELETE FROM notice WHERE code=?2 AND subject NOT IN (" + waiting + ")";
    return tx.run(arrived, schema::unix_seconds(then), code);
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

// The exchange of each says since when it is under way by our clock.
Outcome undelivered_follow_clock(Transaction& tx, Time reached) {
    return tx.run(
        "UPDATE exchange SET settled=?1 WHERE state=0 AND (settled=0 OR settled>?1) AND leaf IN "
        "(SELECT leaf FROM outbox WHERE lane=0 AND created>?1)",
        schema::unix_seconds(reached));
}

}  // namespace leeward::node
