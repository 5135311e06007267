#include "node/people/approvals.h"

namespace leeward::node {
namespace {

using schema::ApprovalState;
using schema::Json;
using schema::unix_seconds;

constexpr std::size_t largest_detail = 1024UL * 1024;

std::string place(const schema::ApprovalId& id) {
    return "approval/" + schema::text(id);
}

std::string select(std::string_view rest) {
    return "SELECT id,act,state,requester,approver,subject,asked,due,raised,sealed,outside FROM "
           "approval " +
           std::string(rest);
}

}  // namespace

Outcome Approvals::add(const Approval& one) {
    LEEWARD_ASSIGN(const Bytes sealed,
                   records_.seal(record_, place(one.id), as_bytes(one.detail.dump())));
    return tx_.run(
        "INSERT INTO approval(id,act,state,requester,approver,subject,asked,due,raised,sealed) "
        "VALUES(?,?,?,?,?,?,?,?,?,?)",
        one.id,
        one.act,
        one.state,
        one.requester,
        one.approver,
        one.subject,
        unix_seconds(one.asked),
        unix_seconds(one.due),
        unix_seconds(one.raised),
        sealed);
}

Outcome Approvals::save(const Approval& one) {
    return tx_.run("UPDATE approval SET state=?,approver=?,due=?,raised=? WHERE id=?",
                   one.state,
                   one.approver,
                   unix_seconds(one.due),
                   unix_seconds(one.raised),
                   one.id);
}

Result<std::vector<Approval>> Approvals::read(Rows rows) {
    std::vector<Approval> out;
    while (rows.next()) {
        Approval one;
        one.id = rows.id<schema::ApprovalId>(0);
        one.act = static_cast<schema::TwoPersonAct>(rows.integer(1));
        one.state = static_cast<ApprovalState>(rows.integer(2));
        one.requester = rows.id<schema::OperatorId>(3);
        if (!rows.is_null(4)) one.approver = rows.id<schema::OperatorId>(4);
        one.subject = rows.bytes(5);
        one.asked = schema::from_unix(rows.integer(6));
        one.due = schema::from_unix(rows.integer(7));
        one.raised = schema::from_unix(rows.integer(8));
        if (!rows.is_null(10)) one.outside = rows.id<schema::NodeId>(10);
        LEEWARD_ASSIGN(const SecretBytes text, records_.open(record_, place(one.id), rows.blob(9)));
        LEEWARD_ASSIGN(one.detail,
                       schema::parse_json(as_text(text.reveal()), {largest_detail, 16}));
        out.push_back(std::move(one));
    }
    LEEWARD_TRY(rows.status());
    return out;
}

Result<Approval> Approvals::load(const schema::ApprovalId& id) {
    static const std::string text = select("WHERE id=?");
    LEEWARD_ASSIGN(auto found, read(tx_.query(text, id)));
    if (found.empty()) return Error{Errc::not_found, "no such request on this node"};
    return std::move(found.front());
}

Result<std::vector<Approval>> Approvals::open(ListPart part) {
    static const std::string text =
        select("WHERE state<=? OR state=? ORDER BY asked,id LIMIT ? OFFSET ?");
    return read(
        tx_.query(text, ApprovalState::OVERDUE, ApprovalState::AGREED, part.limit, part.offset));
}

Result<std::vector<Approval>> Approvals::all(ListPart part) {
    static const std::string text = select("ORDER BY asked DESC,id LIMIT ? OFFSET ?");
    return read(tx_.query(text, part.limit, part.offset));
}

Result<std::vector<Approval>> Approvals::agreed(schema::TwoPersonAct act,
                                                BytesView subject,
                                                const schema::OperatorId& requester) {
    static const std::string text =
        select("WHERE state=? AND act=? AND subject=? AND requester=? ORDER BY asked");
    return read(tx_.query(text, ApprovalState::AGREED, act, subject, requester));
}

Result<std::optional<schema::Time>> Approvals::waits_until(BytesView subject) {
    auto rows = tx_.query(
        "SELECT due FROM approval WHERE subject=? AND state IN(?,?) "
        "ORDER BY due DESC LIMIT 1",
        subject,
        ApprovalState::ASKED,
        ApprovalState::AGREED);
    std::optional<schema::Time> until;
    if (rows.next()) until = schema::from_unix(rows.integer(0));
    LEEWARD_TRY(rows.status());
    return until;
}

Result<std::vector<Approval>> Approvals::due(schema::Time now) {
    static const std::string text =
        select("WHERE (state<? OR state=?) AND min(due,raised+86400)<=?");
    return read(tx_.query(text, ApprovalState::OVERDUE, ApprovalState::AGREED, unix_seconds(now)));
}

Outcome approvals_follow_clock(Transaction& tx, schema::Time reached) {
    return tx.run(
        "UPDATE approval SET due=due-max(asked-?1,0),asked=min(asked,?1),raised=min(raised,?1) "
        "WHERE max(asked,raised)>?1",
        unix_seconds(reached));
}

}  // namespace leeward::node
