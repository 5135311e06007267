#include "node/exchange/need_to_know.h"

#include "node/exchange/needs.h"

namespace leeward::node {
namespace {

using schema::OperatorId;
using schema::Time;

std::string hex_of(const OperatorId& id) {
    std::string text = hex::encode(id.get());
    for (char& c : text)
        if (c >= 'a') c = static_cast<char>(c - 'a' + 'A');  // as SQLite's hex() writes it
    return text;
}

std::optional<OperatorId> holder_of(Transaction& tx, BytesView subject) {
    auto rows = tx.query("SELECT worker FROM assignment WHERE subject=? AND until=0", subject);
    if (!rows.next()) return std::nullopt;
    return rows.id<OperatorId>(0);
}

bool sees_work_of(const Desk& desk, const Worker& other) {
    const Worker* me = desk.workers.find(desk.actor.id);
    return other.id == desk.actor.id || other.deputy == desk.actor.id ||
           (me != nullptr && me->team == other.team);
}

Outcome write_down(Transaction& tx, BytesView subject, const OperatorId& worker, Time now) {
    return tx.run("INSERT OR REPLACE INTO assignment(subject,worker,since) VALUES(?,?,?)",
                  subject,
                  worker,
                  schema::unix_seconds(now));
}

Outcome log_assigned(Desk& desk, Transaction& tx, schema::Machine machine, Time now) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = machine;
    event.reason = schema::code_tag("ASSIGNED");
    return log_event(desk, tx, event, now);
}

}  // namespace

Outcome take_on(Desk& desk, Transaction& tx, BytesView subject, Time now) {
    if (desk.actor.is_node() || holder_of(tx, subject)) return Done{};
    return write_down(tx, subject, desk.actor.id, now);
}

Outcome may_see(Desk& desk, Transaction& tx, BytesView subject) {
    if (desk.protects || desk.actor.is_node() || desk.actor.has_any(schema::supervisors))
        return Done{};
    const auto holder = holder_of(tx, subject);
    const Worker* worker = holder ? desk.workers.find(*holder) : nullptr;
    if (worker == nullptr || sees_work_of(desk, *worker)) return Done{};
    return Error{Errc::not_permitted,
                 "this is " + worker->name +
                     "'s and her team's: ask her, her deputy or a supervisor; nothing was changed"};
}

Outcome may_see_need(Desk& desk, Transaction& tx, const schema::NeedId& need) {
    auto rows = tx.query("SELECT case_id FROM need WHERE id=?", need);
    if (!rows.next()) return Done{};
    return may_see(desk, tx, rows.bytes(0));
}

Outcome may_see_leg(Desk& desk, Transaction& tx, const Leg& leg) {
    return leg.need ? may_see_need(desk, tx, *leg.need) : may_see(desk, tx, leg.id.get());
}

Sight sight_of(const Desk& desk) {
    Sight sight;
    sight.everything = desk.actor.is_node() || desk.actor.has_any(schema::supervisors);
    for (const Worker& one : desk.workers.all())
        if (sees_work_of(desk, one)) sight.workers += "," + hex_of(one.id);
    return sight;
}

Outcome assign(Desk&, Transaction& tx, BytesView subject, const OperatorId& to, Time now) {
    LEEWARD_TRY(tx.run("UPDATE assignment SET until=? WHERE subject=? AND until=0",
                       schema::unix_seconds(now),
                       subject));
    return write_down(tx, subject, to, now);
}

Result<std::int64_t> hand_over(Transaction& tx,
                               const OperatorId& from,
                               const OperatorId& to,
                               Time now) {
    std::vector<Bytes> subjects;
    {
        auto rows = tx.query("SELECT subject FROM assignment WHERE worker=? AND until=0", from);
        while (rows.next())
            subjects.push_back(rows.bytes(0));
        LEEWARD_TRY(rows.status());
    }
    LEEWARD_TRY(tx.run("UPDATE assignment SET until=? WHERE worker=? AND until=0",
                       schema::unix_seconds(now),
                       from));
    for (const Bytes& subject : subjects)
        LEEWARD_TRY(write_down(tx, subject, to, now));
    return static_cast<std::int64_t>(subjects.size());
}

namespace {

Result<Worker> receiver(Desk& desk, const Json& args, schema::RoleSet roles) {
    LEEWARD_ASSIGN(Worker worker, desk.workers.named(args.text_at("to")));
    if (!(worker.roles & roles).empty()) return worker;
    return Error{Errc::not_permitted,
                 worker.name + " is not " + schema::in_words(roles) + "; nothing was changed"};
}

}  // namespace

Result<Json> case_assign(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Case one, find_case(desk, tx, args.text_at("id")));
    LEEWARD_ASSIGN(const Worker worker, receiver(desk, args, schema::referrers));
    LEEWARD_TRY(assign(desk, tx, one.id.get(), worker.id, now));
    LEEWARD_TRY(log_assigned(desk, tx, schema::Machine::CASE, now));
    return Json::object({{"id", schema::text(one.id)}, {"assigned_to", worker.name}});
}

Result<Json> leg_assign(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Leg leg, find_leg(desk, tx, args.text_at("id")));
    if (leg.ours)
        return Error{Errc::invalid_argument,
                     "what we asked goes with its case: leeward case assign; nothing was changed"};
    LEEWARD_ASSIGN(const Worker worker, receiver(desk, args, schema::recipients));
    LEEWARD_TRY(assign(desk, tx, leg.id.get(), worker.id, now));
    LEEWARD_TRY(log_assigned(desk, tx, schema::Machine::LEG, now));
    return Json::object({{"id", schema::text(leg.id)}, {"assigned_to", worker.name}});
}

}  // namespace leeward::node
