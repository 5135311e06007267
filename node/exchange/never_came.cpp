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

// Whoever holds something open under it would have been told of a withdrawal.
Result<bool> is_held(Transaction& tx, const Release& release) {
    LEEWARD_ASSIGN(const auto grants, grants_of(tx, Whose::RELEASE, release.id.get()));
    return std::any_of(grants.begin(), grants.end(), [](const Grant& g) {
        return g.ours && g.open() && g.ever_sent();
    });
}

Outcome call_back_release(Desk& desk, Transaction& tx, const schema::ReleaseId& id, Time now) {
    LEEWARD_ASSIGN(Release release, load_release(desk, tx, id));
    LEEWARD_ASSIGN(const bool held, is_held(tx, release));
    if (held || !ends_on_withdrawal(release)) return Done{};
    LEEWARD_TRY(end_release(desk, tx, release, schema::ReleaseMove::R8, "RESTORED", now));
    return raise(tx, "GRANT_NEVER_CAME", id.get(), release.recipient, now);
}

}  // namespace

Outcome note_named(Transaction& tx, const schema::NodeId& peer, BytesView id) {
    return tx.run("INSERT OR IGNORE INTO resync_named(node,id) VALUES(?,?)", peer, id);
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
