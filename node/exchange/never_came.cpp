#include "node/exchange/never_came.h"

#include <algorithm>

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

Outcome call_back_grant(Desk& desk, Transaction& tx, const schema::GrantId& id, Time now) {
    LEEWARD_ASSIGN(Grant g, load_grant(tx, id));
    if (!g.open()) return Done{};
    const schema::NodeId peer = g.peer;
    LEEWARD_TRY(close_grant(desk, tx, std::move(g), schema::GrantMove::G4t, now));
    return raise(tx, "GRANT_NEVER_CAME", id.get(), peer, now);
}

bool is_open_there(const Grant& g) {
    return g.ours && g.open() && g.ever_sent();
}

// Whoever holds something open under it would have been told of a withdrawal.
bool is_held(const std::vector<Grant>& grants) {
    return std::any_of(grants.begin(), grants.end(), is_open_there);
}

// Where nothing is open any more in a leg that had some of it, she withdrew; else she narrowed.
bool has_ended_in_a_leg(const std::vector<Grant>& grants) {
    return std::any_of(grants.begin(), grants.end(), [&](const Grant& g) {
        return g.ever_sent() && !g.handoff &&
               std::none_of(grants.begin(), grants.end(), [&](const Grant& other) {
                   return other.leg == g.leg && is_open_there(other);
               });
    });
}

struct Held {
    FieldSet now;   // open there; and of the handoff set, which ends by itself, what was
    FieldSet ever;  // with what was closed since, which it was told of
};

Held held_under(const std::vector<Grant>& grants) {
    Held held;
    for (const Grant& g : grants) {
        if (!g.ours || !g.ever_sent()) continue;
        held.ever = held.ever | g.fields;
        if (is_open_there(g) || g.handoff) held.now = held.now | g.fields;
    }
    return held;
}

// Sealed for a later step of the leg, or waiting to leave.
Outcome close_unsent(Desk& desk, Transaction& tx, const std::vector<Grant>& grants, Time now) {
    for (const Grant& g : grants)
        if (!g.ever_sent()) LEEWARD_TRY(close_grant(desk, tx, g, schema::GrantMove::G4t, now));
    return Done{};
}

// It goes on for what is held. That she took back the rest would have been heard by nobody.
Outcome narrow_to_held(
    Desk& desk, Transaction& tx, Release& release, const std::vector<Grant>& grants, Time now) {
    const Held held = held_under(grants);
    const FieldSet gone = release.fields - held.now;
    if (gone.empty()) return Done{};
    LEEWARD_TRY(narrow_release(desk, tx, release, gone, "RESTORED", now));
    LEEWARD_TRY(close_unsent(desk, tx, grants, now));
    if (gone.is_subset_of(held.ever)) return Done{};
    return raise(tx, "GRANT_NEVER_CAME", release.id.get(), release.recipient, now);
}

// A grant that was open here is closed there (note_closed): its discloser said so, on whatever basis.
Result<bool> was_closed_since(Transaction& tx, const Release& release) {
    auto rows =
        tx.query("SELECT 1 FROM resync_named WHERE node=? AND id=?", release.recipient, release.id);
    const bool closed = rows.next();
    LEEWARD_TRY(rows.status());
    return closed;
}

Outcome call_back_release(Desk& desk, Transaction& tx, const schema::ReleaseId& id, Time now) {
    LEEWARD_ASSIGN(Release release, load_release(desk, tx, id));
    LEEWARD_ASSIGN(const bool closed, was_closed_since(tx, release));
    const bool live = release.live_at(now);
    if (!ends_on_withdrawal(release) && !(closed && live)) return Done{};
    LEEWARD_ASSIGN(const auto grants, grants_of(tx, Whose::RELEASE, id.get()));
    if (is_held(grants) && !(closed && has_ended_in_a_leg(grants)))
        return live ? narrow_to_held(desk, tx, release, grants, now) : Outcome(Done{});
    LEEWARD_TRY(end_release(desk, tx, release, schema::ReleaseMove::R8, "RESTORED", now));
    if (closed) return Done{};
    return raise(tx, "GRANT_NEVER_CAME", id.get(), release.recipient, now);
}

}  // namespace

Outcome note_named(Transaction& tx, const schema::NodeId& peer, BytesView id) {
    return tx.run("INSERT OR IGNORE INTO resync_named(node,id) VALUES(?,?)", peer, id);
}

Outcome note_closed(Transaction& tx, const Grant& g) {
    return note_named(tx, g.peer, g.release.get());
}

Outcome call_back_unheld(
    Desk& desk, Transaction& tx, const schema::NodeId& peer, Time restored, Time now) {
    LEEWARD_ASSIGN(const auto releases,
                   ids_of<schema::ReleaseId>(
                       tx.query("SELECT id FROM release WHERE recipient=? AND leg IS "
                                "NULL AND drafted<=? AND sealed<>x'' ORDER BY drafted,id",
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
