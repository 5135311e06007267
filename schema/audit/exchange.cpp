// Two logs that met: each message that one says it sent, the other says it received, under the same
// xref; and both were shown the same log.
#include <algorithm>
#include <map>
#include <unordered_map>

#include "schema/audit/opened_log.h"

namespace leeward::schema {
namespace {

constexpr std::uint32_t receipt_quarters = 72 * 4;

struct HashOfHash {
    std::size_t operator()(const crypto::Hash& hash) const {
        return static_cast<std::size_t>(read_be(BytesView(hash).first(8)));
    }
};
using ByXref = std::unordered_multimap<crypto::Hash, const OpenedLeaf*, HashOfHash>;

bool is_receipt(const AuditRecord& r) {
    return (r.kind == EventKind::RECEIPT || r.kind == EventKind::REFUSED) &&
           r.other != OrganisationTag{};
}
// One statement to all peers is one leaf, which pairs with nobody's receipt; none concerns a person.
bool is_broadcast(const AuditRecord& r) {
    return r.machine == Machine::CAPACITY || r.machine == Machine::NODE;
}

std::pair<std::uint32_t, std::uint32_t> period(const OpenedLog& log) {
    std::pair<std::uint32_t, std::uint32_t> span{~0U, 0};
    for (const auto& leaf : log.leaves)
        if (leaf.record && leaf.record->quarter != 0)
            span = {std::min(span.first, leaf.record->quarter),
                    std::max(span.second, leaf.record->quarter)};
    return span;
}

struct Side {
    const OpenedLog* log = nullptr;
    ByXref leaves;
    std::pair<std::uint32_t, std::uint32_t> period;

    explicit Side(const OpenedLog& opened) : log(&opened), period(schema::period(opened)) {
        for (const auto& leaf : opened.leaves)
            if (leaf.record) leaves.emplace(leaf.xref, &leaf);
    }
    // A leaf under this xref for which `wanted` holds.
    template <class Wanted>
    const OpenedLeaf* find(const crypto::Hash& xref, Wanted wanted) const {
        const auto [from, to] = leaves.equal_range(xref);
        for (auto it = from; it != to; ++it)
            if (wanted(*it->second->record)) return it->second;
        return nullptr;
    }
};

class Pair {
public:
    Pair(const Side& here, const Side& there, Findings& findings)
        : here_(here), there_(there), findings_(findings) {}

    void check() const {
        for (const auto& leaf : here_.log->leaves) {
            if (!leaf.record || leaf.record->other != there_.log->tag()) continue;
            if (is_broadcast(*leaf.record)) continue;
            if (leaf.record->kind == EventKind::SEND) sent(leaf);
            if (is_receipt(*leaf.record)) received(leaf);
        }
    }

private:
    void sent(const OpenedLeaf& leaf) const {
        const bool abandoned = here_.find(
            leaf.xref, [](const AuditRecord& r) { return r.kind == EventKind::ABANDONED; });
        const OpenedLeaf* receipt = there_.find(leaf.xref, is_receipt);
        if (receipt && abandoned && receipt->record->kind == EventKind::RECEIPT)
            return report(FindingKind::ABANDONED_BUT_RECEIVED, leaf);
        if (receipt || abandoned || !covered(*leaf.record)) return;
        if (leaf.record->quarter + receipt_quarters <= here_.period.second)
            report(FindingKind::RECEIPT_MISSING, leaf);
    }

    void received(const OpenedLeaf& leaf) const {
        if (there_.find(leaf.xref, [](const AuditRecord& r) { return r.kind == EventKind::SEND; }))
            return;
        const OpenedLeaf* disguised = there_.find(
            leaf.xref, [](const AuditRecord& r) { return r.kind != EventKind::ABANDONED; });
        if (disguised)
            findings_.push_back({FindingKind::DISCLOSURE_DISGUISED,
                                 there_.log->card.organisation,
                                 disguised->index,
                                 std::nullopt,
                                 here_.log->card.organisation});
        else if (covered(*leaf.record))
            report(FindingKind::DISCLOSURE_UNDECLARED, leaf);
    }

    // The other bundle reaches over this leaf's time.
    bool covered(const AuditRecord& r) const {
        return there_.period.first <= r.quarter && r.quarter <= there_.period.second;
    }

    void report(FindingKind kind, const OpenedLeaf& leaf) const {
        findings_.push_back({kind,
                             here_.log->card.organisation,
                             leaf.index,
                             std::nullopt,
                             there_.log->card.organisation});
    }

    const Side& here_;
    const Side& there_;
    Findings& findings_;
};

struct SeenHead {
    crypto::Checkpoint checkpoint;
    std::string holder;
};

// Heads of `log` that partners hold, signed by it.
std::vector<SeenHead> seen_heads(const OpenedLog& log, std::span<const OpenedLog> logs) {
    const crypto::Vkey key{log.card.log_origin, crypto::NoteKeyType::ed25519, log.card.log};
    std::vector<SeenHead> out;
    for (const auto& holder : logs)
        for (const auto& note : holder.bundle->seen)
            if (const auto seen = crypto::open_checkpoint(note, key))
                out.push_back({seen->checkpoint, holder.card.organisation});
    std::stable_sort(out.begin(), out.end(), [](const SeenHead& a, const SeenHead& b) {
        return a.checkpoint.size < b.checkpoint.size;
    });
    return out;
}

// What the log's own heads and leaves say, asked for sizes that only grow.
class OwnRoots {
public:
    explicit OwnRoots(const OpenedLog& log)
        : tree_(log.bundle->before),
          next_(log.bundle->entries.begin()),
          end_(log.bundle->entries.end()) {
        for (const auto& head : log.heads)
            heads_.emplace(head.checkpoint.size.get(), head.checkpoint.root);
    }
    // Nothing where the bundle does not reach.
    std::optional<crypto::Hash> at(std::uint64_t size) {
        for (; tree_.size().get() < size && next_ != end_; ++next_)
            tree_.append(crypto::leaf_hash(next_->data()));
        if (tree_.size().get() == size) return tree_.root();
        const auto head = heads_.find(size);
        return head == heads_.end() ? std::nullopt : std::optional(head->second);
    }

private:
    crypto::Frontier tree_;
    std::vector<BundleEntry>::const_iterator next_, end_;
    std::map<std::uint64_t, crypto::Hash> heads_;
};

}  // namespace

void check_exchanges(std::span<const OpenedLog> logs, Findings& findings) {
    std::vector<Side> sides;
    for (const auto& log : logs)
        sides.emplace_back(log);
    for (const auto& here : sides)
        for (const auto& there : sides)
            if (&here != &there) Pair(here, there, findings).check();
}

void check_forks(std::span<const OpenedLog> logs, Findings& findings) {
    for (const auto& log : logs) {
        OwnRoots own(log);
        for (const auto& seen : seen_heads(log, logs)) {
            const std::uint64_t size = seen.checkpoint.size.get();
            const auto root = own.at(size);
            if (root && *root != seen.checkpoint.root)
                findings.push_back({FindingKind::LOG_FORKED,
                                    log.card.organisation,
                                    size,
                                    std::nullopt,
                                    seen.holder});
        }
    }
}

}  // namespace leeward::schema
