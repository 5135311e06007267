#include "node/exchange/desk.h"

namespace leeward::node {

Outcome log_event(Desk& desk, Transaction& tx, schema::AuditRecord event, schema::Time now) {
    event.own = schema::organisation_tag(desk.self.node());
    event.quarter = static_cast<std::uint32_t>(schema::unix_seconds(now) / 900);
    const auto appended = desk.log.append(tx, event);
    return appended ? Outcome(Done{}) : Outcome(appended.error());
}

}  // namespace leeward::node
