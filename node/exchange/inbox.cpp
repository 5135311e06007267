#include "node/exchange/inbox.h"

#include "node/exchange/legs.h"
#include "node/exchange/need_to_know.h"
#include "schema/codes.h"
#include "schema/leg.h"
#include "schema/tier.h"

namespace leeward::node {
namespace {

using schema::LegState;
using schema::Time;

std::int64_t count(Transaction& tx, std::string_view sql) {
    auto rows = tx.query(sql);
    return rows.next() ? rows.integer(0) : 0;
}

std::string peer_name(const Desk& desk, const schema::NodeId& node) {
    const Peer* peer = desk.peers.find(node);
    return peer == nullptr ? std::string() : peer->card.organisation;
}

// A shelter's open questions, and ours that somebody must act on.
std::string_view wanted_of(const Leg& leg) {
    switch (leg.shown) {
        case LegState::DELIVERED:
            return leg.ours ? "" : "open the card";
        case LegState::SEEN:
            return leg.ours ? "" : "answer";
        case LegState::INFO_REQUESTED:
            return leg.ours ? "answer their question" : "";
        case LegState::OFFERED:
            return leg.ours ? "hear the survivor" : "";
        case LegState::SELECTED:
            return leg.ours ? "" : "chosen: make it firm or decline";
        case LegState::PHONE_ACCEPTED:
            return leg.ours ? "" : "confirm or decline";
        case LegState::ACCEPTED:
            return leg.ours == (leg.ask.value != schema::Ask::PLAN) ? "agree the plan" : "";
        case LegState::NOT_ARRIVED:
            return "PHONE NOW: she is not where she should be";
        case LegState::CANCEL_REQUESTED:
            return leg.ours ? "" : "confirm the cancel";
        case LegState::MISDIRECTED:
            return leg.ours ? "" : "discard and attest";
        case LegState::DECLINE_UNDER_REVIEW:
            return leg.ours ? "" : "review the decline";
        case LegState::QUEUED:
        case LegState::WAITLISTED:
        case LegState::LATE_OFFER:
        case LegState::HANDOFF_SCHEDULED:
        case LegState::IN_TRANSIT:
        case LegState::ARRIVED:
        case LegState::DECLINED:
        case LegState::LAPSED:
        case LegState::NOT_SELECTED:
        case LegState::CANCEL_CONFIRMED:
        case LegState::CANCEL_UNCONFIRMED:
        case LegState::BED_LOST:
        case LegState::DISCARDED:
        case LegState::ENDED:
            break;
    }
    return "";
}

std::string notice_sentence(std::string_view code) {
    constexpr std::string_view refused = "REFUSED_";
    const bool of_receipt = code.substr(0, refused.size()) == refused;
    return schema::sentence(of_receipt ? code.substr(refused.size()) : code, schema::Language::EN);
}

}  // namespace

Result<Json> inbox(Desk& desk, Transaction& tx, const Json&, Time) {
    std::vector<schema::LegId> ids;
    {
        auto rows =
            tx.query("SELECT id FROM leg WHERE shown<? ORDER BY (timer=0),timer,since LIMIT 200",
                     LegState::DECLINED);
        while (rows.next())
            ids.push_back(rows.id<schema::LegId>(0));
        LEEWARD_TRY(rows.status());
    }
    Json waiting = Json::array();
    for (const auto& id : ids) {
        LEEWARD_ASSIGN(const Leg leg, load_leg(desk, tx, id));
        const std::string_view wanted = wanted_of(leg);
        if (wanted.empty() || !may_see_leg(desk, tx, leg)) continue;
        Json line = leg_json(desk, leg);
        line.set("do", wanted);
        if (const Peer* peer = desk.peers.find(leg.peer))
            line.set("phone", peer->contact.duty_line);
        waiting.push(std::move(line));
    }
    Json notices = Json::array();
    auto rows = tx.query(
        "SELECT code,subject,peer,at,repeats,CASE WHEN EXISTS(SELECT 1 FROM leg WHERE "
        "id=notice.subject) "
        "THEN 'leg' WHEN EXISTS(SELECT 1 FROM need WHERE id=notice.subject) THEN 'need' "
        "WHEN EXISTS(SELECT 1 FROM release WHERE id=notice.subject) THEN 'release' "
        "WHEN EXISTS(SELECT 1 FROM grant_of WHERE id=notice.subject) THEN 'grant' ELSE '' END "
        "FROM notice ORDER BY due LIMIT 200");
    while (rows.next()) {
        Json line = Json::object({{"code", rows.text(0)},
                                  {"say", notice_sentence(rows.text(0))},
                                  {"about", hex::encode(rows.blob(1))},
                                  {"at", rows.integer(3)},
                                  {"times", rows.integer(4)}});
        if (const std::string kind = rows.text(5); !kind.empty()) line.set("kind", kind);
        if (!rows.is_null(2)) line.set("peer", peer_name(desk, rows.id<schema::NodeId>(2)));
        notices.push(std::move(line));
    }
    LEEWARD_TRY(rows.status());
    return Json::object({{"waiting", std::move(waiting)}, {"notices", std::move(notices)}});
}

Result<Json> node_status(Desk& desk, Transaction& tx, const Json&, Time now) {
    std::int64_t active = 0;
    for (const Peer* peer : desk.peers.all())
        active += peer->active() ? 1 : 0;
    return Json::object(
        {{"organisation", desk.self.card.organisation},
         {"node", schema::text(desk.self.node())},
         {"at", schema::unix_seconds(now)},
         {"peers", desk.peers.all().size()},
         {"peers_active", active},
         {"waiting_to_be_delivered", desk.outbox.waiting(tx)},
         {"legs_open", count(tx, "SELECT count(*) FROM leg WHERE shown<17")},
         {"notices", count(tx, "SELECT count(*) FROM notice")},
         {"erasures_overdue",
          count(tx,
                "SELECT count(*) FROM grant_of WHERE ours=1 AND recipient<=1 AND "
                "discloser=5")},
         {"erasures_unreachable",
          count(tx,
                "SELECT count(*) FROM grant_of WHERE ours=1 AND recipient<=1 AND "
                "discloser=6")},
         {"reviews_overdue", count(tx, "SELECT count(*) FROM access WHERE holder=1 AND state=3")},
         {"incidents_open", count(tx, "SELECT count(*) FROM incident WHERE state<2")},
         {"log_entries", static_cast<std::int64_t>(desk.log.size())}});
}

Result<Json> audit_show(Desk& desk, Transaction& tx, const Json& args, Time) {
    const std::int64_t wanted = args.int_at("limit") > 0 ? args.int_at("limit") : 20;
    Json entries = Json::array();
    auto rows = tx.query("SELECT idx,rec FROM leaf WHERE length(rec)>4 ORDER BY idx DESC LIMIT ?",
                         std::min<std::int64_t>(wanted, 1000));
    while (rows.next()) {
        const auto record = schema::decode_audit_record(rows.blob(1));
        if (!record) return Error{Errc::corrupt, "an entry of the log does not read back"};
        Json line = Json::object({{"entry", rows.integer(0)},
                                  {"kind", schema::name(record->kind)},
                                  {"machine", schema::name(record->machine)},
                                  {"transition", static_cast<int>(record->transition)},
                                  {"at", std::int64_t{record->quarter} * 900}});
        if (record->tier != 0xff)
            line.set("tier", schema::name(static_cast<schema::Tier>(record->tier)));
        for (const Peer* peer : desk.peers.all())
            if (schema::organisation_tag(peer->node()) == record->other)
                line.set("with", peer->card.organisation);
        entries.push(std::move(line));
    }
    LEEWARD_TRY(rows.status());
    return Json::object(
        {{"entries", std::move(entries)}, {"size", static_cast<std::int64_t>(desk.log.size())}});
}

}  // namespace leeward::node
