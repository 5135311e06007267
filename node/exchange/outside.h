// The second person of a small organisation: a supervisor of a partner, who sees codes only (domain.md
// section 3.6a). An organisation with fewer than three workers names that partner. What waits for a
// second person, or was done on a yes by telephone, is asked there in a message that says which kind of
// act, until when, and nothing else; the answer countersigns it here, and stands in both logs.
#pragma once

#include "node/exchange/desk.h"
#include "node/exchange/receiver.h"
#include "node/people/approvals.h"
#include "schema/json/json.h"

namespace leeward::node {

using schema::Json;

// With "peer": names it. With "none": nobody. Otherwise: who it is.
Result<Json> approval_outside(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

// Asks there, if one is named and this organisation is small; says whom in the request.
Outcome ask_outside(Desk& desk, Transaction& tx, Approval& one, schema::Time now);

// At the partner: what is asked of us, what ends first first, and our supervisor's answer. Nothing for an id
// that is none of these. What waits there ends with its time, and is not offered or answered after it; what
// is in effect there is countersigned late, too.
Result<Json> asked_of_us(Desk& desk, Transaction& tx, ListPart part, schema::Time now);
enum class OutsideAnswer : Byte { AGREED = 1, REFUSED = 2 };
Result<std::optional<Json>> answer_outside(
    Desk& desk, Transaction& tx, std::string_view typed, OutsideAnswer answer, schema::Time now);

// Nobody is called any more for what ran out unanswered.
Outcome call_for_nothing_that_ran_out(Transaction& tx, schema::Time now);

Result<Applied> take_approve_ask(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, schema::Time now);

// The answer as it came: of which request, and what. The caller moves it.
struct OutsideWord {
    schema::ApprovalId id{};
    OutsideAnswer answer{};
};
Result<OutsideWord> read_approve(const schema::Message& message);

}  // namespace leeward::node
