// Requests for a second person, as this node keeps them: who asked for what, who answered, and what is
// done once the answer is yes.
#pragma once

#include <optional>
#include <vector>

#include "node/store/records.h"
#include "node/store/store.h"
#include "schema/approval.h"
#include "schema/ids.h"
#include "schema/json/json.h"

namespace leeward::node {

struct Approval {
    schema::ApprovalId id{};
    schema::TwoPersonAct act{};
    schema::ApprovalState state{};
    schema::OperatorId requester{};
    std::optional<schema::OperatorId> approver{};
    std::optional<schema::NodeId> outside{};  // the partner whose supervisor was asked
    Bytes subject{};
    schema::Time asked{};
    schema::Time due{};
    schema::Time raised{};
    // {"command":"leg.lost","args":{…}} of what waits, with "partners", the nodes that a list in it named;
    // {"asks":{…}} of what took effect, by telephone with "by_phone" and "number". Either keeps of a no that is
    // to be reviewed "declined_by" and "declined_number": which it was.
    schema::Json detail = schema::Json::object();
};

// So many of a list, after so many others.
struct ListPart {
    std::int64_t limit;
    std::int64_t offset;
};

// `record` is the name of the key that seals the detail.
class Approvals {
public:
    Approvals(Transaction& tx, Records& records, std::string_view record)
        : tx_(tx), records_(records), record_(record) {}

    Outcome add(const Approval& one);
    Outcome save(const Approval& one);  // its state, approver and times
    Result<Approval> load(const schema::ApprovalId& id);
    // The oldest first.
    Result<std::vector<Approval>> open(ListPart part);
    // The newest first.
    Result<std::vector<Approval>> all(ListPart part);
    // What a partner's supervisor has agreed to of this, asked for by this worker; not done yet.
    Result<std::vector<Approval>> agreed(schema::TwoPersonAct act,
                                         BytesView subject,
                                         const schema::OperatorId& requester);
    // Until when somebody is asked about it, or has agreed, and it is not done yet.
    Result<std::optional<schema::Time>> waits_until(BytesView subject);
    // Those that the clock moves: an overdue one is an incident's to call about.
    Result<std::vector<Approval>> due(schema::Time now);

private:
    Result<std::vector<Approval>> read(Rows rows);

    Transaction& tx_;
    Records& records_;
    std::string record_;
};

// After the clock was set back: nothing was asked for later than `reached` (exchange/leg_timers.h), and each ends as
// long after as it would have.
Outcome approvals_follow_clock(Transaction& tx, schema::Time reached);

}  // namespace leeward::node
