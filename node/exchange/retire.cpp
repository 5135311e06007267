#include "node/exchange/retire.h"

#include <array>
#include <variant>

#include "crypto/age/age.h"
#include "crypto/base/base64.h"
#include "node/exchange/grants.h"
#include "node/exchange/legs.h"
#include "node/exchange/need_rows.h"
#include "node/exchange/needs.h"
#include "node/exchange/notices.h"
#include "node/exchange/referral_copy.h"
#include "node/exchange/releases.h"
#include "node/exchange/succeed.h"
#include "node/exchange/two_people.h"
#include "schema/leg_rules.h"

namespace leeward::node {
namespace {

using schema::AnswerMove;
using schema::AskMove;
using schema::LegState;
using schema::Time;
using std::chrono::hours;

constexpr std::string_view retired_key = "node.retired";
constexpr Byte node_retired = 28;  // of the node's acts, beside introduce.h's; see SPEC.md
constexpr Byte partner_retired = 29;
constexpr auto patience = hours(24 * 7);

Outcome nobody_is_under_way(Transaction& tx) {
    auto rows = tx.query("SELECT count(*) FROM leg WHERE shown IN (?,?)",
                         LegState::IN_TRANSIT,
                         LegState::NOT_ARRIVED);
    const bool somebody = rows.next() && rows.integer(0) > 0;
    LEEWARD_TRY(rows.status());
    if (!somebody) return Done{};
    return Error{
        Errc::wrong_state,
        "somebody is under way or was not where she should be: see to that first, by phone. "
        "Nothing was changed"};
}

// What ends a leg from our side, whichever of them its state allows.
struct Ending {
    std::variant<AskMove, AnswerMove> move;
    std::string_view code;
};
constexpr std::array<Ending, 2> as_referrer{
    {{AskMove::A14, "RECALLED"}, {AskMove::A13, "CANCEL_JURISDICTION_MOVED"}}};
constexpr std::array<Ending, 4> as_recipient{{{AnswerMove::W14, "EMERGENCY_CLOSURE"},
                                              {AnswerMove::W10, "DECLINE_NO_CAPACITY"},
                                              {AnswerMove::W18, ""},
                                              {AnswerMove::W19, ""}}};

bool allows(const Leg& leg, const Ending& ending) {
    if (const auto* ask = std::get_if<AskMove>(&ending.move))
        return static_cast<bool>(schema::write_ask(*ask, leg.ask, leg.answer, !leg.sent));
    return static_cast<bool>(
        schema::write_answer(std::get<AnswerMove>(ending.move), leg.answer, leg.ask));
}

Outcome end_by(Desk& desk, Transaction& tx, Leg& leg, const Ending& ending, Time now) {
    const Said said{Json::object(), std::string(ending.code)};
    if (const auto* ask = std::get_if<AskMove>(&ending.move))
        return write(desk, tx, leg, *ask, said, now);
    return write(desk, tx, leg, std::get<AnswerMove>(ending.move), said, now);
}

template <std::size_t N>
Result<bool> end_leg(
    Desk& desk, Transaction& tx, Leg& leg, const std::array<Ending, N>& ways, Time now) {
    for (const auto& ending : ways)
        if (allows(leg, ending)) {
            LEEWARD_TRY(end_by(desk, tx, leg, ending, now));
            return true;
        }
    return false;
}

Result<std::vector<schema::LegId>> live_legs(Transaction& tx) {
    std::vector<schema::LegId> ids;
    auto rows = tx.query("SELECT id FROM leg WHERE shown<? ORDER BY opened,id", LegState::DECLINED);
    while (rows.next())
        ids.push_back(rows.id<schema::LegId>(0));
    LEEWARD_TRY(rows.status());
    return ids;
}

struct Ended {
    std::int64_t legs = 0;
    Json to_phone = Json::array();
};

Result<Ended> end_legs(Desk& desk, Transaction& tx, Time now) {
    Ended ended;
    LEEWARD_ASSIGN(const auto ids, live_legs(tx));
    for (const auto& id : ids) {
        LEEWARD_ASSIGN(Leg leg, load_leg(desk, tx, id));
        if (schema::is_terminal(leg.shown)) continue;  // by what another ending brought with it
        const auto done = leg.ours ? end_leg(desk, tx, leg, as_referrer, now)
                                   : end_leg(desk, tx, leg, as_recipient, now);
        if (!done) return done.error();
        if (*done)
            ++ended.legs;
        else
            ended.to_phone.push(leg_json(desk, leg));
    }
    return ended;
}

Result<std::int64_t> erase_what_is_theirs(Desk& desk, Transaction& tx, Time now) {
    std::vector<schema::GrantId> ids;
    {
        auto rows = tx.query("SELECT id FROM grant_of WHERE ours=0 AND recipient<?",
                             schema::GrantRecipient::ERASURE_ATTESTED);
        while (rows.next())
            ids.push_back(rows.id<schema::GrantId>(0));
        LEEWARD_TRY(rows.status());
    }
    for (const auto& id : ids)
        LEEWARD_TRY(erase_and_attest(desk, tx, id, now));
    return static_cast<std::int64_t>(ids.size());
}

Outcome tell_all(Desk& desk, Transaction& tx, Time now) {
    std::vector<schema::NodeId> peers;
    for (const Peer* peer : desk.peers.all())
        if (peer->paired()) peers.push_back(peer->node());
    if (peers.empty()) return Done{};
    Outgoing message;
    message.kind = schema::MessageKind::RETIRED;
    message.message_class = MessageClass::CONTROL;
    message.body = "{}";
    message.record = general_record;
    message.expires = now + hours(24 * 60);
    message.event.kind = schema::EventKind::SEND;
    message.event.machine = schema::Machine::NODE;
    return desk.outbox.put_to_all(tx, peers, message, now);
}

// ------------------------------------------------------------------ our own records, to take along

Result<Json> case_whole(Desk& desk, Transaction& tx, const schema::CaseId& id) {
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, id));
    Json json = case_json(one);
    json.set("record", one.record);
    Json needs = Json::array();
    LEEWARD_ASSIGN(const auto listed, needs_of(tx, id));
    for (const auto& short_need : listed) {
        LEEWARD_ASSIGN(const Need need, load_need(desk, tx, short_need.id));
        Json line = need_json(need, one.codename);
        line.set("detail", need.detail);
        needs.push(std::move(line));
    }
    json.set("needs", std::move(needs));
    Json releases = Json::array();
    LEEWARD_ASSIGN(const auto papers, releases_of(desk, tx, id));
    for (const auto& release : papers)
        releases.push(Json::object({{"id", schema::text(release.id)}, {"text", release.detail}}));
    json.set("releases", std::move(releases));
    return json;
}

// As an armored age file: what opens it is age itself.
using Recipient = crypto::age::Recipient;

// Read before anybody is asked about it.
Result<std::optional<Recipient>> recipient_of(const Json& args) {
    const std::string to = args.text_at("to");
    if (to.empty()) return std::optional<Recipient>();
    LEEWARD_ASSIGN(auto recipient, crypto::age::parse_recipient(to));
    return std::optional(std::move(recipient));
}

Result<std::string> records_sealed_to(Desk& desk, Transaction& tx, const Recipient& to) {
    std::vector<schema::CaseId> ids;
    {
        auto rows = tx.query("SELECT id FROM survivor_case WHERE state<>? ORDER BY opened",
                             schema::CaseState::ERASED);
        while (rows.next())
            ids.push_back(rows.id<schema::CaseId>(0));
        LEEWARD_TRY(rows.status());
    }
    Json cases = Json::array();
    for (const auto& id : ids) {
        LEEWARD_ASSIGN(Json one, case_whole(desk, tx, id));
        cases.push(std::move(one));
    }
    const std::string text = Json::object({{"cases", std::move(cases)}}).dump();
    LEEWARD_ASSIGN(const Bytes sealed,
                   crypto::age::seal(std::span(&to, 1), as_bytes(text), desk.random));
    const std::string all = base64::encode(sealed);
    std::string out = "-----BEGIN AGE ENCRYPTED FILE-----\n";
    for (std::size_t at = 0; at < all.size(); at += 64)
        out += all.substr(at, 64) + "\n";
    return out + "-----END AGE ENCRYPTED FILE-----\n";
}

std::int64_t retired_at(Store& store) {
    auto rows = store.query("SELECT CAST(CAST(value AS TEXT) AS INTEGER) FROM meta WHERE key=?",
                            retired_key);
    return rows.next() ? rows.integer(0) : 0;
}

}  // namespace

Result<Json> node_retire(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_TRY(nobody_is_under_way(tx));
    LEEWARD_ASSIGN(const auto to, recipient_of(args));
    if (desk.workers.count() > 1)
        LEEWARD_TRY(second_person(
            desk, tx, args, schema::TwoPersonAct::RETIRE, desk.self.node().get(), now));
    std::string file;
    if (to) {
        LEEWARD_ASSIGN(file, records_sealed_to(desk, tx, *to));
    }
    LEEWARD_ASSIGN(Ended ended, end_legs(desk, tx, now));
    LEEWARD_ASSIGN(const auto erased, erase_what_is_theirs(desk, tx, now));
    LEEWARD_TRY(tell_all(desk, tx, now));
    LEEWARD_TRY(tx.run("INSERT OR REPLACE INTO meta(key,value) VALUES(?,?)",
                       retired_key,
                       as_bytes(std::to_string(schema::unix_seconds(now)))));
    LEEWARD_TRY(log_event(desk, tx, node_act(node_retired, desk.self.node()), now));
    Json answer = Json::object(
        {{"questions_ended", ended.legs},
         {"copies_erased", erased},
         {"to_phone", std::move(ended.to_phone)},
         {"next",
          "let the node run: it stops by itself and destroys its keys and its backups when all "
          "partners have heard this, or after seven days. Phone those that are named. Backups that "
          "lie elsewhere are yours to destroy"}});
    if (!file.empty() && !desk.previewing) answer.set("file", std::move(file));
    return answer;
}

namespace {

Result<std::vector<schema::LegId>> asked_of(Transaction& tx, const Peer& peer) {
    std::vector<schema::LegId> ids;
    auto rows = tx.query("SELECT id FROM leg WHERE peer=? AND shown<? AND need IS NOT NULL",
                         peer.node(),
                         LegState::DECLINED);
    while (rows.next())
        ids.push_back(rows.id<schema::LegId>(0));
    LEEWARD_TRY(rows.status());
    return ids;
}

// Nobody will answer any more: the search goes on at once, not when the time to answer is over.
Outcome let_questions_lapse(Desk& desk, Transaction& tx, const Peer& peer, Time now) {
    LEEWARD_ASSIGN(const auto ids, asked_of(tx, peer));
    for (const auto& id : ids) {
        LEEWARD_ASSIGN(Leg leg, load_leg(desk, tx, id));
        if (!leg.ours || !schema::write_ask(AskMove::A9, leg.ask, leg.answer, !leg.sent)) continue;
        LEEWARD_TRY(write(desk, tx, leg, AskMove::A9, {Json::object(), "PARTNER_RETIRED"}, now));
    }
    return Done{};
}

}  // namespace

Result<Applied> take_retired(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message&, Time now) {
    Applied applied;
    applied.event = node_act(partner_retired, peer.node());
    LEEWARD_TRY(let_questions_lapse(desk, tx, peer, now));
    LEEWARD_ASSIGN(const auto grants, grants_of(tx, Whose::PEER, peer.node().get()));
    for (Grant g : grants) {
        if (!g.ours || g.recipient >= schema::GrantRecipient::ERASURE_ATTESTED) continue;
        const auto before = g.shown();
        g.discloser = schema::GrantDiscloser::UNREACHABLE;
        ++g.discloser_counter;
        g.since = now;
        LEEWARD_TRY(save_grant(tx, g));
        auto event = grant_event(g, schema::GrantMove::G10t, before);
        event.kind = schema::EventKind::ACT;
        LEEWARD_TRY(log_event(desk, tx, event, now));
    }
    LEEWARD_TRY(tx.run("UPDATE peer SET verified=0,alarm='RETIRED' WHERE node=?", peer.node()));
    LEEWARD_TRY(desk.peers.reload(tx, peer.node()));
    LEEWARD_TRY(raise(tx, "PARTNER_RETIRED", peer.node().get(), peer.node(), now));
    return applied;
}

bool has_left(Transaction& tx, const Peer& peer) {
    auto rows = tx.query("SELECT 1 FROM peer WHERE node=? AND alarm='RETIRED'", peer.node());
    return rows.next();
}

bool may_destroy_keys(Store& store, Time now) {
    const std::int64_t at = retired_at(store);
    if (at == 0) return false;
    if (schema::from_unix(at) + patience <= now) return true;
    auto rows = store.query("SELECT count(*) FROM outbox");
    return rows.next() && rows.integer(0) == 0;
}

}  // namespace leeward::node
