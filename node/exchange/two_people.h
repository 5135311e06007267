// The second person of an act (domain.md section 3.6a): asked for, reached by telephone, answering. A
// story says which act it is about to do; what happens for want of a second person is settled here.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "node/exchange/desk.h"
#include "node/exchange/receiver.h"
#include "node/people/approvals.h"
#include "schema/json/json.h"

namespace leeward::node {

using schema::Json;

// Done if nobody else is needed now: a second person stands behind the present command, with just these
// `args`, or was reached by telephone ("by-phone" and "number" of `args`), or looks at it afterwards. Otherwise
// Errc::not_permitted, and `desk.wanted` says what for: NodeApi then keeps the command as a request. A
// preview goes on, and says that it needs one. What she agreed to is done to nothing else that goes by the same
// name by now: Errc::wrong_state.
Outcome second_person(Desk& desk,
                      Transaction& tx,
                      const Json& args,
                      schema::TwoPersonAct act,
                      BytesView subject,
                      schema::Time now);

// What a second person is asked about, or has agreed to, stays as she was asked. Errc::wrong_state.
Outcome nobody_is_asked(Desk& desk, Transaction& tx, BytesView subject);

// The command waits for a second person. The answer to whoever gave it.
Result<Json> keep_request(
    Desk& desk, Transaction& tx, std::string_view command, const Json& args, schema::Time now);

Result<Json> approval_list(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> approval_refuse(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
// `perform` does what was asked for, as the one who asked; its failure takes the answer back too.
using Perform = std::function<Result<Json>(const Worker& as, std::string_view, const Json&)>;
Result<Json> approval_give(
    Desk& desk, Transaction& tx, const Json& args, schema::Time now, const Perform& perform);

// The word of a partner's supervisor about what this node asked of her.
Result<Applied> take_approve(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, schema::Time now);

// Requests lapse; a yes by telephone that nobody countersigned becomes an incident; whoever should
// look is called again each day.
Outcome fire_approval_timers(Desk& desk, Transaction& tx, schema::Time now);

}  // namespace leeward::node
