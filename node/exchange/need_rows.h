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

// A case closes when its last need has: its retention clock starts.
Outcome case_follows(Desk& desk, Transaction& tx, const schema::CaseId& id, schema::Time now);

}  // namespace leeward::node
