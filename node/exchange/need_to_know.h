// Who sees what at this node: a case, or an inquiry that we were asked, belongs to the worker who took
// it, and is seen by her, her team, her deputy and the supervisors. What nobody has taken yet is seen
// by all who may work on it. The node itself sees everything; and what protects the survivor, a
// withdrawal above all, is anybody's to do.
#pragma once

#include <string>

#include "node/exchange/desk.h"
#include "node/exchange/legs.h"

namespace leeward::node {

// Nobody's until now: hers. Somebody's already: nothing changes.
Outcome take_on(Desk& desk, Transaction& tx, BytesView subject, schema::Time now);

// Errc::not_permitted says whom to ask.
Outcome may_see(Desk& desk, Transaction& tx, BytesView subject);
Outcome may_see_leg(Desk& desk, Transaction& tx, const Leg& leg);
Outcome may_see_need(Desk& desk, Transaction& tx, const schema::NeedId& need);

// For a list: the two values of `WHERE (? OR NOT EXISTS(<unseen>))`, where <unseen> is
//     SELECT 1 FROM assignment a WHERE a.subject=… AND a.until=0 AND instr(?,hex(a.worker))=0
struct Sight {
    bool everything = false;
    std::string workers;  // whose work she sees: hex, each behind a comma
};
[[nodiscard]] Sight sight_of(const Desk& desk);

// Gives one subject, or all that is one worker's, to another. The count of what passed on.
Outcome assign(
    Desk& desk, Transaction& tx, BytesView subject, const schema::OperatorId& to, schema::Time now);
Result<std::int64_t> hand_over(Transaction& tx,
                               const schema::OperatorId& from,
                               const schema::OperatorId& to,
                               schema::Time now);

// case.assign and leg.assign.
Result<Json> case_assign(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> leg_assign(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

}  // namespace leeward::node
