#include "node/exchange/never_came.h"

#include <algorithm>
#include <set>

#include "node/exchange/grant_ends.h"
#include "node/exchange/grants.h"
#include "node/exchange/legs.h"
#include "node/exchange/notices.h"
#include "node/exchange/release_ends.h"
#include "node/exchange/withdraw.h"
#include "schema/leg_rules.h"

namespace leeward::node {
namespace {

using schema::AskMove;
using schema::FieldSet;
using schema::Time;

template <class Id>
Result<std::vector<Id>> ids_of(Rows rows) {
    std::vector<Id> ids;
    while (rows.next())
        ids.push_back(rows.id<Id>(0));
    LEEWARD_TRY(rows.status());
    return ids;
}

// A bed that they have promised by telephone stands, and she may be on her way or there.
Outcome tell_of_yes(Desk& desk, Transaction& tx, const Leg& leg, Time now) {
    LEEWARD_TRY(say_again_after_a_yes(desk, tx, leg, now));
    return raise(tx, "YES_NOT_THERE", leg.id.get(), leg.peer, now);
}

Outcome call_back_leg(Desk& desk, Transaction& tx, const schema::LegId& id, Time now) {
    LEEWARD_TRY(tx.run("UPDATE leg SET sent=0 WHERE id=?", id));
    LEEWARD_ASSIGN(Leg leg, load_leg(desk, tx, id));
    const bool by_phone_alone = leg.answer.value == schema::Answer::NONE;
    const bool has_bed = schema::is_chosen(leg.shown) || leg.shown == schema::LegState::ARRIVED;
    if (by_phone_alone && has_bed) return tell_of_yes(desk, tx, leg, now);
    if (!schema::write_ask(AskMove::A14, leg.ask, leg.answer, true)) return Done{};
    LEEWARD_TRY(write(desk, tx, leg, AskMove::A14, Said{Json::object(), "RECALLED"}, now));
    return raise(tx, "LEG_NEVER_CAME", id.get(), leg.peer, now);
}

// Of a release that stands: what it still covers goes anew by itself, and there is nothing to ask her.
Outcome call_back_grant(Desk& desk, Transaction& tx, const schema::GrantId& id, Time now) {
    LEEWARD_ASSIGN(Grant g, load_grant(tx, id));
    if (!g.open()) return Done{};
    return close_grant(desk, tx, std::move(g), schema::GrantMove::G4t, now);
}

bool is_open_there(const Grant& g) {
    return g.ours && g.open() && g.ever_sent();
}

// What the partner has said of one release, with what is known here.
struct Heard {
    std::vector<Grant> grants;
    std::set<schema::GrantId> closed;  // open in the copy, and closed there
    std::set<schema::LegId> over;      // which close by themselves what they had
    bool withdrawn = false;            // she withdrew there
};

// Whoever holds something open under it would have been told of a withdrawal.
bool is_held(const Heard& heard) {
    return std::any_of(heard.grants.begin(), heard.grants.end(), is_open_there);
}

bool is_taken_back(const Heard& heard, const Grant& g) {
    return heard.closed.contains(g.id) && !heard.over.contains(g.leg);
}

// Where nothing is open any more in a leg that had some of it and goes on, she withdrew; else she narrowed.
// The handoff set ends by itself.
bool has_ended_in_a_leg(const Heard& heard) {
    const auto& grants = heard.grants;
    return std::any_of(grants.begin(), grants.end(), [&](const Grant& g) {
        return is_taken_back(heard, g) && !g.handoff &&
               std::none_of(grants.begin(), grants.end(), [&](const Grant& other) {
                   return other.leg == g.leg && is_open_there(other);
               });
    });
}

struct Held {
    FieldSet now;  // open there; and of a handoff set that had ended before the backup, what was
    FieldSet taken_back;  // since the backup, and it was told
};

// A handoff set that was closed since has ended, or she narrowed it: either way it does not go again.
Held held_under(const Heard& heard) {
    Held held;
    for (const Grant& g : heard.grants) {
        if (!g.ours || !g.ever_sent()) continue;
        const bool ended_before = g.handoff && !heard.closed.contains(g.id);
        if (is_open_there(g) || ended_before) held.now = held.now | g.fields;
        if (is_taken_back(heard, g)) held.taken_back = held.taken_back | g.fields;
    }
    return held;
}

// Sealed for a later step of the leg, or waiting to leave.
Outcome close_unsent(Desk& desk, Transaction& tx, const std::vector<Grant>& grants, Time now) {
    for (const Grant& g : grants)
        if (!g.ever_sent()) LEEWARD_TRY(close_grant(desk, tx, g, schema::GrantMove::G4t, now));
    return Done{};
}

// It goes on for what is held. That she took back the rest would have been heard by nobody. What a law or a
// court demands loses only what its discloser has closed.
Outcome narrow_to_held(
    Desk& desk, Transaction& tx, Release& release, const Heard& heard, Time now) {
    const bool her_word = ends_on_withdrawal(release);
    const Held held = held_under(heard);
    FieldSet gone = release.fields - held.now;
    if (!her_word) gone = gone & held.taken_back;
    if (gone.empty()) return Done{};
    LEEWARD_TRY(narrow_release(desk, tx, release, gone, "RESTORED", now));
    if (her_word) LEEWARD_TRY(close_unsent(desk, tx, heard.grants, now));
    if (gone.is_subset_of(held.taken_back)) return Done{};
    return raise(tx, "GRANT_NEVER_CAME", release.id.get(), release.recipient, now);
}

Result<std::set<schema::GrantId>> closed_since(Transaction& tx, const Release& release) {
    LEEWARD_ASSIGN(
        const auto ids,
        ids_of<schema::GrantId>(tx.query("SELECT substr(id,17) FROM resync_named WHERE node=? AND "
                                         "length(id)=32 AND substr(id,1,16)=?",
                                         release.recipient,
                                         release.id)));
    return std::set<schema::GrantId>(ids.begin(), ids.end());
}

Result<std::set<schema::LegId>> legs_over(Transaction& tx, const Release& release) {
    LEEWARD_ASSIGN(
        const auto ids,
        ids_of<schema::LegId>(tx.query("SELECT l.id FROM leg l JOIN grant_of g ON g.leg=l.id WHERE "
                                       "g.release=? AND l.shown>=?",
                                       release.id,
                                       schema::LegState::MISDIRECTED)));
    return std::set<schema::LegId>(ids.begin(), ids.end());
}

Result<bool> is_withdrawn_there(Transaction& tx, const Release& release) {
    auto rows =
        tx.query("SELECT 1 FROM resync_named WHERE node=? AND id=?", release.recipient, release.id);
    const bool withdrawn = rows.next();
    LEEWARD_TRY(rows.status());
    return withdrawn;
}

Result<Heard> what_was_heard(Transaction& tx, const Release& release) {
    Heard heard;
    LEEWARD_ASSIGN(heard.grants, grants_of(tx, Whose::RELEASE, release.id.get()));
    LEEWARD_ASSIGN(heard.closed, closed_since(tx, release));
    LEEWARD_ASSIGN(heard.over, legs_over(tx, release));
    LEEWARD_ASSIGN(heard.withdrawn, is_withdrawn_there(tx, release));
    return heard;
}

// It has served: something of it was sent, and no leg with that partner goes on in the case. Nobody waits for it.
Result<bool> has_served(Transaction& tx, const Release& release, const Heard& heard) {
    const auto& grants = heard.grants;
    if (std::none_of(grants.begin(), grants.end(), [](const Grant& g) { return g.ever_sent(); }))
        return false;
    auto rows = tx.query(
        "SELECT 1 FROM leg l JOIN need n ON n.id=l.need WHERE n.case_id=? AND l.peer=? AND "
        "l.shown<?",
        release.case_id,
        release.recipient,
        schema::LegState::MISDIRECTED);
    const bool goes_on = rows.next();
    LEEWARD_TRY(rows.status());
    return !goes_on;
}

// Since the backup, by her or with its day: whoever took it back knew of it.
bool was_taken_back(const Heard& heard) {
    return std::any_of(heard.grants.begin(), heard.grants.end(), [&](const Grant& g) {
        return is_taken_back(heard, g);
    });
}

// Its discloser may have ended one on any basis; she, what rests on her word.
Outcome call_back_release(Desk& desk, Transaction& tx, const schema::ReleaseId& id, Time now) {
    LEEWARD_ASSIGN(Release release, load_release(desk, tx, id));
    const bool live = release.live_at(now);
    const bool her_word = ends_on_withdrawal(release);
    if (!live && !her_word) return Done{};
    LEEWARD_ASSIGN(const Heard heard, what_was_heard(tx, release));
    const bool ended = live && (has_ended_in_a_leg(heard) || (heard.withdrawn && her_word));
    if (!ended && is_held(heard))
        return live ? narrow_to_held(desk, tx, release, heard, now) : Outcome(Done{});
    if (!ended && !her_word) return Done{};
    LEEWARD_TRY(end_release(desk, tx, release, schema::ReleaseMove::R8, "RESTORED", now));
    LEEWARD_ASSIGN(const bool served, has_served(tx, release, heard));
    if (served || ended || was_taken_back(heard)) return Done{};
    return raise(tx, "GRANT_NEVER_CAME", id.get(), release.recipient, now);
}

}  // namespace

Outcome note_named(Transaction& tx, const schema::NodeId& peer, BytesView id) {
    return tx.run("INSERT OR IGNORE INTO resync_named(node,id) VALUES(?,?)", peer, id);
}

// As its release and itself, one name; and where she withdrew there, as its release.
Outcome note_closed(Transaction& tx, const Grant& g) {
    Bytes name = to_bytes(g.release.get());
    append(name, g.id.get());
    LEEWARD_TRY(note_named(tx, g.peer, name));
    if (g.discloser != schema::GrantDiscloser::REVOKED) return Done{};
    return note_named(tx, g.peer, g.release.get());
}

Outcome call_back_unheld(
    Desk& desk, Transaction& tx, const schema::NodeId& peer, Time restored, Time now) {
    LEEWARD_ASSIGN(const auto releases,
                   ids_of<schema::ReleaseId>(tx.query(
                       "SELECT id FROM release WHERE recipient=? AND leg IS "
                       "NULL AND max(drafted,starts)<=? AND sealed<>x'' ORDER BY drafted,id",
                       peer,
                       schema::unix_seconds(restored))));
    for (const auto& id : releases)
        LEEWARD_TRY(call_back_release(desk, tx, id, now));
    return Done{};
}

Outcome call_back_unnamed_grants(
    Desk& desk, Transaction& tx, const schema::NodeId& peer, Time restored, Time now) {
    // Nothing is said of one to a partner that never had it.
    LEEWARD_TRY(
        tx.run("UPDATE grant_of SET away=? WHERE ours=1 AND peer=? AND created<=? AND id NOT "
               "IN(SELECT id FROM resync_named WHERE node=grant_of.peer)",
               Away::NO,
               peer,
               schema::unix_seconds(restored)));
    LEEWARD_TRY(call_back_unheld(desk, tx, peer, restored, now));
    LEEWARD_ASSIGN(const auto grants,
                   ids_of<schema::GrantId>(
                       tx.query("SELECT id FROM grant_of WHERE ours=1 AND peer=? AND created<=? "
                                "AND away=? ORDER BY created,id",
                                peer,
                                schema::unix_seconds(restored),
                                Away::NO)));
    for (const auto& id : grants)
        LEEWARD_TRY(call_back_grant(desk, tx, id, now));
    return Done{};
}

Outcome call_back_unnamed_legs(
    Desk& desk, Transaction& tx, const schema::NodeId& peer, Time restored, Time now) {
    LEEWARD_ASSIGN(
        const auto legs,
        ids_of<schema::LegId>(tx.query(
            "SELECT id FROM leg WHERE ours=1 AND peer=? AND opened<=? AND shown<? AND id NOT "
            "IN(SELECT id FROM resync_named WHERE node=leg.peer) ORDER BY opened,id",
            peer,
            schema::unix_seconds(restored),
            schema::LegState::DECLINED)));
    for (const auto& id : legs)
        LEEWARD_TRY(call_back_leg(desk, tx, id, now));
    return tx.run("DELETE FROM resync_named WHERE node=?", peer);
}

}  // namespace leeward::node
