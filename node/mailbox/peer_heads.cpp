#include "node/mailbox/peer_heads.h"

#include <algorithm>
#include <array>

#include "schema/limits.h"

namespace leeward::node {
namespace {

using crypto::Checkpoint;
using schema::Growth;

constexpr std::size_t most_loose = 16;  // more than an honest log can have

enum class Line { UNKNOWN, ONE, BROKEN, DISOWNED };

// How an older head stands to one that its log shows now.
Line line_of(const Checkpoint& older, const Checkpoint& shown, std::span<const Growth> growth) {
    if (older.size == shown.size) return older.root == shown.root ? Line::ONE : Line::BROKEN;
    for (const auto& proof : growth) {
        if (proof.from != older.size.get()) continue;
        if (proof.disowned) return Line::DISOWNED;
        return crypto::verify_consistency(
                   older.size, shown.size, proof.path, older.root, shown.root)
                   ? Line::ONE
                   : Line::BROKEN;
    }
    return Line::UNKNOWN;
}

Conflict conflict(Line line, const ShownHead& held, const ShownHead& shown) {
    const auto kind = line == Line::DISOWNED          ? ConflictKind::DISOWNED
                      : held.at.size == shown.at.size ? ConflictKind::FORKED
                                                      : ConflictKind::FALSE_PROOF;
    return {kind, held.note, shown.note};
}

Outcome hold(Transaction& tx, Peer& peer, const ShownHead& shown, schema::Time now) {
    LEEWARD_TRY(tx.run("UPDATE peer SET head=?,head_size=?,last_heard=? WHERE node=?",
                       shown.note,
                       static_cast<std::int64_t>(shown.at.size.get()),
                       schema::unix_seconds(now),
                       peer.node()));
    peer.held = shown;
    return Done{};
}

Outcome add_loose(Transaction& tx, Peer& peer, const ShownHead& shown, schema::Time now) {
    const bool known =
        std::any_of(peer.loose.begin(), peer.loose.end(), [&](const LooseHead& loose) {
            return loose.head.at.size == shown.at.size;
        });
    if (known || peer.loose.size() >= most_loose) return Done{};
    LEEWARD_TRY(tx.run("INSERT INTO loose_head(node,size,note,since) VALUES(?,?,?,?)",
                       peer.node(),
                       static_cast<std::int64_t>(shown.at.size.get()),
                       shown.note,
                       schema::unix_seconds(now)));
    peer.loose.push_back({shown, now, 0});
    return Done{};
}

// The loose heads that `shown` is proven to continue need no more proof than `shown` itself.
Outcome join_loose(Transaction& tx,
                   Peer& peer,
                   const ShownHead& shown,
                   std::span<const Growth> growth) {
    for (const auto& loose : peer.loose)
        if (line_of(loose.head.at, shown.at, growth) == Line::ONE)
            LEEWARD_TRY(tx.run("DELETE FROM loose_head WHERE node=? AND size=?",
                               peer.node(),
                               static_cast<std::int64_t>(loose.head.at.size.get())));
    std::erase_if(peer.loose, [&](const LooseHead& loose) {
        return line_of(loose.head.at, shown.at, growth) == Line::ONE;
    });
    return Done{};
}

std::optional<Conflict> find_conflict(const Peer& peer,
                                      const ShownHead& shown,
                                      std::span<const Growth> growth) {
    const auto against = [&](const ShownHead& held) -> std::optional<Conflict> {
        const Line line = line_of(held.at, shown.at, growth);
        if (line != Line::BROKEN && line != Line::DISOWNED) return std::nullopt;
        return conflict(line, held, shown);
    };
    if (auto found = against(peer.held)) return found;
    for (const auto& loose : peer.loose)
        if (auto found = against(loose.head)) return found;
    return std::nullopt;
}

}  // namespace

std::string_view name(ConflictKind kind) {
    constexpr std::array<std::string_view, 5> names{
        "", "FORKED", "FALSE_PROOF", "DISOWNED", "UNPROVEN"};
    return names.at(static_cast<std::size_t>(kind));
}

Result<std::optional<Conflict>> take_head(Transaction& tx,
                                          Peer& peer,
                                          const ShownHead& shown,
                                          std::span<const Growth> growth,
                                          schema::Time now) {
    using None = std::optional<Conflict>;
    if (peer.held.note.empty()) {
        LEEWARD_TRY(hold(tx, peer, shown, now));
        return None();
    }
    if (auto found = find_conflict(peer, shown, growth)) {
        LEEWARD_TRY(add_loose(tx, peer, shown, now));
        return found;
    }
    LEEWARD_TRY(join_loose(tx, peer, shown, growth));
    const Line line = line_of(peer.held.at, shown.at, growth);
    if (line == Line::UNKNOWN)
        LEEWARD_TRY(add_loose(tx, peer, shown, now));
    else if (shown.at.size > peer.held.at.size)
        LEEWARD_TRY(hold(tx, peer, shown, now));
    return None();
}

std::vector<std::string> held_of(const Peer& peer) {
    std::vector<std::string> notes;
    if (peer.held.note.empty()) return notes;
    notes.push_back(peer.held.note);
    for (const auto& loose : peer.loose)
        if (notes.size() < schema::limits::seen_heads / 2) notes.push_back(loose.head.note);
    return notes;
}

Outcome forget_heads(Transaction& tx, Peer& peer) {
    LEEWARD_TRY(tx.run("DELETE FROM loose_head WHERE node=?", peer.node()));
    LEEWARD_TRY(tx.run("UPDATE peer SET head='',head_size=0 WHERE node=?", peer.node()));
    peer.held = {};
    peer.loose.clear();
    return Done{};
}

}  // namespace leeward::node
