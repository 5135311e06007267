#include "tests/sim/watch.h"

#include <algorithm>

#include "crypto/base/hex.h"
#include "schema/catalogue.h"
#include "schema/grant.h"
#include "schema/leg.h"
#include "schema/release.h"
#include "tests/sim/broken.h"

namespace leeward::sim {
namespace {

using schema::AuditRecord;
using schema::EventKind;
using schema::Machine;

crypto::Hash chained(const crypto::Hash& before, node::Rows& rows) {
    Bytes all = to_bytes(before);
    for (const int column : {1, 2, 3})
        append(all, rows.blob(column));
    return crypto::sha256(all);
}

constexpr std::string_view leaves_from =
    "SELECT idx,rec,n,xref FROM leaf WHERE idx>=? ORDER BY idx";

constexpr const char* third_reader = "an envelope was opened that was not sealed for this node";

// What it remembers of them.
std::set<crypto::Hash> opened_by(SimNode& node) {
    std::set<crypto::Hash> all;
    auto rows = node.store().query("SELECT ench FROM envelope");
    while (rows.next())
        all.insert(rows.array<32>(0));
    return all;
}

}  // namespace

Watch::Watch(std::vector<SimNode*> nodes, const Traffic& traffic, int hostile)
    : nodes_(std::move(nodes)), traffic_(traffic), hostile_(hostile), known_(nodes_.size()) {
    for (SimNode* node : nodes_) {
        known(*node).id = node->desk().self.node();
        known(*node).opened = opened_by(*node);
    }
}

void Watch::broken(const SimNode& node, const std::string& what) {
    throw Broken(node.name() + ": " + what);
}

bool Watch::hostile(const SimNode& node) const {
    return static_cast<int>(node.index()) == hostile_;
}

int Watch::index_of(BytesView node) const {
    for (std::size_t i = 0; i < known_.size(); ++i)
        if (equal(known_[i].id.get(), node)) return static_cast<int>(i);
    return -1;
}

int Watch::index_of(const schema::OrganisationTag& tag) const {
    for (std::size_t i = 0; i < known_.size(); ++i)
        if (schema::organisation_tag(known_[i].id) == tag) return static_cast<int>(i);
    return -1;
}

void Watch::stepped(SimNode& node, const SimNode::Stepped& step) {
    if (step.opened > step.for_us) broken(node, third_reader);
    look(node);
}

void Watch::look(SimNode& node) {
    const std::int64_t first = known(node).leaves;
    read_leaves(node);
    read_received(node, first);
    read_opened(node);
    read_outbox(node);
    check_state(node);
    if (node.disk().wrote_forbidden()) broken(node, "words of a record were written in the clear");
    if (traffic_.said_forbidden()) broken(node, "words of a record were sent in the clear");
}

// ------------------------------------------------------------------ the log

void Watch::read_leaves(SimNode& node) {
    Known& k = known(node);
    auto rows = node.store().query(leaves_from, k.leaves);
    while (rows.next()) {
        if (rows.integer(0) != k.leaves) broken(node, "the log has a gap");
        ++k.leaves;
        k.chain = chained(k.chain, rows);
        if (rows.blob(1).size() < schema::audit_record_bytes) continue;  // a PAD
        const auto event = schema::decode_audit_record(rows.blob(1));
        if (!event) broken(node, "an entry of the log does not read");
        read_leaf(node, *event, rows.array<32>(3));
    }
    if (!rows.status()) broken(node, "the log does not read: " + rows.status().error().detail);
}

bool Watch::has_sent(int node, const crypto::Hash& xref) const {
    const Known& k = known_.at(static_cast<std::size_t>(node));
    return k.sent.contains(xref) || k.sent_before.contains(xref);
}

void Watch::read_leaf(SimNode& node, const AuditRecord& event, const crypto::Hash& xref) {
    Known& k = known(node);
    switch (event.kind) {
        case EventKind::SEND:
            k.sent.emplace(xref,
                           Sent{event.other,
                                event.machine == Machine::LEG || event.machine == Machine::GRANT});
            if (event.machine == Machine::GRANT && event.release != crypto::Hash{})
                check_disclosure(node, event);
            break;
        case EventKind::ABANDONED:
            k.abandoned.insert(event.release);  // the xref of what it closes
            break;
        case EventKind::RECEIPT: {
            if (!k.receipts.insert(xref).second) broken(node, "a message took effect twice");
            const int sender = index_of(event.other);
            const bool shares = event.machine == Machine::GRANT &&
                                event.transition == static_cast<Byte>(schema::GrantMove::G2t);
            const bool pairs = event.machine == Machine::LEG || event.machine == Machine::GRANT;
            const bool must_be_logged = sender == hostile_ ? shares : pairs;
            if (sender >= 0 && must_be_logged && !has_sent(sender, xref))
                broken(node, "a disclosure was taken that its sender's log does not hold");
            break;
        }
        case EventKind::REFUSED:
            k.refused.insert(xref);
            break;
        case EventKind::PAD:
        case EventKind::ACT:
        case EventKind::VIEW:
        case EventKind::ERASED:
        case EventKind::RAISED:
        case EventKind::STARTED:
        case EventKind::PRINT:
        case EventKind::RESTORED:
            break;
    }
}

void Watch::check_disclosure(SimNode& node, const AuditRecord& event) {
    if (hostile(node)) return;
    auto rows = node.store().query("SELECT state,expires,recipient FROM release WHERE commitment=?",
                                   event.release);
    if (!rows.next()) broken(node, "a disclosure names a release that is not there");
    const auto state = static_cast<schema::ReleaseState>(rows.integer(0));
    if (!schema::live(state) || rows.integer(1) <= node.clock().seconds())
        broken(node, "a disclosure under a release that is not in force");
    if (schema::organisation_tag(rows.id<schema::NodeId>(2)) != event.other)
        broken(node, "a disclosure to another than the release names");
}

// ------------------------------------------------------------------ delivery

void Watch::read_received(SimNode& node, std::int64_t first_leaf) {
    auto rows =
        node.store().query("SELECT peer,mid,refused FROM received WHERE leaf>=?", first_leaf);
    while (rows.next())
        known(node).received.push_back({rows.bytes(0), rows.bytes(1), rows.text(2)});
}

// Those that were there when the watch began came before it.
void Watch::read_opened(SimNode& node) {
    auto& opened = known(node).opened;
    for (const auto& ench : opened_by(node))
        if (opened.insert(ench).second && !node.was_sent(ench)) broken(node, third_reader);
}

void Watch::read_outbox(SimNode& node) {
    Known& k = known(node);
    std::map<Bytes, Waiting> now;
    auto rows = node.store().query(
        "SELECT o.mid,o.peer,l.xref,coalesce(o.leg,x'') FROM outbox o JOIN leaf l ON l.idx=o.leaf");
    while (rows.next()) {
        now.emplace(rows.bytes(0), Waiting{rows.bytes(1), rows.array<32>(2)});
        k.said[rows.bytes(3)].insert(rows.bytes(0));
    }
    for (const auto& [mid, waiting] : k.waiting)
        if (!now.contains(mid)) check_gone(node, mid, waiting);
    k.waiting = std::move(now);
}

void Watch::check_gone(SimNode& node, const Bytes& mid, const Waiting& waiting) {
    const Known& k = known(node);
    const int to = index_of(waiting.peer);
    if (k.abandoned.contains(waiting.xref) || to < 0 || to == hostile_ || hostile(node)) return;
    known_[static_cast<std::size_t>(to)].owed.emplace_back(to_bytes(k.id.get()), mid);
    SimNode& recipient = *nodes_[static_cast<std::size_t>(to)];
    if (recipient.running() && !recipient.disk().is_off()) check_owed(recipient);
}

void Watch::check_owed(SimNode& node) {
    for (const auto& [sender, mid] : std::exchange(known(node).owed, {})) {
        auto rows = node.store().query(
            "SELECT 1 FROM received WHERE peer=? AND mid=?", BytesView(sender), BytesView(mid));
        if (!rows.next() && !known(node).forgotten.contains({sender, mid}))
            broken(node, "a message was taken off its sender's list and is not here");
    }
}

void Watch::set_back(const SimNode& node) {
    Known& k = known(node);
    for (const auto& [xref, sent] : std::exchange(k.sent, {}))
        k.sent_before.insert(xref);
    k.receipts_before.merge(std::exchange(k.receipts, {}));
    for (const auto& one : std::exchange(k.received, {}))
        k.forgotten.emplace(one.peer, one.mid);
    k.waiting.clear();
    k.leaves = 0;
    k.chain = {};
}

void Watch::restarted(SimNode& node) {
    const Known& k = known(node);
    crypto::Hash chain{};
    std::int64_t leaves = 0;
    auto rows = node.store().query(leaves_from, std::int64_t{0});
    while (leaves < k.leaves && rows.next()) {
        ++leaves;
        chain = chained(chain, rows);
    }
    if (leaves < k.leaves)
        broken(node,
               "acknowledged acts are lost: the log had " + std::to_string(k.leaves) +
                   " entries, and has " + std::to_string(leaves));
    if (chain != k.chain) broken(node, "an acknowledged act has become another");
    for (const auto& one : k.received) {
        auto found = node.store().query("SELECT refused FROM received WHERE peer=? AND mid=?",
                                        BytesView(one.peer),
                                        BytesView(one.mid));
        if (!found.next() || found.text(0) != one.refused)
            broken(node, "a message that was receipted is not there any more");
    }
    look(node);
    check_owed(node);
    keys_are_there(node);
}

// ------------------------------------------------------------------ state

void Watch::check_state(SimNode& node) {
    const auto none = [&](const char* what, std::string_view sql) {
        if (node.number(sql) != 0) broken(node, what);
    };
    // But by a restored node, once before it and once since.
    none("a need has two chosen legs",
         "SELECT count(*) FROM (SELECT need FROM leg WHERE ours=1 AND shown BETWEEN 8 AND 13 GROUP "
         "BY need HAVING count(*)>1) WHERE NOT EXISTS(SELECT 1 FROM closed_log)");
    none("nobody is called about two places of one need",
         "SELECT count(*) FROM (SELECT need FROM leg WHERE ours=1 AND shown BETWEEN 8 AND 14 GROUP "
         "BY need HAVING count(*)>1) WHERE need NOT IN (SELECT subject FROM notice WHERE "
         "code='TWO_PLACES_CHOSEN')");
    static_assert(static_cast<int>(schema::LegState::SELECTED) == 8 &&
                  static_cast<int>(schema::LegState::NOT_ARRIVED) == 13 &&
                  static_cast<int>(schema::LegState::ARRIVED) == 14);
    auto rows = node.store().query(
        "SELECT r.state FROM outbox o JOIN grant_of g ON g.id=o.grant_id JOIN release r ON "
        "r.id=g.release WHERE o.kind=?",
        schema::MessageKind::GRANT);
    while (rows.next())
        if (!hostile(node) && !schema::live(static_cast<schema::ReleaseState>(rows.integer(0))))
            broken(node, "a disclosure waits to be sent although its release has ended");
}

// ------------------------------------------------------------------ once all is mended

void Watch::at_rest() {
    for (SimNode* node : nodes_)
        if (!hostile(*node)) all_delivered(*node);
    for (SimNode* node : nodes_) {
        if (hostile(*node)) continue;
        legs_agree(*node);
        grants_agree(*node);
        verifies(*node);
    }
}

void Watch::an_hour_later() {
    for (SimNode* node : nodes_)
        if (!hostile(*node)) none_outlived(*node);
}

void Watch::all_delivered(SimNode& node) {
    Known& k = known(node);
    for (const auto& [mid, waiting] : k.waiting) {
        const int to = index_of(waiting.peer);
        if (to >= 0 && to != hostile_)
            broken(node, "a message is not delivered although all is mended");
    }
    for (const auto& [xref, sent] : k.sent) {
        const int to = index_of(sent.to);
        if (!sent.on_leg || to < 0 || to == hostile_ || k.abandoned.contains(xref)) continue;
        const auto& other = known_[static_cast<std::size_t>(to)];
        if (!other.receipts.contains(xref) && !other.receipts_before.contains(xref) &&
            !other.refused.contains(xref))
            broken(node, "a message in the log is neither received nor abandoned");
    }
}

namespace {

struct Sides {
    schema::Ask ask;
    std::int64_t ask_counter;
    schema::Answer answer;
    std::int64_t answer_counter;
    schema::LegState shown;
};

constexpr std::string_view sides_of =
    "SELECT ask,ask_counter,answer,answer_counter,shown FROM leg WHERE id=?";

std::optional<Sides> sides(node::Store& store, const Bytes& id) {
    auto rows = store.query(sides_of, BytesView(id));
    if (!rows.next()) return std::nullopt;
    return Sides{static_cast<schema::Ask>(rows.integer(0)),
                 rows.integer(1),
                 static_cast<schema::Answer>(rows.integer(2)),
                 rows.integer(3),
                 static_cast<schema::LegState>(rows.integer(4))};
}

std::string text(const Sides& s) {
    return std::string(schema::name(s.shown)) + " (" + std::string(schema::name(s.ask)) + " " +
           std::to_string(s.ask_counter) + ", " + std::string(schema::name(s.answer)) + " " +
           std::to_string(s.answer_counter) + ")";
}

// The receipt stands for STORED, and of what was called back none is waited for. To a house that has
// discarded it no further content goes: both show MISDIRECTED, and the last word was withheld.
bool agree(const Sides& a, const Sides& b) {
    const auto nothing = [](const Sides& s) {
        return s.answer == schema::Answer::NONE || s.answer == schema::Answer::STORED;
    };
    const bool answers = (nothing(a) && nothing(b)) ||
                         (a.answer == b.answer && a.answer_counter == b.answer_counter);
    const bool asks = a.ask == b.ask && a.ask_counter == b.ask_counter;
    const bool withheld = a.answer == schema::Answer::DISCARDED &&
                          a.shown == schema::LegState::MISDIRECTED &&
                          a.ask_counter > b.ask_counter && !schema::closes(a.ask);
    return a.shown == b.shown && answers && (asks || withheld);
}

}  // namespace

// What a wrong clock made too old is refused for good: what was said of this leg, and a person is called
// at its sender.
bool Watch::was_told_of_refusal(SimNode& node, const Bytes& leg) {
    const auto& said = known(node).said[leg];
    return std::any_of(said.begin(), said.end(), [&](const Bytes& mid) {
        return node.store()
            .query("SELECT 1 FROM notice WHERE code LIKE 'REFUSED_%' AND subject=?", BytesView(mid))
            .next();
    });
}

void Watch::legs_agree(SimNode& node) {
    std::vector<std::pair<Bytes, Bytes>> legs;
    auto rows = node.store().query("SELECT id,peer FROM leg WHERE ours=1");
    while (rows.next())
        legs.emplace_back(rows.bytes(0), rows.bytes(1));
    for (const auto& [id, peer] : legs) {
        const int other = index_of(peer);
        if (other < 0 || other == hostile_) continue;
        SimNode& there = *nodes_[static_cast<std::size_t>(other)];
        const auto ours = sides(node.store(), id);
        const auto theirs = sides(there.store(), id);
        if (was_told_of_refusal(node, id) || was_told_of_refusal(there, id)) continue;
        if (!theirs && !schema::closes(ours->ask)) broken(node, "a leg never came: " + text(*ours));
        if (theirs && !agree(*ours, *theirs))
            broken(node, "a leg shows " + text(*ours) + " here and " + text(*theirs) + " there");
    }
}

// What was received was given, under the same fields, to this very node. Where the closing word came first
// nothing was received, and nothing is held.
void Watch::grants_agree(SimNode& node) {
    const schema::FieldSet none;
    auto rows = node.store().query("SELECT id,peer,fields,sealed FROM grant_of WHERE ours=0");
    while (rows.next()) {
        const int giver = index_of(rows.blob(1));
        if (giver < 0 || giver == hostile_) continue;
        auto given = nodes_[static_cast<std::size_t>(giver)]->store().query(
            "SELECT fields,peer FROM grant_of WHERE ours=1 AND id=?", rows.blob(0));
        if (!given.next()) broken(node, "a grant is held that nobody gave");
        const bool came = rows.array<24>(2) != none.bytes() || !rows.blob(3).empty();
        if (came && !equal(given.blob(0), rows.blob(2)))
            broken(node, "a grant is not what was given");
        if (!equal(given.blob(1), known(node).id.get())) broken(node, "a grant is another's");
    }
}

// What is kept has its key: it was durable before the record was.
void Watch::keys_are_there(SimNode& node) {
    for (const auto& [prefix, sql] :
         {std::pair{"leg/", "SELECT id FROM leg WHERE erased=0 AND detail!=x''"},
          std::pair{"grant/", "SELECT id FROM grant_of WHERE sealed!=x''"},
          std::pair{"case/", "SELECT id FROM survivor_case WHERE sealed!=x''"}}) {
        auto rows = node.store().query(sql);
        while (rows.next())
            if (!node.home().keyring.contains(prefix + hex::encode(rows.blob(0))))
                broken(node, std::string("the key of a record is lost: ") + prefix);
    }
}

// What is erased has no key any more. A discloser, who keeps no copy, holds one until the other has attested.
void Watch::none_outlived(SimNode& node) {
    static_assert(static_cast<int>(schema::GrantRecipient::ERASURE_ATTESTED) == 2);
    for (const auto& [prefix, sql] :
         {std::pair{"leg/", "SELECT id FROM leg WHERE erased!=0"},
          std::pair{"grant/",
                    "SELECT id FROM grant_of WHERE sealed=x'' AND (ours=0 OR recipient=2)"}}) {
        auto rows = node.store().query(sql);
        while (rows.next())
            if (node.home().keyring.contains(prefix + hex::encode(rows.blob(0))))
                broken(node, std::string("the key of an erased record is still there: ") + prefix);
    }
}

void Watch::verifies(SimNode& node) {
    if (!node.must("audit.verify").bool_at("verified")) broken(node, "the log does not verify");
    const Outcome sound = node.store().verify();
    if (!sound) broken(node, "the store does not verify: " + sound.error().detail);
    keys_are_there(node);
    auto rows = node.store().query("SELECT node FROM peer WHERE frozen!=0 OR alarm!=''");
    while (rows.next()) {
        const int peer = index_of(rows.blob(0));
        if (peer >= 0 && peer != hostile_)
            broken(node, "an honest partner is frozen or under an alarm");
    }
}

}  // namespace leeward::sim
