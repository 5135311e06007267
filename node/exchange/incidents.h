// Incidents: what went wrong and people must settle (domain.md section 3.6). An open incident stops
// the disclosures of its leg, never its care; no incident keeps a recipient's copy alive.
#pragma once

#include <optional>

#include "node/exchange/desk.h"
#include "node/exchange/legs.h"
#include "schema/incident.h"

namespace leeward::node {

struct Incident {
    schema::IncidentId id;
    std::string kind;  // an INCIDENT_ code
    schema::IncidentState state{};
    schema::Time opened;
    schema::Time since;
    schema::Time raised;
    Bytes subject;  // the id of what it is about
    std::optional<schema::LegId> leg;
    std::optional<schema::CaseId> case_id;
    std::optional<schema::NodeId> peer;
    std::string notices;
    std::string reason;
};

// What an incident is about; members that do not apply stay empty.
struct About {
    BytesView subject;
    std::optional<schema::LegId> leg{};
    std::optional<schema::CaseId> case_id{};
    std::optional<schema::NodeId> peer{};
};

// I1. One of a kind for a subject: a second call changes nothing.
Outcome open_incident(
    Desk& desk, Transaction& tx, std::string_view kind, const About& about, schema::Time now);
// What a leg of ours itself says: sent to the wrong one, erased there, a cancel that nobody confirmed.
Outcome incidents_follow(Desk& desk, Transaction& tx, const Leg& leg, schema::Time now);
// I2 by the node itself, where what happened contains it: an attestation, a retired peer.
Outcome contain_incidents_about(
    Desk& desk, Transaction& tx, BytesView subject, std::string_view reason, schema::Time now);
// Whether an incident that is not closed concerns this case.
Result<bool> has_incident(Transaction& tx, const schema::CaseId& id);
// Whether an OPEN incident stops the disclosures of this leg.
Result<bool> stops_disclosure(Transaction& tx, const schema::LegId& leg);

Result<Json> incident_open(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> incident_list(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> incident_notice(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> incident_contain(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> incident_close(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

// The calls for somebody while an incident is not settled.
Outcome fire_incident_timers(Desk& desk, Transaction& tx, schema::Time now);
// After the clock was set back: as for legs (leg_timers.h).
Outcome incidents_follow_clock(Transaction& tx, schema::Time reached);

}  // namespace leeward::node
