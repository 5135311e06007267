// How the stories of cases and needs keep their rows, log their acts and show them.
#pragma once

#include <vector>

#include "node/exchange/needs.h"
#include "schema/lifecycle.h"

namespace leeward::node {

[[nodiscard]] std::string case_place(const schema::CaseId& id);
[[nodiscard]] std::string need_place(const schema::NeedId& id);

Result<std::vector<Need>> needs_of(Transaction& tx, const schema::CaseId& id);  // without detail
Need read_need(Rows& rows);
Outcome save_need(Transaction& tx, const Need& need);

// A local act upon a case or a need, by the number of its transition.
[[nodiscard]] schema::AuditRecord act(
    schema::Machine machine, Byte number, Byte from, Byte to, std::string_view reason);

[[nodiscard]] Json need_json(const Need& need, std::string_view codename);
[[nodiscard]] Json case_json(const Case& one);

// After a need has ended. A case whose needs all came to their end closes at once (C2: its retention
// clock starts); one that she or a worker broke off stays open for a while, for she may come back.
Outcome case_follows(Desk& desk, Transaction& tx, const schema::CaseId& id, schema::Time now);
Outcome close_case(Desk& desk, Transaction& tx, const schema::CaseId& id, schema::Time now);
// A need of it is open again (C3 if it was closed).
Outcome open_case_again(
    Desk& desk, Transaction& tx, const schema::CaseId& id, std::string_view code, schema::Time now);

}  // namespace leeward::node
