#include "node/exchange/withdraw.h"

#include <algorithm>

#include "node/exchange/disclose.h"
#include "node/exchange/ids.h"
#include "node/exchange/legs.h"
#include "node/exchange/needs.h"
#include "node/exchange/never_came.h"
#include "node/exchange/notices.h"
#include "node/exchange/referral_copy.h"
#include "node/exchange/release_ends.h"
#include "node/exchange/return_path.h"
#include "schema/codes.h"

namespace leeward::node {
namespace {

using schema::ReleaseMove;
using schema::ReleaseState;
using schema::ServiceClass;
using schema::Time;

bool is_scope(std::string_view scope) {
    return scope == "PLACEMENT" || scope == "COUNSELLING" || scope == "ALL";
}

Outcome check_time_told(const Json& args, Time now) {
    if (schema::from_unix(args.int_at("told")) <= now) return Done{};
    return Error{Errc::invalid_argument,
                 "say when she said it: a time that is past, as '2026-11-24 21:30'; nothing was "
                 "changed"};
}

// When she said it; it is applied now, whenever that was.
void keep_time_told(Release& r, const Json& args, Time now) {
    const std::int64_t told = args.int_at("told");
    r.detail.set("told", told > 0 ? told : schema::unix_seconds(now));
}

bool service_in_scope(ServiceClass service, std::string_view scope) {
    return scope == "ALL" || (scope == "COUNSELLING") == (service == ServiceClass::COUNSELLING);
}

// Which service a release serves: the one that its purpose names, else what its recipient was asked for
// in this case.
Result<bool> in_scope(Transaction& tx, const Release& r, std::string_view scope) {
    if (const auto named = service_of(r.purpose)) return service_in_scope(*named, scope);
    auto rows = tx.query(
        "SELECT l.service FROM leg l JOIN need n ON n.id=l.need WHERE n.case_id=? AND l.peer=?",
        r.case_id,
        r.recipient);
    bool any = false;
    while (rows.next()) {
        any = true;
        if (service_in_scope(static_cast<ServiceClass>(rows.integer(0)), scope)) return true;
    }
    LEEWARD_TRY(rows.status());
    return !any && scope != "COUNSELLING";
}

Json body_of(std::string_view scope, bool request, std::string_view reason) {
    return Json::object({{"scope", scope}, {"request", request}, {"reason", reason}});
}

Outcome send_withdraw(Desk& desk, Transaction& tx, const Leg& leg, const Json& body, Time now) {
    Outgoing message;
    message.to = leg.peer;
    message.kind = schema::MessageKind::WITHDRAW;
    message.message_class = MessageClass::CONTROL;
    message.leg = leg.id;
    message.body = body.dump();
    message.record =
        desk.records.exists(leg_record(leg.id)) ? leg_record(leg.id) : std::string(general_record);
    message.expires = now + std::chrono::hours(24 * 60);
    message.event.kind = schema::EventKind::SEND;
    message.event.machine = schema::Machine::WITHDRAWAL;
    message.event.reason = schema::code_tag(body.text_at("scope"));
    const auto put = desk.outbox.put(tx, message, now);
    return put ? Outcome(Done{}) : Outcome(put.error());
}

bool leg_in_scope(const Leg& leg, std::string_view scope) {
    return service_in_scope(leg.service, scope);
}

Result<std::vector<OutboxItem>> waiting_withdrawals(Desk& desk,
                                                    Transaction& tx,
                                                    const schema::LegId& leg) {
    std::vector<schema::MessageId> ids;
    {
        auto rows = tx.query(
            "SELECT mid FROM outbox WHERE leg=? AND kind=?", leg, schema::MessageKind::WITHDRAW);
        while (rows.next())
            ids.push_back(rows.id<schema::MessageId>(0));
        LEEWARD_TRY(rows.status());
    }
    std::vector<OutboxItem> items;
    for (const auto& id : ids) {
        LEEWARD_ASSIGN(auto item, desk.outbox.find(tx, id));
        if (item) items.push_back(std::move(*item));
    }
    return items;
}

// The widest where it can no longer be read: the leg's record was erased.
std::string scope_of(const Desk& desk, const OutboxItem& withdrawal) {
    const auto body = desk.outbox.body(withdrawal);
    const auto json = body ? schema::parse_json(*body, {4096, 4}) : body.error();
    return json ? json->text_at("scope") : "ALL";
}

}  // namespace

Result<bool> withdrawal_is_on_its_way(Desk& desk, Transaction& tx, const Leg& leg) {
    LEEWARD_ASSIGN(const auto waiting, waiting_withdrawals(desk, tx, leg.id));
    return std::any_of(waiting.begin(), waiting.end(), [&](const OutboxItem& item) {
        return leg_in_scope(leg, scope_of(desk, item));
    });
}

bool rests_on_her_word(schema::Basis basis) {
    return basis != schema::Basis::STATUTORY_MANDATE && basis != schema::Basis::COURT_ORDER;
}

bool ends_on_withdrawal(const Release& r) {
    return rests_on_her_word(r.basis) &&
           (schema::live(r.state) || r.state == ReleaseState::PENDING_SIGNATURES ||
            r.state == ReleaseState::CONFLICTED);
}

Outcome close_return_path(
    Desk& desk, Transaction& tx, const Leg& leg, std::string_view scope, Time now) {
    LEEWARD_TRY(tx.run("UPDATE leg SET return_level=0 WHERE id=?", leg.id));
    return send_withdraw(desk, tx, leg, body_of(scope, false, ""), now);
}

namespace {

// What partners may tell us of her; none learns of another.
Outcome close_return_paths(
    Desk& desk, Transaction& tx, const schema::CaseId& id, std::string_view scope, Time now) {
    std::vector<schema::LegId> ids;
    {
        auto rows = tx.query(
            "SELECT l.id FROM leg l JOIN need n ON n.id=l.need WHERE n.case_id=? AND "
            "l.return_level>0",
            id);
        while (rows.next())
            ids.push_back(rows.id<schema::LegId>(0));
        LEEWARD_TRY(rows.status());
    }
    for (const auto& leg_id : ids) {
        LEEWARD_ASSIGN(const Leg leg, load_leg(desk, tx, leg_id));
        if (leg_in_scope(leg, scope)) LEEWARD_TRY(close_return_path(desk, tx, leg, scope, now));
    }
    return Done{};
}

// As it is kept until its partner was heard: the case, when, and how far.
Bytes withdrawal_of(const schema::CaseId& id, std::string_view scope, Time said) {
    Bytes name = to_bytes(id.get());
    append_be<8>(name, static_cast<std::uint64_t>(schema::unix_seconds(said)));
    append(name, as_bytes(scope));
    return name;
}

// What was shared since the backup of a restored node is known once its partners have named it: her word
// holds for it too.
Outcome note_for_awaited(
    Desk& desk, Transaction& tx, const schema::CaseId& id, std::string_view scope, Time now) {
    for (const Peer* peer : desk.peers.all()) {
        if (peer->resync_awaited == Time{}) continue;
        Release to_come;
        to_come.case_id = id;
        to_come.recipient = peer->node();
        LEEWARD_ASSIGN(const bool covered, in_scope(tx, to_come, scope));
        const Time said = std::max(now, peer->resync_awaited);  // whatever the clock says since
        if (covered) LEEWARD_TRY(note_named(tx, peer->node(), withdrawal_of(id, scope, said)));
    }
    return Done{};
}

Result<std::int64_t> withdraw_in_scope(Desk& desk,
                                       Transaction& tx,
                                       const schema::CaseId& id,
                                       std::string_view scope,
                                       std::string_view reason,
                                       const Json& args,
                                       Time now) {
    std::int64_t ended = 0;
    LEEWARD_ASSIGN(auto all, releases_of(desk, tx, id));
    for (auto& r : all) {
        LEEWARD_ASSIGN(const bool covered, in_scope(tx, r, scope));
        if (!covered || !ends_on_withdrawal(r)) continue;
        keep_time_told(r, args, now);
        LEEWARD_TRY(end_release(desk, tx, r, ReleaseMove::R8, reason, now));
        ++ended;
    }
    LEEWARD_TRY(close_return_paths(desk, tx, id, scope, now));
    LEEWARD_TRY(note_for_awaited(desk, tx, id, scope, now));
    return ended;
}

// Scope ALL, or a request, from a partner pauses the needs until the survivor herself was heard.
Outcome pause_needs(Desk& desk, Transaction& tx, const schema::CaseId& id, Time now) {
    std::vector<schema::NeedId> needs;
    {
        auto rows = tx.query("SELECT id FROM need WHERE case_id=?", id);
        while (rows.next())
            needs.push_back(rows.id<schema::NeedId>(0));
    }
    for (const auto& need_id : needs) {
        LEEWARD_ASSIGN(Need need, load_need(desk, tx, need_id));
        if (!schema::next(schema::NeedMove::N12, need.state)) continue;
        need.before_pause = need.state;
        LEEWARD_TRY(move_need(desk,
                              tx,
                              need,
                              schema::NeedMove::N12,
                              std::nullopt,
                              "PAUSE_WITHDRAWAL_HEARD_ELSEWHERE",
                              now));
    }
    return Done{};
}

Outcome log_withdrawal(Desk& desk, Transaction& tx, std::string_view scope, Time now) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = schema::Machine::WITHDRAWAL;
    event.reason = schema::code_tag(scope);
    return log_event(desk, tx, event, now);
}

// A partner that holds nothing of the case tells the referrer of the leg through which it knows her.
Result<Json> tell_referrer(
    Desk& desk, Transaction& tx, const Json& args, std::string_view scope, Time now) {
    LEEWARD_ASSIGN(Leg leg, find_leg(desk, tx, args.text_at("leg")));
    if (leg.ours)
        return Error{Errc::invalid_argument, "we are the referrer here: say --case and --scope"};
    const bool ours_too = leg_in_scope(leg, scope);
    if (ours_too) {
        LEEWARD_TRY(close_received(desk, tx, leg.id, now));
        LEEWARD_TRY(end_return_paths(desk, tx, leg.id, "WITHDRAW_SURVIVOR_ASKED", now));
    }
    const Json body = body_of(scope, args.bool_at("request"), args.text_at("reason"));
    LEEWARD_TRY(send_withdraw(desk, tx, leg, body, now));
    return Json::object({{"scope", scope},
                         {"queued_only", true},
                         {"note",
                          ours_too ? "Our own use has stopped. The referrer is being told."
                                   : "The referrer is being told. What she released to us is "
                                     "untouched."}});
}

}  // namespace

Result<Json> release_withdraw(Desk& desk, Transaction& tx, const Json& args, Time now) {
    const std::string given = args.text_at("reason");
    const std::string reason = given.empty() ? "WITHDRAW_PREFERS_NOT_TO_SAY" : given;
    if (!schema::is_code("WITHDRAW_", reason))
        return Error{Errc::invalid_argument, "that is not a WITHDRAW_ code; nothing was changed"};
    LEEWARD_TRY(check_time_told(args, now));
    if (!args.text_at("id").empty()) {
        LEEWARD_ASSIGN(const Bytes id, find_id(tx, "release", args.text_at("id")));
        LEEWARD_ASSIGN(Release r, load_release(desk, tx, schema::ReleaseId(to_array<16>(id))));
        if (!rests_on_her_word(r.basis))
            return Error{Errc::wrong_state,
                         "this rests on a law or a court, not on her word: only its end or an "
                         "order ends it. Write down that she does not agree; nothing was changed"};
        keep_time_told(r, args, now);
        LEEWARD_TRY(end_release(desk, tx, r, ReleaseMove::R8, reason, now));
        return Json::object({{"withdrawn", 1}, {"note", "sharing has ended; no bed was given up"}});
    }
    const std::string scope = args.text_at("scope").empty() ? "ALL" : args.text_at("scope");
    if (!is_scope(scope))
        return Error{Errc::invalid_argument, "the scope is PLACEMENT, COUNSELLING or ALL"};
    if (!args.text_at("leg").empty()) return tell_referrer(desk, tx, args, scope, now);
    LEEWARD_ASSIGN(const Case one, find_case(desk, tx, args.text_at("case")));
    LEEWARD_TRY(log_withdrawal(desk, tx, scope, now));
    LEEWARD_ASSIGN(const auto ended, withdraw_in_scope(desk, tx, one.id, scope, reason, args, now));
    return Json::object({{"withdrawn", ended}, {"note", "sharing has ended; no bed was given up"}});
}

namespace {

struct Withdrawn {
    schema::CaseId of;
    std::string scope;
    Time said;
};

// An older node kept neither beside the case.
Withdrawn read_withdrawn(const schema::CaseId& id, BytesView rest, Time restored) {
    if (rest.size() < 8) return {id, "ALL", restored};
    const Time said = schema::from_unix(static_cast<std::int64_t>(read_be(rest.first(8))));
    return {id, std::string(as_text(rest.subspan(8))), said};
}

Result<std::vector<Withdrawn>> withdrawn_while_awaited(Transaction& tx,
                                                       const schema::NodeId& peer,
                                                       Time restored) {
    std::vector<Withdrawn> out;
    auto rows = tx.query(
        "SELECT c.id,substr(r.id,17) FROM resync_named r JOIN survivor_case c ON "
        "c.id=substr(r.id,1,16) WHERE r.node=?",
        peer);
    while (rows.next())
        out.push_back(read_withdrawn(rows.id<schema::CaseId>(0), rows.blob(1), restored));
    LEEWARD_TRY(rows.status());
    return out;
}

// What she has signed since stands; after two restores that may be in the copy as well.
Outcome withdraw_named(Desk& desk,
                       Transaction& tx,
                       const schema::NodeId& peer,
                       const Withdrawn& withdrawn,
                       Time restored,
                       Time now) {
    LEEWARD_ASSIGN(auto all, releases_of(desk, tx, withdrawn.of));
    const Time until = std::min(restored, withdrawn.said);
    for (auto& r : all) {
        LEEWARD_ASSIGN(const bool covered, in_scope(tx, r, withdrawn.scope));
        const bool named = r.recipient == peer && is_of_a_copy(r, until);
        if (covered && named && ends_on_withdrawal(r))
            LEEWARD_TRY(end_release(desk, tx, r, ReleaseMove::R8, "RESTORED", now));
    }
    return Done{};
}

Result<std::vector<schema::LegId>> legs_with(Transaction& tx,
                                             const schema::NodeId& peer,
                                             const schema::CaseId& id) {
    std::vector<schema::LegId> ids;
    auto rows =
        tx.query("SELECT l.id FROM leg l JOIN need n ON n.id=l.need WHERE n.case_id=? AND l.peer=?",
                 id,
                 peer);
    while (rows.next())
        ids.push_back(rows.id<schema::LegId>(0));
    LEEWARD_TRY(rows.status());
    return ids;
}

// What it may tell us of her may have been allowed since the backup: that is not named, but comes after.
Outcome close_unheard_paths(
    Desk& desk, Transaction& tx, const schema::NodeId& peer, const Withdrawn& withdrawn, Time now) {
    LEEWARD_ASSIGN(const auto ids, legs_with(tx, peer, withdrawn.of));
    for (const auto& id : ids) {
        LEEWARD_ASSIGN(const Leg leg, load_leg(desk, tx, id));
        if (!schema::accepted_or_later(leg.answer.value)) continue;
        if (!leg_in_scope(leg, withdrawn.scope)) continue;
        LEEWARD_ASSIGN(const bool told, withdrawal_is_on_its_way(desk, tx, leg));
        if (!told) LEEWARD_TRY(close_return_path(desk, tx, leg, withdrawn.scope, now));
    }
    return Done{};
}

}  // namespace

Outcome withdraw_what_was_named(
    Desk& desk, Transaction& tx, const schema::NodeId& peer, Time restored, Time now) {
    LEEWARD_ASSIGN(const auto all, withdrawn_while_awaited(tx, peer, restored));
    for (const auto& withdrawn : all) {
        LEEWARD_TRY(withdraw_named(desk, tx, peer, withdrawn, restored, now));
        LEEWARD_TRY(close_unheard_paths(desk, tx, peer, withdrawn, now));
    }
    return Done{};
}

namespace {

// What a partner says once, and no register of the leg says again.
bool is_lost_without_its_leg(schema::MessageKind kind) {
    using schema::MessageKind;
    return kind == MessageKind::WITHDRAW || kind == MessageKind::RETURN_PATH ||
           kind == MessageKind::FOLLOW_UP;
}

}  // namespace

bool is_before_its_leg(Transaction& tx, const Peer& peer, const schema::Message& message) {
    if (!is_lost_without_its_leg(message.header.kind) || peer.resync_awaited == Time{})
        return false;
    auto rows = tx.query("SELECT 1 FROM leg WHERE id=?", message.header.leg);
    return !rows.next();
}

namespace {

Applied applied_to(const Leg& leg, std::string_view scope) {
    Applied applied;
    applied.record = leg_record(leg.id);
    applied.event.machine = schema::Machine::WITHDRAWAL;
    applied.event.reason = schema::code_tag(scope);
    return applied;
}

// The referrer heard it: we tell nothing of her any more. Where she lives does not change.
Result<Applied> heard_by_partner(
    Desk& desk, Transaction& tx, const Leg& leg, const std::string& scope, Time now) {
    LEEWARD_TRY(end_return_paths(desk, tx, leg.id, "WITHDRAW_SURVIVOR_ASKED", now));
    return applied_to(leg, scope);
}

}  // namespace

Result<Applied> take_withdraw(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, Time now) {
    const Applied refused{"SCHEMA", {}, {}};
    const auto json = schema::parse_json(message.body, {4096, 4});
    if (!json) return refused;
    schema::ObjectReader in(*json, "withdrawal");
    const std::string scope = in.text("scope", 16);
    const bool request = in.flag("request");
    (void)in.text_or("reason", 64, "");
    if (!in.finish() || !is_scope(scope)) return refused;
    auto found = load_leg(desk, tx, message.header.leg);
    if (!found || found->peer != peer.node()) return refused;
    if (!found->ours) return heard_by_partner(desk, tx, *found, scope, now);
    if (!found->need) return refused;
    LEEWARD_ASSIGN(const Need need, load_need(desk, tx, *found->need));
    LEEWARD_TRY(log_withdrawal(desk, tx, scope, now));
    LEEWARD_ASSIGN(
        const auto ended,
        withdraw_in_scope(
            desk, tx, need.case_id, scope, "WITHDRAW_SURVIVOR_ASKED", Json::object(), now));
    (void)ended;
    if (scope == "ALL" || request) LEEWARD_TRY(pause_needs(desk, tx, need.case_id, now));
    LEEWARD_TRY(raise(tx, "WITHDRAWAL_HEARD", need.case_id.get(), peer.node(), now));
    return applied_to(*found, scope);
}

}  // namespace leeward::node
