#include "schema/audit/opened_log.h"

#include <algorithm>

#include "schema/grant.h"

namespace leeward::schema {
namespace {

constexpr std::uint64_t quarter_seconds = 900;
constexpr std::uint32_t tolerated_quarters = 4;  // an hour: clocks are set

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
    for (const auto& note : log.header.heads) {
        const auto opened = crypto::open_checkpoint(note, log.key(), witnesses(trust));
        if (!opened) {
            findings.add(log.finding(FindingKind::HEAD_UNSIGNED, largest));
            continue;
        }
        const std::uint64_t size = opened->checkpoint.size.get();
        if (size < largest) findings.add(log.finding(FindingKind::HEAD_ROLLED_BACK, size));
        if (trust.policy && !quorum(*opened, *trust.policy))
            findings.add(log.finding(FindingKind::UNWITNESSED, size));
        largest = std::max(largest, size);
        log.heads.push_back({opened->checkpoint, earliest(*opened)});
    }
    std::stable_sort(log.heads.begin(), log.heads.end(), [](const auto& a, const auto& b) {
        return a.checkpoint.size < b.checkpoint.size;
    });
}

bool is_proven(const OpenedLog& log, const EarlierEntry& earlier) {
    if (log.heads.empty() || earlier.index >= log.header.before.size().get()) return false;
    const auto& head = log.heads.back().checkpoint;
    return crypto::verify_inclusion(crypto::LeafIndex{earlier.index},
                                    head.size,
                                    crypto::leaf_hash(earlier.entry.data()),
                                    earlier.path,
                                    head.root);
}

void open_earlier(OpenedLog& log, Findings& findings) {
    for (const auto& earlier : log.header.earlier)
        if (is_proven(log, earlier))
            log.earlier.push_back(open_leaf(log, earlier.index, earlier.entry, findings));
        else
            findings.add(log.finding(FindingKind::EARLIER_UNPROVEN, earlier.index));
}

}  // namespace

bool is_disclosure(const AuditRecord& r) {
    return r.kind == EventKind::SEND && r.machine == Machine::GRANT &&
           r.transition == static_cast<Byte>(GrantMove::G2t);
}
bool is_broadcast(const AuditRecord& r) {
    return r.machine == Machine::CAPACITY || r.machine == Machine::NODE;
}

std::optional<NodeCard> known_card(const std::string& jws, const Trust& trust) {
    const auto card = open_card(jws);
    if (!card) return std::nullopt;
    for (const auto& known : trust.cards)
        if (known.node == card->node && known.log == card->log &&
            known.log_origin == card->log_origin)
            return known;
    return std::nullopt;
}

std::optional<OpenedLog> open_log(BundleHeader header, const Trust& trust, Findings& findings) {
    const auto card = known_card(header.card, trust);
    if (!card) {
        findings.add({FindingKind::CARD_UNKNOWN, {}, std::nullopt, std::nullopt, {}});
        return std::nullopt;
    }
    OpenedLog log{std::move(header), *card, {}, {}};
    open_heads(log, trust, findings);
    open_earlier(log, findings);
    return log;
}

OpenedLeaf open_leaf(const OpenedLog& log,
                     std::uint64_t index,
                     const BundleEntry& entry,
                     Findings& findings) {
    OpenedLeaf leaf{index, entry.xref, std::nullopt};
    const auto refuse = [&](FindingKind kind) {
        findings.add(log.finding(kind, index));
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

// ------------------------------------------------------------------ leaves against heads

TreeCheck::TreeCheck(const OpenedLog& log, std::set<std::uint64_t> wanted, Findings& findings)
    : log_(&log),
      findings_(&findings),
      tree_(log.header.before),
      wanted_(std::move(wanted)),
      fits_(tree_.size().get()) {
    while (next_head_ < log.heads.size() && log.heads[next_head_].checkpoint.size < tree_.size())
        ++next_head_;
    compare();
}

void TreeCheck::compare() {
    if (wanted_.contains(size())) roots_.emplace(size(), tree_.root());
    for (; next_head_ < log_->heads.size(); ++next_head_) {
        const auto& head = log_->heads[next_head_].checkpoint;
        if (head.size != tree_.size()) return;
        if (!differs_ && head.root != tree_.root()) {
            differs_ = true;
            findings_->add({FindingKind::TREE_MISMATCH,
                            log_->card.organisation,
                            fits_,
                            std::max(size(), fits_ + 1) - 1,
                            {}});
        }
        fits_ = size();
    }
}

void TreeCheck::step(const BundleEntry& entry) {
    tree_.append(crypto::leaf_hash(entry.data()));
    compare();
}

// Leaves that no head covers are as bad as heads whose leaves are missing.
void TreeCheck::finish() {
    const bool covered = !log_->heads.empty() && log_->heads.back().checkpoint.size == tree_.size();
    if (differs_ || covered) return;
    Finding cut = log_->finding(FindingKind::BUNDLE_CUT, fits_);
    if (next_head_ < log_->heads.size())
        cut.last_leaf = log_->heads.back().checkpoint.size.get() - 1;
    findings_->add(std::move(cut));
}

std::optional<crypto::Hash> TreeCheck::root_at(std::uint64_t size) const {
    if (const auto found = roots_.find(size); found != roots_.end()) return found->second;
    for (const auto& head : log_->heads)
        if (head.checkpoint.size.get() == size) return head.checkpoint.root;
    return std::nullopt;
}

// ------------------------------------------------------------------ times

void TimeCheck::step(const OpenedLeaf& leaf) {
    for (; next_head_ < log_->heads.size(); ++next_head_) {
        const auto& head = log_->heads[next_head_];
        if (head.checkpoint.size.get() > leaf.index) break;
        witnessed_ = std::max(witnessed_, head.cosigned_at.value_or(0) / quarter_seconds);
    }
    if (!leaf.record || leaf.record->kind == EventKind::PAD) return;
    const std::uint32_t said = leaf.record->quarter;
    if (std::uint64_t{said} + tolerated_quarters < witnessed_)
        findings_->add(log_->finding(FindingKind::TIME_BACKDATED, leaf.index));
    else if (std::uint64_t{said} + tolerated_quarters < newest_)
        findings_->add(log_->finding(FindingKind::TIME_RUNS_BACK, leaf.index));
    newest_ = std::max(newest_, said);
}

}  // namespace leeward::schema
