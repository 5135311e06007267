#include "schema/audit/opened_log.h"

#include <algorithm>

namespace leeward::schema {
namespace {

constexpr std::uint64_t quarter_seconds = 900;
constexpr std::uint32_t tolerated_quarters = 4;  // an hour: clocks are set

std::optional<NodeCard> known_card(const Bundle& bundle, const Trust& trust) {
    const auto card = open_card(bundle.card);
    if (!card) return std::nullopt;
    for (const auto& known : trust.cards)
        if (known.node == card->node && known.log == card->log &&
            known.log_origin == card->log_origin)
            return known;
    return std::nullopt;
}

crypto::Vkey log_key(const NodeCard& card) {
    return {card.log_origin, crypto::NoteKeyType::ed25519, card.log};
}

bool quorum(const crypto::OpenedCheckpoint& opened, const crypto::TlogPolicy& policy) {
    std::vector<bool> cosigned(policy.witnesses().size());
    for (const auto& by : opened.cosignatures)
        cosigned[by.witness_index] = true;
    return policy.quorum_met(cosigned);
}

std::optional<std::uint64_t> earliest(const crypto::OpenedCheckpoint& opened) {
    std::optional<std::uint64_t> at;
    for (const auto& by : opened.cosignatures)
        at = std::min(at.value_or(by.at.get()), by.at.get());
    return at;
}

std::span<const crypto::Vkey> witnesses(const Trust& trust) {
    if (!trust.policy) return {};
    return trust.policy->witnesses();
}

// The heads that verify; the others are findings, and so is a head that shrinks.
void open_heads(OpenedLog& log, const Trust& trust, Findings& findings) {
    std::uint64_t largest = 0;
    for (const auto& note : log.bundle->heads) {
        const auto opened = crypto::open_checkpoint(note, log_key(log.card), witnesses(trust));
        if (!opened) {
            findings.push_back(log.finding(FindingKind::HEAD_UNSIGNED, largest));
            continue;
        }
        const std::uint64_t size = opened->checkpoint.size.get();
        if (size < largest) findings.push_back(log.finding(FindingKind::HEAD_ROLLED_BACK, size));
        if (trust.policy && !quorum(*opened, *trust.policy))
            findings.push_back(log.finding(FindingKind::UNWITNESSED, size));
        largest = std::max(largest, size);
        log.heads.push_back({opened->checkpoint, earliest(*opened)});
    }
    std::stable_sort(log.heads.begin(), log.heads.end(), [](const auto& a, const auto& b) {
        return a.checkpoint.size < b.checkpoint.size;
    });
}

// Grows the tree leaf by leaf and compares it with each head on the way; the first that differs
// is where the change lies, and nothing after it could fit.
void match_heads(const OpenedLog& log, Findings& findings) {
    crypto::Frontier tree = log.bundle->before;
    const std::uint64_t first = tree.size().get();
    auto next = log.bundle->entries.begin();
    std::uint64_t fits = first;
    for (const auto& head : log.heads) {
        const std::uint64_t size = head.checkpoint.size.get();
        if (size < first) continue;
        for (; tree.size().get() < size && next != log.bundle->entries.end(); ++next)
            tree.append(crypto::leaf_hash(next->data()));
        if (tree.size().get() < size)
            return findings.push_back(log.finding(FindingKind::BUNDLE_CUT, tree.size().get()));
        if (tree.root() != head.checkpoint.root)
            return findings.push_back({FindingKind::TREE_MISMATCH,
                                       log.card.organisation,
                                       fits,
                                       std::max(size, fits + 1) - 1,
                                       {}});
        fits = size;
    }
    if (next != log.bundle->entries.end() || log.heads.empty())
        findings.push_back(log.finding(FindingKind::BUNDLE_CUT, tree.size().get()));
}

OpenedLeaf open_leaf(const OpenedLog& log,
                     std::uint64_t index,
                     const BundleEntry& entry,
                     Findings& findings) {
    OpenedLeaf leaf{index, entry.xref, std::nullopt};
    const auto refuse = [&](FindingKind kind) {
        findings.push_back(log.finding(kind, index));
        return leaf;
    };
    if (leaf_commitment(entry.n, entry.rec) != entry.commit)
        return refuse(FindingKind::OPENING_MISMATCH);
    const auto record = decode_audit_record(entry.rec);
    if (!record) return refuse(FindingKind::LEAF_UNEXPLAINED);
    const bool own = record->own == log.tag() ||
                     (record->kind == EventKind::PAD && record->own == OrganisationTag{});
    if (!own) return refuse(FindingKind::LEAF_FOREIGN);
    leaf.record = *record;
    return leaf;
}

bool is_proven(const OpenedLog& log, const EarlierEntry& earlier) {
    if (log.heads.empty() || earlier.index >= log.bundle->before.size().get()) return false;
    const auto& head = log.heads.back().checkpoint;
    return crypto::verify_inclusion(crypto::LeafIndex{earlier.index},
                                    head.size,
                                    crypto::leaf_hash(earlier.entry.data()),
                                    earlier.path,
                                    head.root);
}

void open_leaves(OpenedLog& log, Findings& findings) {
    for (const auto& earlier : log.bundle->earlier)
        if (is_proven(log, earlier))
            log.earlier.push_back(open_leaf(log, earlier.index, earlier.entry, findings));
        else
            findings.push_back(log.finding(FindingKind::EARLIER_UNPROVEN, earlier.index));
    std::uint64_t index = log.bundle->before.size().get();
    log.leaves.reserve(log.bundle->entries.size());
    for (const auto& entry : log.bundle->entries)
        log.leaves.push_back(open_leaf(log, index++, entry, findings));
}

// A leaf behind a cosigned head was not there when the witness signed, whatever it says.
void check_times(const OpenedLog& log, Findings& findings) {
    std::uint32_t newest = 0;
    std::uint64_t witnessed = 0;
    auto head = log.heads.begin();
    for (const auto& leaf : log.leaves) {
        for (; head != log.heads.end() && head->checkpoint.size.get() <= leaf.index; ++head)
            witnessed = std::max(witnessed, head->cosigned_at.value_or(0) / quarter_seconds);
        if (!leaf.record || leaf.record->kind == EventKind::PAD) continue;
        const std::uint32_t said = leaf.record->quarter;
        if (std::uint64_t{said} + tolerated_quarters < witnessed)
            findings.push_back(log.finding(FindingKind::TIME_BACKDATED, leaf.index));
        else if (std::uint64_t{said} + tolerated_quarters < newest)
            findings.push_back(log.finding(FindingKind::TIME_RUNS_BACK, leaf.index));
        newest = std::max(newest, said);
    }
}

}  // namespace

std::optional<OpenedLog> open_log(const Bundle& bundle, const Trust& trust, Findings& findings) {
    const auto card = known_card(bundle, trust);
    if (!card) {
        findings.push_back({FindingKind::CARD_UNKNOWN, {}, std::nullopt, std::nullopt, {}});
        return std::nullopt;
    }
    OpenedLog log;
    log.bundle = &bundle;
    log.card = *card;
    open_heads(log, trust, findings);
    match_heads(log, findings);
    open_leaves(log, findings);
    check_times(log, findings);
    return log;
}

}  // namespace leeward::schema
