#include "node/exchange/recovered.h"

#include <algorithm>

#include "node/exchange/grant_ends.h"
#include "node/exchange/grants.h"
#include "node/exchange/leg_register.h"
#include "node/exchange/legs.h"
#include "node/exchange/need_rows.h"
#include "node/exchange/needs.h"
#include "node/exchange/notices.h"
#include "node/exchange/releases.h"
#include "schema/words.h"

namespace leeward::node {
namespace {

using schema::Machine;
using schema::Time;

// A case whose record is lost: its people open it and write down what they know.
Result<Case> empty_case(Desk& desk, Transaction& tx, Time opened, Time now) {
    Case one;
    one.id = schema::new_id<schema::CaseId>(desk.random);
    one.codename = schema::codename(desk.random);
    one.opened = opened;
    LEEWARD_TRY(desk.records.ensure(case_record(one.id)));
    LEEWARD_ASSIGN(const Bytes sealed,
                   desk.records.seal(case_record(one.id), case_place(one.id), as_bytes("{}")));
    LEEWARD_TRY(
        tx.run("INSERT INTO survivor_case(id,codename,state,opened,since,idle,sealed) "
               "VALUES(?,?,?,?,?,0,?)",
               one.id,
               one.codename,
               one.state,
               schema::unix_seconds(opened),
               schema::unix_seconds(now),
               BytesView(sealed)));
    LEEWARD_TRY(log_event(desk, tx, act(Machine::CASE, 1, 0, 0, "RESTORED"), now));
    LEEWARD_TRY(raise(tx, "CASE_RECOVERED", one.id.get(), std::nullopt, now));
    return one;
}

Result<schema::NeedId> empty_need(Desk& desk, Transaction& tx, const ResyncLeg& said, Time now) {
    LEEWARD_ASSIGN(const Case one, empty_case(desk, tx, said.opened, now));
    const auto id = schema::new_id<schema::NeedId>(desk.random);
    LEEWARD_ASSIGN(
        const Bytes sealed,
        desk.records.seal(case_record(one.id),
                          need_place(id),
                          as_bytes(R"({"fields":{},"wishes_asked":false,"recovered":true})")));
    const auto state = schema::NeedState::INQUIRING;
    LEEWARD_TRY(
        tx.run("INSERT INTO need(id,case_id,service,priority,state,opened,since,sealed) "
               "VALUES(?,?,?,?,?,?,?,?)",
               id,
               one.id,
               said.service,
               said.priority,
               state,
               schema::unix_seconds(said.opened),
               schema::unix_seconds(now),
               BytesView(sealed)));
    LEEWARD_TRY(
        log_event(desk, tx, act(Machine::NEED, 1, 0, static_cast<Byte>(state), "RESTORED"), now));
    return id;
}

std::optional<schema::CaseId> case_of_leg(Transaction& tx, const schema::LegId& leg) {
    auto rows =
        tx.query("SELECT n.case_id FROM leg l JOIN need n ON n.id=l.need WHERE l.id=?", leg);
    if (!rows.next()) return std::nullopt;
    return rows.id<schema::CaseId>(0);
}

// It covered at least what each grant that is open holds. That is what can be narrowed; nothing is sent under
// it, for here nobody has signed it.
Outcome widen(Desk& desk, Transaction& tx, Release release, const Grant& g) {
    if (!release.detail.bool_at("recovered") || g.fields.is_subset_of(release.fields))
        return Done{};
    release.fields = release.fields | g.fields;
    return save_release(desk, tx, release);
}

// The copy has it as a draft, or its days to be signed have run out here since: what is open shows that it was
// signed after the backup, as far as its grants tell. Which text that was is not known.
Outcome take_for_signed(Desk& desk, Transaction& tx, Release release, const Grant& g, Time now) {
    if (!desk.records.exists(case_record(release.case_id))) return Done{};
    release.purpose = g.purpose;
    release.fields = g.fields;
    release.state = schema::ReleaseState::ACTIVE;
    release.since = release.starts = g.created;
    release.expires = g.expires;
    release.applied = release.raised = {};
    release.detail.set("text_en", "").set("text_es", "").set("signers", Json::array());
    release.detail.set("recovered", true);
    LEEWARD_TRY(settle_notice(tx, "RELEASE_UNSIGNED", release.id.get()));
    return insert_release(desk, tx, release, now);
}

// What is open under a release that has ended here meanwhile is asked back with it.
Outcome mind_known(Desk& desk, Transaction& tx, Release release, const Grant& g, Time now) {
    if (!g.open()) return Done{};
    if (schema::live(release.state)) return widen(desk, tx, std::move(release), g);
    const bool unsigned_here =
        !schema::is_terminal(release.state) || release.state == schema::ReleaseState::VOID;
    return unsigned_here ? take_for_signed(desk, tx, std::move(release), g, now)
                         : grants_of_release_close(desk, tx, release, now);
}

Outcome recover_release(Desk& desk, Transaction& tx, const Grant& g, Time now) {
    if (!g.ours || !g.case_id) return Done{};
    auto known = load_release(desk, tx, g.release);
    if (known) return mind_known(desk, tx, std::move(*known), g, now);
    if (known.error().code != Errc::not_found) return known.error();
    Release release;
    release.id = g.release;
    release.case_id = *g.case_id;
    release.recipient = g.peer;
    release.purpose = g.purpose;
    release.basis = g.basis;
    release.fields = g.fields;
    release.state = g.discloser <= schema::GrantDiscloser::OPENABLE
                        ? schema::ReleaseState::ACTIVE
                        : schema::ReleaseState::WITHDRAWN;
    release.drafted = release.since = release.starts = g.created;
    release.expires = g.expires;
    release.detail.set("recovered", true);
    return insert_release(desk, tx, release, now);
}

}  // namespace

Outcome recover_leg(
    Desk& desk, Transaction& tx, const Peer& peer, const ResyncLeg& said, Time now) {
    Leg leg;
    leg.id = said.id;
    leg.peer = peer.node();
    leg.ours = said.yours;
    leg.alias = said.alias;
    leg.service = said.service;
    leg.priority = said.priority;
    leg.ask = said.ask;
    leg.answer = said.answer;
    leg.opened = leg.answer_from = said.opened;
    leg.hold_until = said.hold_until;
    leg.window_start = said.window_start;
    leg.window_end = said.window_end;
    leg.reason = said.reason;
    show(leg, now);
    leg.since = std::min(said.since, now);
    leg.detail = Json::object({{"recovered", true}});
    LEEWARD_TRY(desk.records.ensure(leg_record(leg.id)));
    if (leg.ours) {
        LEEWARD_ASSIGN(leg.need, empty_need(desk, tx, said, now));
    }
    LEEWARD_TRY(insert_leg(desk, tx, leg));
    LEEWARD_TRY(tx.run("UPDATE leg SET sent=1 WHERE id=?", leg.id));
    LEEWARD_TRY(save_leg(desk, tx, leg));
    if (schema::is_terminal(leg.shown)) return Done{};
    return raise(tx, "LEG_RECOVERED", leg.id.get(), peer.node(), now);
}

Outcome recover_grant(
    Desk& desk, Transaction& tx, const Peer& peer, const ResyncGrant& said, Time now) {
    Grant g;
    g.id = said.id;
    g.ours = said.yours;
    g.peer = peer.node();
    g.leg = said.leg;
    g.release = said.release;
    g.tier = said.tier;
    g.basis = said.basis;
    g.purpose = said.purpose;
    g.fields = said.fields;
    g.handoff = g.fields.is_subset_of(schema::fields_of_group("handoff"));
    g.discloser = said.discloser;
    g.discloser_counter = said.discloser_counter;
    g.recipient = said.recipient;
    g.recipient_counter = said.recipient_counter;
    g.created = std::min(said.created, peer.resync_awaited);  // whatever their clock said
    g.since = now;
    g.expires = said.expires;
    if (g.ours) {
        g.away = Away::STORED;
        g.case_id = case_of_leg(tx, g.leg);
    }
    LEEWARD_TRY(insert_empty_grant(tx, g));
    if (!g.open()) return ask_back_if_closed(desk, tx, std::move(g), now);
    if (g.ours) return recover_release(desk, tx, g, now);
    return raise(tx, "GRANT_LOST", g.id.get(), peer.node(), now);
}

Outcome join_grants(Desk& desk, Transaction& tx, const schema::NodeId& peer, Time now) {
    LEEWARD_TRY(tx.run(
        "UPDATE grant_of SET case_id=(SELECT n.case_id FROM leg l JOIN need n ON n.id=l.need "
        "WHERE l.id=grant_of.leg) WHERE ours=1 AND case_id IS NULL"));
    LEEWARD_ASSIGN(auto grants, grants_of(tx, Whose::PEER, peer.get()));
    // One that is open says that its release is in force, whatever has ended under it.
    std::stable_partition(grants.begin(), grants.end(), [](const Grant& g) { return g.open(); });
    for (const auto& g : grants)
        LEEWARD_TRY(recover_release(desk, tx, g, now));
    return Done{};
}

}  // namespace leeward::node
