#include "node/exchange/return_path.h"

#include "node/exchange/drafting.h"
#include "node/exchange/notices.h"
#include "node/exchange/release_ends.h"
#include "node/exchange/resync.h"
#include "node/exchange/withdraw.h"
#include "schema/codes.h"
#include "schema/limits.h"
#include "schema/release_text.h"

namespace leeward::node {
namespace {

using schema::Message;
using schema::MessageKind;
using schema::ReleaseMove;
using schema::ReleaseState;
using schema::ReturnLevel;
using schema::Time;

Error not_released(std::string_view why) {
    return Error{Errc::not_released, std::string(why) + "; nothing was sent"};
}

// The newest of a leg that is in force, for the partner that wrote it.
Result<std::optional<Release>> in_force(Desk& desk,
                                        Transaction& tx,
                                        const schema::LegId& leg,
                                        Time now) {
    LEEWARD_ASSIGN(auto all, return_paths_of(desk, tx, leg));
    for (auto it = all.rbegin(); it != all.rend(); ++it)
        if (it->live_at(now) && !is_unheard_of(desk, *it)) return std::optional(std::move(*it));
    return std::optional<Release>();
}

Outcome put_message(Desk& desk,
                    Transaction& tx,
                    const Leg& leg,
                    MessageKind kind,
                    MessageClass message_class,
                    const Json& body,
                    const crypto::Hash& authority,
                    Time now) {
    Outgoing message;
    message.to = leg.peer;
    message.kind = kind;
    message.message_class = message_class;
    message.leg = leg.id;
    message.body = body.dump();
    message.record = leg_record(leg.id);
    message.expires = now + std::chrono::hours(24 * 30);
    message.event.kind = schema::EventKind::SEND;
    message.event.machine = schema::Machine::LEG;
    message.event.purpose = schema::code_tag("PURPOSE_RETURN_PATH");
    message.event.other = schema::organisation_tag(leg.peer);
    message.event.release = authority;
    const auto put = desk.outbox.put(tx, message, now);
    return put ? Outcome(Done{}) : Outcome(put.error());
}

}  // namespace

// ------------------------------------------------------------------ at the partner

Result<Json> return_path_new(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Leg leg, find_leg(desk, tx, args.text_at("leg")));
    if (leg.ours)
        return Error{Errc::invalid_argument,
                     "a return path is written by the organisation that tells; nothing was saved"};
    const auto level = schema::return_level_from(args.text_at("return"));
    if (!level || *level == ReturnLevel::NONE)
        return Error{Errc::invalid_argument,
                     "say --return COARSE or DETAIL; without a release it is NONE"};
    Release r;
    r.leg = leg.id;
    r.level = *level;
    r.recipient = leg.peer;
    r.purpose = "PURPOSE_RETURN_PATH";
    return begin_draft(desk, tx, r, args, now);
}

Outcome return_path_changed(Desk& desk, Transaction& tx, const Release& r, Time now) {
    const auto leg = load_leg(desk, tx, *r.leg);
    if (!leg || !desk.records.exists(leg_record(leg->id))) return Done{};
    LEEWARD_ASSIGN(const auto live, in_force(desk, tx, *r.leg, now));
    // By the clock: after a restore it is above what was used before, unless a clock ahead had used it. That the
    // partner's RESYNC tells (resync.cpp).
    LEEWARD_TRY(tx.run("UPDATE leg SET return_counter=max(return_counter+1,?) WHERE id=?",
                       schema::unix_seconds(now),
                       leg->id));
    auto rows = tx.query("SELECT return_counter FROM leg WHERE id=?", leg->id);
    const std::int64_t counter = rows.next() ? rows.integer(0) : 1;
    const auto level = live ? live->level : ReturnLevel::NONE;
    const Json body = Json::object({{"level", schema::name(level)},
                                    {"until", live ? schema::unix_seconds(live->expires) : 0},
                                    {"counter", counter},
                                    {"commitment", hex::encode(r.commitment)}});
    return put_message(
        desk, tx, *leg, MessageKind::RETURN_PATH, MessageClass::CONTROL, body, r.commitment, now);
}

namespace {

Result<std::vector<schema::LegId>> leg_ids(Rows rows) {
    std::vector<schema::LegId> ids;
    while (rows.next())
        ids.push_back(rows.id<schema::LegId>(0));
    LEEWARD_TRY(rows.status());
    return ids;
}

Result<std::vector<schema::LegId>> told_of_one(Transaction& tx, const schema::NodeId& peer) {
    return leg_ids(tx.query(
        "SELECT id FROM leg WHERE peer=? AND ours=0 AND return_counter>0 ORDER BY opened,id",
        peer));
}

Result<std::vector<schema::LegId>> with_one_of_a_copy(Transaction& tx,
                                                      const schema::NodeId& peer,
                                                      Time restored) {
    return leg_ids(
        tx.query("SELECT DISTINCT leg FROM release WHERE recipient=? AND leg IS NOT NULL AND "
                 "drafted<=? AND sealed<>x'' ORDER BY leg",
                 peer,
                 schema::unix_seconds(restored)));
}

}  // namespace

// An end is said again as well: the copy may take what has ended for one in force. And one that was signed after our
// own backup, of which the copy knows the number alone, has ended with it.
Outcome say_return_paths(Desk& desk, Transaction& tx, const schema::NodeId& peer, Time now) {
    LEEWARD_ASSIGN(const auto legs, told_of_one(tx, peer));
    for (const auto& leg : legs) {
        LEEWARD_ASSIGN(const auto live, in_force(desk, tx, leg, now));
        LEEWARD_ASSIGN(auto all, return_paths_of(desk, tx, leg));
        if (all.empty()) all.emplace_back().leg = leg;
        LEEWARD_TRY(return_path_changed(desk, tx, live ? *live : all.back(), now));
    }
    return Done{};
}

Outcome end_return_paths_of_a_copy(
    Desk& desk, Transaction& tx, const schema::NodeId& peer, Time restored, Time now) {
    LEEWARD_ASSIGN(const auto legs, with_one_of_a_copy(tx, peer, restored));
    for (const auto& leg : legs) {
        LEEWARD_ASSIGN(auto all, return_paths_of(desk, tx, leg));
        for (auto& r : all) {
            if (!is_of_a_copy(r, restored) || !ends_on_withdrawal(r)) continue;
            LEEWARD_TRY(end_release(desk, tx, r, ReleaseMove::R8, "RESTORED", now));
            LEEWARD_TRY(raise(tx, "RETURN_PATH_UNKNOWN", r.id.get(), peer, now));
        }
    }
    return Done{};
}

Outcome end_return_paths(
    Desk& desk, Transaction& tx, const schema::LegId& leg, std::string_view reason, Time now) {
    LEEWARD_ASSIGN(auto all, return_paths_of(desk, tx, leg));
    for (auto& r : all)
        if (schema::live(r.state) || r.state == ReleaseState::PENDING_SIGNATURES ||
            r.state == ReleaseState::CONFLICTED)
            LEEWARD_TRY(end_release(desk, tx, r, ReleaseMove::R8, reason, now));
    return Done{};
}

Outcome follow_up_may_leave(Desk& desk, Transaction& tx, const schema::LegId& leg, Time now) {
    LEEWARD_ASSIGN(const auto live, in_force(desk, tx, leg, now));
    if (!live) return not_released("no return-path release is in force");
    return Done{};
}

namespace {

Outcome tell(Desk& desk, Transaction& tx, const Leg& leg, const Json& body, Time now) {
    if (leg.awaited) LEEWARD_TRY(must_not_await(desk, leg.peer));
    LEEWARD_ASSIGN(const auto live, in_force(desk, tx, leg.id, now));
    if (!live) return not_released("no return-path release allows it");
    if (!live->as_signed()) return not_released("this release is not what was signed");
    if (!body.text_at("outcome").empty() && live->level != ReturnLevel::DETAIL)
        return not_released("the return path allows only to say whether she is still in contact");
    return put_message(desk,
                       tx,
                       leg,
                       MessageKind::FOLLOW_UP,
                       MessageClass::DISCLOSING,
                       body,
                       live->commitment,
                       now);
}

}  // namespace

Outcome tell_outcome(
    Desk& desk, Transaction& tx, const Leg& leg, const std::string& outcome, Time now) {
    return tell(desk, tx, leg, Json::object({{"contact", false}, {"outcome", outcome}}), now);
}

Result<Json> leg_follow_up(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Leg leg, find_leg(desk, tx, args.text_at("id")));
    const std::string contact = args.text_at("contact");
    const std::string outcome = args.text_at("outcome");
    if (leg.ours || leg.shown != schema::LegState::ARRIVED)
        return Error{Errc::wrong_state, "only of whoever has arrived with us; nothing was sent"};
    if (contact != "yes" && contact != "no")
        return Error{Errc::invalid_argument, "say --contact yes or no; nothing was sent"};
    if (!outcome.empty() && !schema::is_code("OUTCOME_", outcome))
        return Error{Errc::invalid_argument, "that is not an OUTCOME_ code; nothing was sent"};
    Json body = Json::object({{"contact", contact == "yes"}});
    if (!outcome.empty()) body.set("outcome", outcome);
    LEEWARD_TRY(tell(desk, tx, leg, body, now));
    return Json::object({{"leg", schema::text(leg.id)}, {"contact", contact}, {"told", true}});
}

// ------------------------------------------------------------------ at the referrer

Result<ReturnLevel> return_level(Transaction& tx, const schema::LegId& leg, Time now) {
    auto rows = tx.query("SELECT return_level,return_until FROM leg WHERE id=?", leg);
    if (!rows.next()) return ReturnLevel::NONE;
    const auto level = static_cast<ReturnLevel>(rows.integer(0));
    const bool over = schema::from_unix(rows.integer(1)) <= now;
    LEEWARD_TRY(rows.status());
    return over ? ReturnLevel::NONE : level;
}

namespace {

Applied refused(std::string_view code) {
    return {std::string(code), {}, {}};
}

Applied taken(const Leg& leg) {
    Applied applied;
    applied.record = leg_record(leg.id);
    applied.event.machine = schema::Machine::LEG;
    applied.event.purpose = schema::code_tag("PURPOSE_RETURN_PATH");
    return applied;
}

Result<Leg> leg_we_asked(Desk& desk, Transaction& tx, const Peer& peer, const Message& message) {
    LEEWARD_ASSIGN(Leg leg, load_leg(desk, tx, message.header.leg));
    if (!leg.ours || leg.peer != peer.node())
        return Error{Errc::not_found, "this leg is not of that peer"};
    return leg;
}

}  // namespace

Result<Applied> take_return_path(
    Desk& desk, Transaction& tx, Peer& peer, const Message& message, Time) {
    const auto json = schema::parse_json(message.body, {4096, 4});
    if (!json) return refused("SCHEMA");
    schema::ObjectReader in(*json, "return path");
    const auto level = schema::return_level_from(in.text("level", 16));
    const auto until = in.number("until", 0, 253'402'300'799);
    const auto counter = in.number("counter", 1, schema::limits::highest_number);
    (void)in.hex_array<32>("commitment");
    if (!in.finish() || !level) return refused("SCHEMA");
    const auto leg = leg_we_asked(desk, tx, peer, message);
    if (!leg) return refused("RECIPIENT_MISMATCH");
    LEEWARD_TRY(
        tx.run("UPDATE leg SET return_level=?,return_until=?,return_counter=? WHERE id=? AND "
               "return_counter<?",
               *level,
               until,
               counter,
               leg->id,
               counter));
    return taken(*leg);
}

Result<Applied> take_follow_up(
    Desk& desk, Transaction& tx, Peer& peer, const Message& message, Time now) {
    const auto json = schema::parse_json(message.body, {4096, 4});
    if (!json) return refused("SCHEMA");
    schema::ObjectReader in(*json, "follow-up");
    const bool contact = in.flag("contact");
    const std::string outcome = in.text_or("outcome", 64, "");
    if (!in.finish()) return refused("SCHEMA");
    auto leg = leg_we_asked(desk, tx, peer, message);
    if (!leg) return refused("RECIPIENT_MISMATCH");
    Json told = Json(leg->detail.array_at("follow_ups"));
    told.push(Json::object({{"contact", contact},
                            {"outcome", outcome},
                            {"at", schema::unix_seconds(message.header.ts)}}));
    if (!leg->detail.is_null()) leg->detail.set("follow_ups", std::move(told));
    LEEWARD_TRY(save_leg(desk, tx, *leg));
    LEEWARD_TRY(raise(tx, "FOLLOW_UP", leg->id.get(), peer.node(), now));
    return taken(*leg);
}

}  // namespace leeward::node
