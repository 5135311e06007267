#include "node/exchange/witnessing.h"

#include <algorithm>

#include "node/audit/witness.h"
#include "node/exchange/disclose.h"
#include "node/exchange/frozen.h"
#include "node/exchange/notices.h"
#include "node/exchange/witness_policy.h"
#include "schema/limits.h"

namespace leeward::node {
namespace {

using crypto::Checkpoint;
using schema::AddCheckpoint;
using schema::Time;
using schema::WitnessAnswer;
using schema::Witnessing;
using schema::WitnessStatus;
using std::chrono::hours;
using std::chrono::minutes;

constexpr auto again = minutes(10);
constexpr auto silent_after = hours(6);
constexpr auto patience = hours(72);
constexpr auto believed_after = hours(48);
constexpr auto still_new = hours(2);
constexpr auto a_day = hours(24);

struct OwnWitness {
    std::uint64_t held = 0;
    Time answered;
};

Result<OwnWitness> own_witness(Transaction& tx, const schema::NodeId& node) {
    auto rows = tx.query("SELECT held,answered FROM own_witness WHERE node=?", node);
    OwnWitness out;
    if (rows.next())
        out = {static_cast<std::uint64_t>(rows.integer(0)), schema::from_unix(rows.integer(1))};
    LEEWARD_TRY(rows.status());
    return out;
}

Outcome note_answer(Transaction& tx, const schema::NodeId& node, std::uint64_t held, Time now) {
    return tx.run("INSERT OR REPLACE INTO own_witness(node,held,answered) VALUES(?,?,?)",
                  node,
                  static_cast<std::int64_t>(held),
                  schema::unix_seconds(now));
}

// A refusal is no answer: a witness that gives nothing else is replaced like one that is silent.
Outcome note_held(Transaction& tx, const schema::NodeId& node, std::uint64_t held) {
    return tx.run(
        "INSERT INTO own_witness(node,held) VALUES(?,?) ON CONFLICT(node) DO UPDATE SET "
        "held=excluded.held",
        node,
        static_cast<std::int64_t>(held));
}

Result<bool> has_cosigned(Transaction& tx,
                          const std::string& origin,
                          std::uint64_t size,
                          const crypto::Vkey& witness) {
    auto rows = tx.query("SELECT 1 FROM head_cosignature WHERE origin=? AND size=? AND witness=?",
                         origin,
                         static_cast<std::int64_t>(size),
                         witness.name);
    const bool has = rows.next();
    LEEWARD_TRY(rows.status());
    return has;
}

// The published head stands in the tree of the working head beside it.
bool connects(const Checkpoint& published,
              const Checkpoint& head,
              std::span<const schema::Growth> growth) {
    if (published.size == head.size) return published.root == head.root;
    return std::any_of(growth.begin(), growth.end(), [&](const schema::Growth& proof) {
        return !proof.disowned && proof.from == published.size.get() &&
               crypto::verify_consistency(
                   published.size, head.size, proof.path, published.root, head.root);
    });
}

Result<bool> is_there(Rows rows) {
    const bool found = rows.next();
    LEEWARD_TRY(rows.status());
    return found;
}

Result<bool> was_heard(Transaction& tx, const Peer& peer, Time since) {
    return is_there(tx.query("SELECT 1 FROM uncovered_head WHERE node=? AND since>? LIMIT 1",
                             peer.node(),
                             schema::unix_seconds(since)));
}

// A working head that no cosigned head covers: the newest of each hour is remembered.
Outcome note_working_head(Transaction& tx, const Peer& peer, const Checkpoint& head, Time now) {
    const std::int64_t at = schema::unix_seconds(now);
    return tx.run(
        "INSERT INTO uncovered_head(node,hour,size,since) SELECT ?1,?2,?3,?4 WHERE ?3>(SELECT "
        "cosigned_size FROM peer WHERE node=?1) ON CONFLICT(node,hour) DO UPDATE SET "
        "since=excluded.since,size=excluded.size WHERE excluded.size>size",
        peer.node(),
        at / 3600,
        static_cast<std::int64_t>(head.size.get()),
        at);
}

}  // namespace

Result<bool> is_unwitnessed(Transaction& tx, const Peer& peer, Time now) {
    return is_there(tx.query("SELECT 1 FROM uncovered_head WHERE node=? AND since<=? LIMIT 1",
                             peer.node(),
                             schema::unix_seconds(now - patience)));
}

Outcome forget_witnessed(Transaction& tx, const schema::NodeId& peer) {
    LEEWARD_TRY(tx.run("UPDATE peer SET cosigned='',cosigned_size=0 WHERE node=?", peer));
    LEEWARD_TRY(tx.run("DELETE FROM uncovered_head WHERE node=?", peer));
    return settle_notice(tx, "UNWITNESSED", peer.get());
}

void Witnesses::send_later(Transaction& tx, const schema::NodeId& peer, Witnessing what) {
    tx.on_commit([this, peer, what = std::move(what)] { courier_.heads().attach(peer, what); });
}

// Three, or as many as its policy names, and one more for each of these who has been silent for six
// hours.
Outcome Witnesses::ask(Transaction& tx, Time now) {
    if (!shown_since_start_) LEEWARD_TRY(show_newest(tx, now));
    LEEWARD_ASSIGN(const WitnessesToAsk to_ask, witnesses_to_ask(desk_, tx, now));
    std::size_t wanted = to_ask.always;
    std::size_t asked = 0;
    for (const auto& witness : to_ask.in_turn) {
        if (asked++ == wanted) break;
        LEEWARD_ASSIGN(const OwnWitness one, own_witness(tx, witness.node));
        if (asked <= to_ask.always && one.answered + silent_after < now) ++wanted;
        const auto last = asked_.find(witness.node);
        const bool is_first = last == asked_.end();
        if (!is_first && last->second.again > now && last->second.again <= now + again) continue;
        LEEWARD_ASSIGN(const auto newest, newest_published(tx));
        if (!newest) return Done{};
        LEEWARD_ASSIGN(const bool has,
                       has_cosigned(tx, desk_.log.origin(), newest->size, witness.key));
        if (is_first || !has) LEEWARD_TRY(ask_one(tx, witness.node, now));
    }
    return Done{};
}

// Whoever takes a file may not carry back what it answers: each file says again what we hold of theirs.
Outcome Witnesses::vouch_in_file(Transaction& tx, const schema::NodeId& node, Time now) {
    const Peer* peer = desk_.peers.find(node);
    if (peer == nullptr || courier_.heads().has_witness_answer(node)) return Done{};
    LEEWARD_ASSIGN(const auto note, witnessed_head(tx, peer->log()));
    if (!note) return Done{};
    LEEWARD_ASSIGN(const auto held, crypto::open_checkpoint(*note, peer->log()));
    Witnessing what;
    LEEWARD_ASSIGN(
        what.answer,
        add_checkpoint(
            tx, desk_.self.witness, peer->log(), {held.checkpoint.size.get(), {}, *note}, now));
    send_later(tx, node, std::move(what));
    return Done{};
}

Outcome Witnesses::ask_in_file(Transaction& tx, const schema::NodeId& peer, Time now) {
    LEEWARD_TRY(vouch_in_file(tx, peer, now));
    const auto all = witnesses_for(desk_, desk_.self.node(), now);
    const auto witness = std::find_if(
        all.begin(), all.end(), [&](const WitnessOf& one) { return one.node == peer; });
    LEEWARD_ASSIGN(const auto newest, newest_published(tx));
    if (witness == all.end() || !newest) return Done{};
    LEEWARD_ASSIGN(const bool has,
                   has_cosigned(tx, desk_.log.origin(), newest->size, witness->key));
    return has ? Outcome(Done{}) : ask_one(tx, peer, now);
}

// The answer to the first question after a start says what that witness holds of our log.
Outcome Witnesses::ask_one(Transaction& tx,
                           const schema::NodeId& node,
                           Time now,
                           Question question) {
    LEEWARD_ASSIGN(const auto newest, newest_published(tx));
    if (!newest) return Done{};
    LEEWARD_ASSIGN(const OwnWitness one, own_witness(tx, node));
    auto note = crypto::parse_note(newest->note);
    if (!note) return note.error();
    note->signatures.resize(1);  // our own
    AddCheckpoint ask{one.held, {}, crypto::format_note(*note)};
    if (ask.old > newest->size) ask.old = 0;
    if (ask.old != 0 && ask.old < newest->size) {
        LEEWARD_ASSIGN(ask.path, desk_.log.growth(tx, ask.old, newest->size));
    }
    tx.on_commit([this, node, now, question] { asked_[node] = {now + again, question}; });
    Witnessing what;
    what.ask = std::move(ask);
    send_later(tx, node, std::move(what));
    return Done{};
}

Outcome Witnesses::take(
    Transaction& tx, Peer& peer, const Checkpoint& head, const schema::Inner& inner, Time now) {
    LEEWARD_TRY(note_working_head(tx, peer, head, now));
    const Witnessing& said = inner.witnessing;
    if (!said.published.empty()) LEEWARD_TRY(take_published(tx, peer, head, inner, now));
    if (said.answer) LEEWARD_TRY(take_answer(tx, peer, *said.answer, now));
    return said.ask ? take_ask(tx, peer, *said.ask, now) : Outcome(Done{});
}

// Two heads of one size, or a proof that does not hold, are evidence against that log.
Outcome Witnesses::take_ask(Transaction& tx, Peer& peer, const AddCheckpoint& ask, Time now) {
    if (!peer.is_member() || ask.note.size() > schema::limits::head_bytes) return Done{};
    LEEWARD_ASSIGN(auto answer, add_checkpoint(tx, desk_.self.witness, peer.log(), ask, now));
    const bool forked = answer.status == WitnessStatus::OTHER_ROOT;
    if (forked || answer.status == WitnessStatus::BAD_PROOF)
        LEEWARD_TRY(freeze(
            desk_,
            tx,
            peer,
            {forked ? ConflictKind::FORKED : ConflictKind::FALSE_PROOF, answer.text, ask.note},
            now));
    Witnessing what;
    what.answer = std::move(answer);
    send_later(tx, peer.node(), std::move(what));
    return Done{};
}

// A witness whose clock is ahead of ours counts as silent: others are asked in its place, and it is asked for the
// head of each later hour. The first that is signed with both clocks right covers all leaves before it. But it
// may be ours that is behind, and no witness is believed: where the last witnessed head is of a time to come,
// or of two days ago, any time is taken. One that looks wrong does less harm than names that wait.
Result<WitnessClock> Witnesses::clock_of_witnesses(Transaction& tx, Time now) {
    LEEWARD_ASSIGN(const auto until, witnessed_until(desk_, tx, now));
    const Time long_ago = now - believed_after;
    if (until)
        return *until < long_ago || *until > now ? WitnessClock::ANY : WitnessClock::NOT_AHEAD;
    LEEWARD_ASSIGN(const bool is_old,
                   is_there(tx.query("SELECT 1 FROM published_head WHERE hour<? LIMIT 1",
                                     schema::unix_seconds(long_ago) / 3600)));
    return is_old ? WitnessClock::ANY : WitnessClock::NOT_AHEAD;
}

Outcome Witnesses::take_answer(Transaction& tx, Peer& peer, const WitnessAnswer& answer, Time now) {
    if (answer.text.size() > schema::limits::head_bytes) return Done{};
    if (answer.status != WitnessStatus::COSIGNED) return take_refusal(tx, peer, answer, now);
    LEEWARD_ASSIGN(const WitnessClock clock, clock_of_witnesses(tx, now));
    const auto witness = schema::witness_vkey(peer.card);
    LEEWARD_ASSIGN(const auto cosigned,
                   keep_cosignature(tx, answer.size, answer.text, witness, now, clock));
    if (!cosigned) return Done{};
    LEEWARD_TRY(Peers::signed_at(tx, peer, *cosigned));
    LEEWARD_TRY(note_answer(tx, peer.node(), answer.size, now));
    return show_newest(tx, now);
}

// An honest witness needs no more than one: it cosigns what goes on from the head that it has named. Whoever names
// another one again waits for the next usual question.
Outcome Witnesses::ask_corrected(Transaction& tx,
                                 const schema::NodeId& node,
                                 WitnessStatus status,
                                 Time now) {
    const auto last = asked_.find(node);
    const bool was_corrected = last != asked_.end() && last->second.question == Question::CORRECTED;
    if (status != WitnessStatus::OTHER_SIZE || was_corrected) return Done{};
    return ask_one(tx, node, now, Question::CORRECTED);
}

// It holds another head of our log than we thought. One that we do not have was signed by a later life
// of this node: what runs here is an old copy.
Outcome Witnesses::take_refusal(Transaction& tx,
                                Peer& peer,
                                const WitnessAnswer& answer,
                                Time now) {
    if (answer.size == 0) {
        LEEWARD_TRY(note_held(tx, peer.node(), 0));
        return ask_corrected(tx, peer.node(), answer.status, now);
    }
    const auto held = crypto::open_checkpoint(answer.text, desk_.log.vkey());
    if (!held || held->checkpoint.size.get() != answer.size) return Done{};
    LEEWARD_ASSIGN(const bool ours, desk_.log.holds(tx, held->checkpoint));
    if (!ours) return raise(tx, "LOG_OWN_BEHIND", desk_.self.node().get(), peer.node(), now);
    LEEWARD_TRY(note_held(tx, peer.node(), answer.size));
    return ask_corrected(tx, peer.node(), answer.status, now);
}

// It is believed as far as it is of one tree with the working head that came with it.
Outcome Witnesses::take_published(
    Transaction& tx, Peer& peer, const Checkpoint& head, const schema::Inner& inner, Time now) {
    if (inner.witnessing.published.size() > schema::limits::cosigned_bytes || peer.frozen)
        return Done{};
    LEEWARD_ASSIGN(const auto policy, witness_policy(desk_, tx, peer.node(), now));
    const auto opened = open_cosigned(inner.witnessing.published, peer.log(), policy);
    if (!opened || !connects(opened->checkpoint, head, inner.growth)) return Done{};
    const auto size = static_cast<std::int64_t>(opened->checkpoint.size.get());
    LEEWARD_TRY(
        tx.run("UPDATE peer SET cosigned=?,cosigned_size=? WHERE node=? AND cosigned_size<?",
               inner.witnessing.published,
               size,
               peer.node(),
               size));
    LEEWARD_TRY(tx.run("DELETE FROM uncovered_head WHERE node=? AND size<=?", peer.node(), size));
    LEEWARD_ASSIGN(const bool still_waits, is_unwitnessed(tx, peer, now));
    if (still_waits) return Done{};
    return settle_notice(tx, "UNWITNESSED", peer.node().get());
}

Outcome Witnesses::show_newest(Transaction& tx, Time now) {
    LEEWARD_ASSIGN(const auto policy, witness_policy(desk_, tx, desk_.self.node(), now));
    LEEWARD_ASSIGN(auto newest, newest_cosigned(tx, desk_.log.vkey(), policy));
    const bool is_new = newest && newest->at <= now && now - newest->at <= still_new;
    if (is_new) LEEWARD_TRY(send_refused_grants(desk_, tx, now));
    tx.on_commit([this, newest = std::move(newest)] {
        shown_since_start_ = true;
        if (newest) courier_.heads().publish(newest->size, newest->note);
    });
    return Done{};
}

Outcome Witnesses::look_after_partners(Transaction& tx, Time now) {
    for (const Peer* peer : desk_.peers.all()) {
        LEEWARD_ASSIGN(const bool waits, is_unwitnessed(tx, *peer, now));
        LEEWARD_ASSIGN(const bool speaks, was_heard(tx, *peer, now - a_day));
        if (waits && speaks)
            LEEWARD_TRY(raise(tx, "UNWITNESSED", peer->node().get(), peer->node(), now));
    }
    return Done{};
}

Outcome witnesses_follow_clock(Transaction& tx, Time reached) {
    const std::int64_t at = schema::unix_seconds(reached);
    LEEWARD_TRY(tx.run("UPDATE own_witness SET answered=?1 WHERE answered>?1", at));
    return tx.run("UPDATE uncovered_head SET since=?1 WHERE since>?1", at);
}

Result<std::optional<Time>> witnessed_until(Desk& desk, Transaction& tx, Time now) {
    LEEWARD_ASSIGN(const auto policy, witness_policy(desk, tx, desk.self.node(), now));
    LEEWARD_ASSIGN(const auto newest, newest_cosigned(tx, desk.log.vkey(), policy));
    return newest ? std::optional(newest->at) : std::nullopt;
}

}  // namespace leeward::node
