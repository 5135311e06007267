#include "node/outbox/shown_heads.h"

#include "node/mailbox/peer_heads.h"
#include "schema/limits.h"

namespace leeward::node {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

}  // namespace

void ShownHeads::told(const schema::NodeId& peer, std::vector<crypto::Checkpoint> held) {
    told_[peer] = std::move(held);
}

void ShownHeads::attach(const schema::NodeId& peer, schema::Witnessing what) {
    schema::Witnessing& waits = witnessing_[peer];
    if (what.ask) waits.ask = std::move(what.ask);
    if (what.answer) waits.answer = std::move(what.answer);
}

bool ShownHeads::has_witness_answer(const schema::NodeId& peer) const {
    const auto waits = witnessing_.find(peer);
    return waits != witnessing_.end() && waits->second.answer;
}

void ShownHeads::publish(std::uint64_t size, std::string note) {
    published_ = {size, std::move(note)};
}

void ShownHeads::begin(std::int64_t now_ms) {
    today_ = now_ms / day_ms;
}

bool ShownHeads::look_at_log(Transaction& tx) {
    const auto head = log_.sign_head(tx);
    signs_ = head || head.error().code != Errc::corrupt;
    return signs_;
}

bool ShownHeads::call_for_an_envelope(const schema::NodeId& peer) const {
    return signs_ && (witnessing_.contains(peer) || shows_published(peer));
}

// Since a start nobody knows what was shown before.
bool ShownHeads::shows_published(const schema::NodeId& peer) const {
    const auto covered = covered_.find(peer);
    if (covered == covered_.end()) return published_.size > 0;
    const auto shown = shown_.find(peer);
    const bool has_shown = shown != shown_.end() && shown->second > covered->second.size;
    return published_.size > covered->second.size && (has_shown || covered->second.day != today_);
}

Result<schema::Inner> ShownHeads::next(Transaction& tx, const Peer& peer) {
    schema::Inner inner;
    if (!signs_) return inner;
    LEEWARD_ASSIGN(inner.head, log_.sign_head(tx));
    inner.witnessing = witnessing_for(peer.node());
    LEEWARD_ASSIGN(inner.growth, growth_for(tx, peer));
    inner.seen = held_of(peer);
    if (std::string about = gossip_for(peer); !about.empty())
        inner.seen.push_back(std::move(about));
    return inner;
}

schema::Witnessing ShownHeads::witnessing_for(const schema::NodeId& peer) const {
    const auto waits = witnessing_.find(peer);
    schema::Witnessing out = waits == witnessing_.end() ? schema::Witnessing{} : waits->second;
    if (shows_published(peer)) out.published = published_.note;
    return out;
}

void ShownHeads::shown(const schema::NodeId& peer, const schema::Inner& inner) {
    if (inner.head.empty()) return;
    shown_[peer] = log_.size();
    told_.erase(peer);
    witnessing_.erase(peer);
    if (!inner.witnessing.published.empty()) covered_[peer] = {published_.size, today_};
}

// From the head that was last shown to it. Where that chain has broken, it holds several heads, or we
// have just started: then from all that it holds.
Result<std::vector<schema::Growth>> ShownHeads::growth_for(Transaction& tx, const Peer& peer) {
    const std::uint64_t size = log_.size();
    const std::uint64_t before = shown_[peer.node()];
    const auto& held = told_[peer.node()];
    std::vector<schema::Growth> out;
    const auto prove = [&](std::uint64_t from) -> Outcome {
        if (from == 0 || from >= size) return Done{};
        LEEWARD_ASSIGN(auto path, log_.growth(tx, from));
        out.push_back({from, false, std::move(path)});
        return Done{};
    };
    LEEWARD_TRY(prove(before));
    if (shows_published(peer.node()) && published_.size != before)
        LEEWARD_TRY(prove(published_.size));
    for (const auto& head : held) {
        LEEWARD_ASSIGN(const bool ours, log_.holds(tx, head));
        if (!ours)
            out.push_back({head.size.get(), true, {}});
        else if (head.size.get() != before && (held.size() > 1 || before == 0) &&
                 out.size() < schema::limits::growth_proofs)
            LEEWARD_TRY(prove(head.size.get()));
    }
    return out;
}

// Once a day each member of the roster hears from us one head of each other member's log, one an
// envelope, so that two different logs shown to two partners meet. Nothing is said of others.
std::string ShownHeads::gossip_for(const Peer& to) {
    if (!to.founder) return {};
    auto& told = gossip_[to.node()];
    if (told.day != today_) told = {today_, {}};
    while (const Peer* about = peers_.after(told.last)) {
        told.last = about->node();
        if (about != &to && about->founder && !about->held.note.empty()) return about->held.note;
    }
    return {};
}

}  // namespace leeward::node
