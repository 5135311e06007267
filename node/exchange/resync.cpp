#include "node/exchange/resync.h"

#include <algorithm>

#include "node/exchange/disclose.h"
#include "node/exchange/grant_ends.h"
#include "node/exchange/grants.h"
#include "node/exchange/leg_clock.h"
#include "node/exchange/leg_register.h"
#include "node/exchange/leg_timers.h"
#include "node/exchange/legs.h"
#include "node/exchange/never_came.h"
#include "node/exchange/notices.h"
#include "node/exchange/recovered.h"
#include "node/exchange/resync_text.h"
#include "node/exchange/retire.h"
#include "node/exchange/return_path.h"
#include "node/exchange/succeed.h"
#include "node/exchange/two_people.h"
#include "node/exchange/two_places.h"
#include "node/exchange/withdraw.h"

namespace leeward::node {
namespace {

using schema::Time;
using std::chrono::hours;

constexpr Byte resync_sent = 25;  // of the node's acts, beside introduce.h's; see SPEC.md
constexpr Byte resync_taken = 26;
constexpr Byte opened_without = 27;
constexpr auto patience = hours(24 * 7);
constexpr auto ended_for = hours(24 * 60);  // twice a backup's life
constexpr std::int64_t numbers_lost = 256;  // of a leg's messages, that may have been used and lost

// ------------------------------------------------------------------ what is said

Result<std::vector<ResyncLeg>> legs_with(Transaction& tx, const schema::NodeId& peer, Time now) {
    std::vector<ResyncLeg> out;
    auto rows = tx.query(
        "SELECT id,ours,ask,ask_counter,ask_saw,answer,answer_counter,answer_saw,service,priority,"
        "alias,opened,since,hold_until,window_start,window_end,in_seq,out_seq,reason,"
        "return_counter FROM leg WHERE peer=? AND (shown<? OR since>?) ORDER BY opened,id",
        peer,
        schema::LegState::DECLINED,
        schema::unix_seconds(now - ended_for));
    while (rows.next())
        out.push_back(resync_leg_of(rows));
    LEEWARD_TRY(rows.status());
    return out;
}

Result<std::vector<ResyncGrant>> grants_with(Transaction& tx, const schema::NodeId& peer) {
    LEEWARD_ASSIGN(const auto grants, grants_of(tx, Whose::PEER, peer.get()));
    std::vector<ResyncGrant> out;
    for (const Grant& g : grants)
        out.push_back({g.id,
                       !g.ours,
                       g.leg,
                       g.release,
                       g.tier,
                       g.basis,
                       g.purpose,
                       g.fields,
                       g.discloser,
                       g.discloser_counter,
                       g.recipient,
                       g.recipient_counter,
                       g.created,
                       g.expires});
    return out;
}

Outcome put(Desk& desk, Transaction& tx, const Peer& peer, const ResyncText& text, Time now) {
    Outgoing message;
    message.to = peer.node();
    message.kind = schema::MessageKind::RESYNC;
    message.message_class = MessageClass::CONTROL;
    message.body = to_json(text).dump();
    message.record = general_record;
    message.expires = now + hours(24 * 60);
    message.event = node_act(resync_sent, peer.node());
    message.event.kind = schema::EventKind::SEND;
    const auto done = desk.outbox.put(tx, message, now);
    return done ? Outcome(Done{}) : Outcome(done.error());
}

Outcome say_all(Desk& desk, Transaction& tx, const Peer& peer, bool answer, Time now) {
    ResyncText all;
    all.round = desk.random.array<8>();
    all.answer = answer;
    LEEWARD_ASSIGN(all.legs, legs_with(tx, peer.node(), now));
    LEEWARD_ASSIGN(all.grants, grants_with(tx, peer.node()));
    for (const auto& part : parts_of(all))
        LEEWARD_TRY(put(desk, tx, peer, part, now));
    return Done{};
}

// ------------------------------------------------------------------ what is heard

// Whose register is the peer's own to say. What it says of ours counts only while it is waited for.
enum class Believe { BOTH, ITS_OWN };

bool take_ask_register(Leg& leg, const ResyncLeg& said) {
    if (said.ask.counter <= leg.ask.counter) return false;
    leg.ask = said.ask;
    leg.window_start = said.window_start;
    leg.window_end = said.window_end;
    return true;
}

// The copy knows of an earlier no at most: who has said this one, and why, is lost.
void forget_no(Leg& leg) {
    leg.declined_by.reset();
    leg.declined_reason.clear();
    remember(leg, Json::object({{"declined_by", ""}, {"own_reason", ""}}));
}

bool take_answer_register(Leg& leg, const ResyncLeg& said) {
    if (said.answer.counter <= leg.answer.counter) return false;
    leg.answer = said.answer;
    if (!leg.ours) forget_no(leg);
    leg.hold_until = said.hold_until;
    return true;
}

// Its last number is the last that was used; ours may have been used beyond what it has heard. Of what we said
// of return paths it tells the highest counter.
Outcome take_numbers(Transaction& tx, const ResyncLeg& said, Believe believe) {
    const bool both = believe == Believe::BOTH;
    return tx.run(
        "UPDATE leg SET in_seq=max(in_seq,?),out_seq=max(out_seq,?),"
        "return_counter=max(return_counter,?) WHERE id=?",
        said.out_seq,
        both ? said.in_seq + numbers_lost : 0,
        both && !said.yours ? said.return_counter : 0,
        said.id);
}

// A copy whose leg ended longer ago than copies are kept was erased after the backup: it goes again.
void mind_erased_copy(Leg& leg, const ResyncLeg& said) {
    if (leg.ours || leg.erased != never || !schema::is_terminal(leg.shown)) return;
    leg.erase_by = said.since + erase_after(leg.priority);
}

Outcome merge_leg(Desk& desk,
                  Transaction& tx,
                  const Peer& peer,
                  const ResyncLeg& said,
                  Believe believe,
                  Time now) {
    auto found = load_leg(desk, tx, said.id);
    if (!found && found.error().code != Errc::not_found) return found.error();
    if (!found) {
        if (believe == Believe::ITS_OWN) return Done{};  // never reached us, and is not sent again
        if (!said.yours && said.answer.counter == 0)
            return Done{};  // not receipted: it comes by itself
        LEEWARD_TRY(recover_leg(desk, tx, peer, said, now));
        return take_numbers(tx, said, believe);
    }
    Leg leg = std::move(found).value();
    if (leg.peer != peer.node() || leg.ours != said.yours) return Done{};
    const bool both = believe == Believe::BOTH;
    bool moved = false;
    if (both || !leg.ours) moved |= take_ask_register(leg, said);
    if (both || leg.ours) moved |= take_answer_register(leg, said);
    if (moved) {
        leg.reason = said.reason;
        show(leg, now);
        leg.since = std::min(said.since, now);
    }
    if (leg.ours && said.ask.counter > 0 && !leg.sent) {
        leg.sent = true;
        LEEWARD_TRY(tx.run("UPDATE leg SET sent=1 WHERE id=?", leg.id));
    }
    mind_erased_copy(leg, said);
    LEEWARD_TRY(save_leg(desk, tx, leg));
    if (leg.ours && leg.need) LEEWARD_TRY(mind_two_places(desk, tx, *leg.need, now));
    return take_numbers(tx, said, believe);
}

// A grant that was open here and came back closed.
Outcome mind_release(Transaction& tx, const Grant& g, schema::GrantDiscloser before) {
    using schema::GrantDiscloser;
    const bool closed =
        before <= GrantDiscloser::OPENABLE && g.discloser > GrantDiscloser::OPENABLE;
    return g.ours && closed ? note_closed(tx, g) : Outcome(Done{});
}

// By its counter; or, under the same, closed by a partner at which she withdrew what rests on her word: that we
// heard it is lost.
bool outranks(const ResyncGrant& said, const Grant& g) {
    const bool withdrawn_there = g.ours && g.open() && rests_on_her_word(g.basis) &&
                                 said.discloser == schema::GrantDiscloser::REVOKED &&
                                 said.discloser_counter == g.discloser_counter;
    return withdrawn_there || said.discloser_counter > g.discloser_counter;
}

Outcome note_away(Transaction& tx, Grant& g) {
    g.away = Away::STORED;
    return tx.run("UPDATE grant_of SET away=? WHERE id=?", g.away, g.id);
}

Outcome merge_grant(Desk& desk,
                    Transaction& tx,
                    const Peer& peer,
                    const ResyncGrant& said,
                    Believe believe,
                    Time now) {
    auto found = load_grant(tx, said.id);
    if (!found && found.error().code != Errc::not_found) return found.error();
    if (!found)
        return believe == Believe::BOTH ? recover_grant(desk, tx, peer, said, now)
                                        : Outcome(Done{});
    Grant g = std::move(found).value();
    if (g.peer != peer.node() || g.ours != said.yours) return Done{};
    const bool both = believe == Believe::BOTH;
    const auto before = g.discloser;
    if ((both || !g.ours) && outranks(said, g)) {
        g.discloser = said.discloser;
        g.discloser_counter = said.discloser_counter;
        g.since = now;
    }
    if ((both || g.ours) && said.recipient_counter > g.recipient_counter) {
        g.recipient = said.recipient;
        g.recipient_counter = said.recipient_counter;
        g.since = now;
    }
    LEEWARD_TRY(save_grant(tx, g));
    if (g.ours) LEEWARD_TRY(note_away(tx, g));
    const bool was_erased = g.recipient >= schema::GrantRecipient::ERASURE_ATTESTED;
    if (was_erased)
        LEEWARD_TRY(g.ours ? follow_last_word(desk, tx, g, now) : destroy_grant(desk, tx, g));
    LEEWARD_TRY(mind_release(tx, g, before));
    return both ? ask_back_if_closed(desk, tx, std::move(g), now) : Outcome(Done{});
}

// True once every part of the round is in.
Result<bool> note_part(Transaction& tx, const Peer& peer, const ResyncText& text) {
    LEEWARD_TRY(tx.run("INSERT OR IGNORE INTO resync_part(node,round,part) VALUES(?,?,?)",
                       peer.node(),
                       text.round,
                       text.part));
    auto rows = tx.query(
        "SELECT count(*) FROM resync_part WHERE node=? AND round=?", peer.node(), text.round);
    const bool whole = rows.next() && rows.integer(0) >= text.of;
    LEEWARD_TRY(rows.status());
    return whole;
}

Result<std::vector<schema::LegId>> leg_ids(Transaction& tx, const schema::NodeId& peer) {
    std::vector<schema::LegId> ids;
    auto rows = tx.query("SELECT id FROM leg WHERE peer=? ORDER BY opened,id", peer);
    while (rows.next())
        ids.push_back(rows.id<schema::LegId>(0));
    LEEWARD_TRY(rows.status());
    return ids;
}

// That we have sent ours, and wait for the answer: a part of no round.
constexpr ByteArray<8> answer_expected{};

Outcome expect_answer(Transaction& tx, const schema::NodeId& peer) {
    return tx.run(
        "INSERT OR IGNORE INTO resync_part(node,round,part) VALUES(?,?,0)", peer, answer_expected);
}
Result<bool> answer_is_expected(Transaction& tx, const schema::NodeId& peer) {
    auto rows = tx.query(
        "SELECT 1 FROM resync_part WHERE node=? AND round=? AND part=0", peer, answer_expected);
    const bool expected = rows.next();
    LEEWARD_TRY(rows.status());
    return expected;
}

Outcome settle_all(Desk& desk, Transaction& tx, const Peer& peer, Time now) {
    LEEWARD_ASSIGN(const auto ids, leg_ids(tx, peer.node()));
    for (const auto& id : ids) {
        LEEWARD_ASSIGN(Leg leg, load_leg(desk, tx, id));
        LEEWARD_TRY(settle(desk, tx, leg, now));
    }
    return Done{};
}

// What was held back goes on: erasures first, then what follows from the registers.
Outcome go_on(Desk& desk, Transaction& tx, Peer& peer, Time now) {
    constexpr int at_once = 1'000;
    const Time restored = peer.resync_awaited;
    for (bool more = true; more;) {
        LEEWARD_ASSIGN(more, erase_ended_legs(desk, tx, now, at_once));
    }
    LEEWARD_TRY(tx.run("DELETE FROM resync_part WHERE node=? AND part>0", peer.node()));
    LEEWARD_TRY(end_return_paths_of_a_copy(desk, tx, peer.node(), restored, now));
    LEEWARD_TRY(tx.run("UPDATE peer SET resync_awaited=0 WHERE node=?", peer.node()));
    LEEWARD_TRY(desk.peers.reload(tx, peer.node()));
    LEEWARD_TRY(settle_notice(tx, "RESYNC_AWAITED", peer.node().get()));
    LEEWARD_TRY(join_grants(desk, tx, peer.node(), now));
    LEEWARD_TRY(withdraw_what_was_named(desk, tx, peer.node(), restored, now));
    return settle_all(desk, tx, peer, now);
}

// Whether anybody waits for this: it changes nothing otherwise.
Result<bool> is_wanted(Transaction& tx, const Peer& peer, const ResyncText& text) {
    if (text.answer) return answer_is_expected(tx, peer.node());
    return peer.resync_awaited != Time{};
}

Outcome finish_round(Desk& desk, Transaction& tx, Peer& peer, const ResyncText& text, Time now) {
    if (!text.answer) {
        const Time restored = peer.resync_awaited;
        LEEWARD_TRY(call_back_unnamed_grants(desk, tx, peer.node(), restored, now));
        LEEWARD_TRY(go_on(desk, tx, peer, now));
        LEEWARD_TRY(call_back_unnamed_legs(desk, tx, peer.node(), restored, now));
        LEEWARD_TRY(say_all(desk, tx, peer, true, now));
        return say_return_paths(desk, tx, peer.node(), now);
    }
    if (peer.resync_awaited == Time{})
        LEEWARD_TRY(tx.run("DELETE FROM resync_named WHERE node=?", peer.node()));
    LEEWARD_TRY(tx.run("DELETE FROM resync_part WHERE node=? AND (round=? OR round=?)",
                       peer.node(),
                       text.round,
                       answer_expected));
    return settle_all(desk, tx, peer, now);
}

}  // namespace

Outcome send_resync(Desk& desk, Transaction& tx, const Peer& peer, Time now) {
    LEEWARD_TRY(tx.run("UPDATE peer SET resync_owed=0 WHERE node=?", peer.node()));
    LEEWARD_TRY(expect_answer(tx, peer.node()));
    LEEWARD_TRY(say_all(desk, tx, peer, false, now));
    return say_return_paths(desk, tx, peer.node(), now);
}

Result<Applied> take_resync(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, Time now) {
    const auto text = read_resync(message.body);
    if (!text) return Applied{"SCHEMA", {}, {}};
    Applied applied;
    applied.event = node_act(resync_taken, peer.node());
    LEEWARD_ASSIGN(const bool wanted, is_wanted(tx, peer, *text));
    if (!wanted) return applied;
    const Believe believe = text->answer ? Believe::ITS_OWN : Believe::BOTH;
    for (const auto& leg : text->legs) {
        LEEWARD_TRY(merge_leg(desk, tx, peer, leg, believe, now));
        LEEWARD_TRY(note_named(tx, peer.node(), leg.id.get()));
    }
    for (const auto& grant : text->grants) {
        LEEWARD_TRY(merge_grant(desk, tx, peer, grant, believe, now));
        LEEWARD_TRY(note_named(tx, peer.node(), grant.id.get()));
    }
    LEEWARD_ASSIGN(const bool whole, note_part(tx, peer, *text));
    if (whole) LEEWARD_TRY(finish_round(desk, tx, peer, *text, now));
    return applied;
}

Outcome must_not_await(const Desk& desk, const schema::NodeId& node) {
    const Peer* peer = desk.peers.find(node);
    if (peer == nullptr || peer->resync_awaited == Time{}) return Done{};
    return Error{
        Errc::wrong_state,
        "this node was restored from a backup, and " + peer->card.organisation +
            " has not yet said what was erased and answered since: phone them, exchange "
            "offers and compare words; it opens by itself then. If nobody answers for seven "
            "days, two people decide with 'leeward peer reopen'. If it cannot wait, phone."};
}

Result<Json> peer_held(Desk& desk, Transaction& tx, const Json& args, Time) {
    LEEWARD_ASSIGN(const Peer* peer, desk.peers.named(args.text_at("peer")));
    auto rows = tx.query(
        "SELECT card,coalesce(size,0),coalesce(note,'') FROM peer LEFT JOIN witnessed ON log=? "
        "WHERE node=?",
        crypto::format_vkey(peer->log()),
        peer->node());
    if (!rows.next()) return Error{Errc::corrupt, "a peer's card is missing"};
    const auto witnessed = static_cast<std::uint64_t>(rows.integer(1));
    const bool heard_more = peer->held.at.size.get() > witnessed;
    const std::string head = heard_more ? peer->held.note : rows.text(2);
    return Json::object({{"peer", peer->card.organisation},
                         {"card_version", peer->card.version},
                         {"log_entries", heard_more ? peer->held.at.size.get() : witnessed},
                         {"file", rows.text(0) + "\n\n" + head}});
}

Result<Json> peer_reopen(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Peer * peer, desk.peers.named(args.text_at("peer")));
    if (peer->resync_awaited == Time{})
        return Error{Errc::wrong_state, "nothing of theirs waits here; nothing was changed"};
    if (peer->resync_awaited + patience > now && !has_left(tx, *peer))
        return Error{Errc::wrong_state,
                     "they are waited for since less than seven days: phone them. What was erased "
                     "since the backup must not come back for want of a call. Nothing was changed"};
    LEEWARD_TRY(
        second_person(desk, tx, args, schema::TwoPersonAct::REOPEN_PEER, peer->node().get(), now));
    LEEWARD_TRY(log_event(desk, tx, node_act(opened_without, peer->node()), now));
    LEEWARD_TRY(call_back_unheld(desk, tx, peer->node(), peer->resync_awaited, now));
    LEEWARD_TRY(go_on(desk, tx, *peer, now));
    return Json::object({{"peer", peer->card.organisation}, {"reopened", true}});
}

Outcome remind_of_resync(Desk& desk, Transaction& tx, Time now) {
    for (const Peer* peer : desk.peers.all())
        if (peer->resync_awaited != Time{})
            LEEWARD_TRY(raise(tx, "RESYNC_AWAITED", peer->node().get(), peer->node(), now));
    return Done{};
}

}  // namespace leeward::node
