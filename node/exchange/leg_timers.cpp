#include "node/exchange/leg_timers.h"

#include <algorithm>

#include "node/exchange/due_rows.h"
#include "node/exchange/leg_clock.h"
#include "node/exchange/notices.h"
#include "schema/tier.h"

namespace leeward::node {
namespace {

using schema::AnswerMove;
using schema::AskMove;
using schema::LegState;
using schema::Time;

constexpr int rounds = 8;  // of one leg at a time: a move may make the next one due

// A call is logged, and is repeated by its row until the state is left.
Outcome call(Desk& desk, Transaction& tx, Leg& leg, std::string_view code, Time now) {
    leg.raised = now;
    LEEWARD_TRY(raise(tx, code, leg.id.get(), leg.peer, now));
    schema::AuditRecord event;
    event.kind = schema::EventKind::RAISED;
    event.machine = schema::Machine::LEG;
    event.from_state = event.to_state = static_cast<Byte>(leg.shown);
    event.other = schema::organisation_tag(leg.peer);
    event.reason = schema::code_tag(code);
    LEEWARD_TRY(log_event(desk, tx, event, now));
    return save_leg(desk, tx, leg);
}

Outcome free_slot(Desk& desk, Transaction& tx, Leg& leg, std::string_view code, Time now) {
    leg.freed = true;
    LEEWARD_TRY(raise(tx, code, leg.id.get(), leg.peer, now));
    return save_leg(desk, tx, leg);
}

// Why an inquiry never reached them, as far as this node knows.
Result<std::string_view> why_not_delivered(Desk& desk, Transaction& tx, const Leg& leg, Time now) {
    const Peer* peer = desk.peers.find(leg.peer);
    if (peer == nullptr || peer->card.endpoint.empty()) return std::string_view("NO_ROUTE");
    if (peer->alarmed) return std::string_view("KEY_CHANGED");
    LEEWARD_ASSIGN(const auto prekey, desk.prekeys.newest(tx, *peer, now));
    return std::string_view(prekey ? "NOT_DELIVERED" : "KEY_UNKNOWN");
}

// Nobody there opened it although their deputy was called too.
bool deputy_was_called(Desk& desk, const Leg& leg) {
    const Peer* peer = desk.peers.find(leg.peer);
    return leg.shown == LegState::DELIVERED && leg.priority != schema::Priority::ROUTINE &&
           peer != nullptr && !peer->contact.deputy_line.empty();
}

Outcome ask_move(Desk& desk, Transaction& tx, Leg& leg, const LegTimer& due, Time now) {
    std::string_view code = due.code;
    if (code == "NOT_DELIVERED") {
        LEEWARD_ASSIGN(code, why_not_delivered(desk, tx, leg, now));
    }
    if (code == "NO_ANSWER" && deputy_was_called(desk, leg)) code = "DEPUTY_NO_ANSWER";
    const Said said{schema::Json::object(), std::string(code)};
    return write(desk, tx, leg, std::get<AskMove>(due.deed), said, now);
}

// Firm accept too late: back to the offer while its hold lives, else the bed is free again.
AnswerMove firm_too_late(const Leg& leg, Time now) {
    const bool holds = leg.hold_until != never && leg.hold_until > now;
    return holds && leg.answer.value == schema::Answer::OFFERED ? AnswerMove::W12 : AnswerMove::W13;
}

// What is due, its move made out by how the leg stands now.
std::optional<LegTimer> due_now(const Leg& leg, Time now) {
    auto due = due_timer(leg, now);
    if (!due || !std::holds_alternative<AnswerMove>(due->deed)) return due;
    auto& move = std::get<AnswerMove>(due->deed);
    if (move == AnswerMove::W12) move = firm_too_late(leg, now);
    if (move == AnswerMove::W13) due->code = "HOLD_EXPIRED";
    return due;
}

Outcome answer_move(Desk& desk, Transaction& tx, Leg& leg, const LegTimer& due, Time now) {
    const Said said{schema::Json::object(), std::string(due.code)};
    return write(desk, tx, leg, std::get<AnswerMove>(due.deed), said, now);
}

Outcome fire(Desk& desk, Transaction& tx, Leg& leg, const LegTimer& due, Time now) {
    if (std::holds_alternative<AskMove>(due.deed)) return ask_move(desk, tx, leg, due, now);
    if (std::holds_alternative<AnswerMove>(due.deed)) return answer_move(desk, tx, leg, due, now);
    if (std::holds_alternative<FreeSlot>(due.deed)) return free_slot(desk, tx, leg, due.code, now);
    return call(desk, tx, leg, due.code, now);
}

bool may_fire(const Leg& leg, const LegTimer& due) {
    if (const auto* ask = std::get_if<AskMove>(&due.deed))
        return static_cast<bool>(schema::write_ask(*ask, leg.ask, leg.answer, !leg.sent));
    if (const auto* answer = std::get_if<AnswerMove>(&due.deed))
        return static_cast<bool>(schema::write_answer(*answer, leg.answer, leg.ask));
    return true;
}

// A move that the table does not take would stop every other deadline of this node: the leg waits for
// the next word of either side instead.
Outcome let_wait(Transaction& tx, const Leg& leg) {
    return tx.run("UPDATE leg SET timer=0 WHERE id=?", leg.id);
}

Outcome fire_all(Desk& desk, Transaction& tx, const schema::LegId& id, Time now) {
    for (int i = 0; i < rounds; ++i) {
        LEEWARD_ASSIGN(Leg leg, load_leg(desk, tx, id));
        const auto due = due_now(leg, now);
        if (due && !may_fire(leg, *due)) return let_wait(tx, leg);
        if (!due) return leg.timer == next_timer(leg) ? Outcome(Done{}) : save_leg(desk, tx, leg);
        LEEWARD_TRY(fire(desk, tx, leg, *due, now));
    }
    return Done{};
}

}  // namespace

Result<bool> fire_leg_timers(Desk& desk, Transaction& tx, Time now, int limit) {
    return each_due<schema::LegId>(
        desk,
        "leg",
        tx.query("SELECT id FROM leg WHERE timer>0 AND timer<=? AND NOT EXISTS("
                 "SELECT 1 FROM peer p WHERE p.node=leg.peer AND p.resync_awaited>=leg.opened) "
                 "ORDER BY timer",
                 schema::unix_seconds(now)),
        now,
        limit,
        [&](const schema::LegId& id) { return fire_all(desk, tx, id, now); });
}

Result<bool> erase_ended_legs(Desk& desk, Transaction& tx, Time now, int limit) {
    std::vector<std::string> keys;
    const auto more = each_due<schema::LegId>(
        desk,
        "card",
        tx.query("SELECT id FROM leg WHERE erase_by>0 AND erase_by<=?", schema::unix_seconds(now)),
        now,
        limit,
        [&](const schema::LegId& id) -> Outcome {
            LEEWARD_ASSIGN(Leg leg, load_leg(desk, tx, id));
            keys.push_back(leg_record(id));
            LEEWARD_TRY(empty_card(desk, tx, leg, now));
            return save_leg(desk, tx, leg);
        });
    if (!keys.empty()) tx.on_commit([&desk, keys] { (void)desk.records.destroy(keys); });
    return more;
}

Outcome legs_follow_clock(Desk& desk, Transaction& tx, Time reached, Time now) {
    const std::int64_t at = schema::unix_seconds(reached);
    LEEWARD_TRY(each_due<schema::LegId>(
        desk,
        "leg clock",
        tx.query("SELECT id FROM leg WHERE since>?1 OR opened>?1 OR answer_from>?1 OR "
                 "raised>?1 OR kept>?1",
                 at),
        now,
        all_of_them,
        [&](const schema::LegId& id) -> Outcome {
            auto leg = load_leg(desk, tx, id);
            if (!leg && leg.error().code == Errc::corrupt) return Done{};  // met when it is due
            if (!leg) return leg.error();
            for (Time* moment :
                 {&leg->since, &leg->opened, &leg->answer_from, &leg->raised, &leg->kept})
                *moment = std::min(*moment, reached);
            leg->review_due = std::min(leg->review_due, reached + review_after);
            LEEWARD_TRY(tx.run(
                "UPDATE leg SET opened=? WHERE id=?", schema::unix_seconds(leg->opened), leg->id));
            return save_leg(desk, tx, *leg);
        }));
    return Done{};
}

Outcome cards_follow_clock(Transaction& tx, Time reached) {
    for (const auto priority :
         {schema::Priority::EMERGENCY, schema::Priority::URGENT, schema::Priority::ROUTINE})
        LEEWARD_TRY(tx.run("UPDATE leg SET erase_by=?2 WHERE priority=?1 AND erase_by>?2",
                           priority,
                           schema::unix_seconds(reached + erase_after(priority))));
    return Done{};
}

}  // namespace leeward::node
