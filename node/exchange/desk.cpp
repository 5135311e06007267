#include "node/exchange/desk.h"

#include "node/exchange/notices.h"

namespace leeward::node {

Outcome log_event(Desk& desk, Transaction& tx, schema::AuditRecord event, schema::Time now) {
    event.own = schema::organisation_tag(desk.self.node());
    event.quarter = static_cast<std::uint32_t>(schema::unix_seconds(now) / 900);
    const auto appended = desk.log.append(tx, event);
    return appended ? Outcome(Done{}) : Outcome(appended.error());
}

Outcome call_for(Desk& desk,
                 Transaction& tx,
                 schema::Machine machine,
                 Byte state,
                 std::string_view code,
                 BytesView subject,
                 const std::optional<schema::NodeId>& peer,
                 schema::Time now) {
    LEEWARD_TRY(raise(tx, code, subject, peer, now));
    schema::AuditRecord event;
    event.kind = schema::EventKind::RAISED;
    event.machine = machine;
    event.from_state = event.to_state = state;
    if (peer) event.other = schema::organisation_tag(*peer);
    event.reason = schema::code_tag(code);
    return log_event(desk, tx, event, now);
}

Outcome take_prekey(
    Desk& desk, Transaction& tx, Peer& peer, std::string_view jws, schema::Time now) {
    const auto taken = desk.prekeys.take(tx, peer, jws, now);
    if (!taken || *taken == Prekeys::Taken::HELD) return Done{};
    if (*taken == Prekeys::Taken::CHANGED) {
        peer.alarmed = true;
        LEEWARD_TRY(tx.run("UPDATE peer SET alarm='PREKEY_CHANGED' WHERE node=?", peer.node()));
        LEEWARD_TRY(raise(tx, "PREKEY_CHANGED", peer.node().get(), peer.node(), now));
    }
    return desk.outbox.wake(tx, peer.node(), schema::unix_seconds(now) * 1000);
}

}  // namespace leeward::node
