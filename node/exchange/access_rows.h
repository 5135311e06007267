// An emergency access as each end keeps it: written by the holder, mirrored at the requester.
#pragma once

#include <vector>

#include "node/exchange/desk.h"
#include "schema/break_glass.h"
#include "schema/catalogue.h"
#include "schema/json/json.h"

namespace leeward::node {

struct Access {
    schema::AccessId id;
    bool holder = false;  // the fields are here
    schema::NodeId peer;
    schema::LegId leg;
    std::optional<schema::CaseId> case_id;  // at the holder
    std::string harm;                       // a HARM_ code
    schema::FieldSet fields;
    schema::BreakGlassState state{};
    schema::Time asked;
    schema::Time since;
    schema::Time raised;
    std::uint32_t counter = 0;
    std::optional<schema::ReleaseId> release;  // its authority, once granted
    std::optional<schema::OperatorId> granted_by;
    bool flagged = false;  // granted while an earlier review of this requester was overdue
};

Result<Access> load_access(Transaction& tx, const schema::AccessId& id);
Result<Access> find_access(Transaction& tx, std::string_view typed);
// All, open ones first.
Result<std::vector<Access>> all_accesses(Transaction& tx);
// Those of the holder that are not settled.
Result<std::vector<Access>> unsettled_accesses(Transaction& tx);
Outcome insert_access(Transaction& tx, const Access& access);
Outcome save_access(Transaction& tx, const Access& access);
// A review of an earlier access of this peer is overdue.
Result<bool> has_overdue_review(Transaction& tx, const schema::NodeId& peer);

[[nodiscard]] schema::AuditRecord access_event(const Access& access,
                                               schema::BreakGlassMove move,
                                               schema::BreakGlassState before);
[[nodiscard]] schema::Json access_json(const Desk& desk, const Access& access);

}  // namespace leeward::node
