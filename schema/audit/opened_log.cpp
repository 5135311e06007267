#include "schema/audit/opened_log.h"

#include <algorithm>

#include "schema/grant.h"
#include "schema/witnessing.h"

namespace leeward::schema {
namespace {

constexpr std::uint64_t quarter_seconds = 900;
constexpr std::uint32_t tolerated_quarters = 4;  // an hour: clocks are set
constexpr std::uint64_t witness_quarters = 72 * 4;

// When enough of them had signed.
std::optional<std::uint64_t> quorum_at(const crypto::OpenedCheckpoint& opened,
                                       const crypto::TlogPolicy& policy) {
    std::vector<bool> cosigned(policy.witnesses().size());
    if (policy.quorum_met(cosigned)) return 0;
    auto in_order = opened.cosignatures;
    std::sort(in_order.begin(), in_order.end(), [](const auto& a, const auto& b) {
        return a.at.get() < b.at.get();
    });
    for (const auto& by : in_order) {
        cosigned[by.witness_index] = true;
        if (policy.quorum_met(cosigned)) return by.at.get();
    }
    return std::nullopt;
}

std::optional<std::uint64_t> earliest(const crypto::OpenedCheckpoint& opened) {
    std::optional<std::uint64_t> at;
    for (const auto& by : opened.cosignatures)
        at = std::min(at.value_or(by.at.get()), by.at.get());
    return at;
}

// The heads that verify; the others are findings, and so is a head that shrinks.
void open_heads(OpenedLog& log, const Trust& trust, Findings& findings) {
    std::uint64_t largest = 0;
    const crypto::TlogPolicy policy = witnesses_of(log.card, trust);
    for (const auto& note : log.header.heads) {
        const auto opened = crypto::open_checkpoint(note, log.key(), policy.witnesses());
        if (!opened) {
            findings.add(log.finding(FindingKind::HEAD_UNSIGNED, largest));
            continue;
        }
        const std::uint64_t size = opened->checkpoint.size.get();
        if (size < largest) findings.add(log.finding(FindingKind::HEAD_ROLLED_BACK, size));
        largest = std::max(largest, size);
        log.heads.push_back({opened->checkpoint, earliest(*opened), quorum_at(*opened, policy)});
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

// One organisation by all its cards: what it cosigned before it was restored is under an older key.
std::optional<NamedWitness> witness_from(std::vector<const NodeCard*> cards,
                                         const std::set<ByteArray<32>>& excluded) {
    std::stable_sort(cards.begin(), cards.end(), [](const NodeCard* a, const NodeCard* b) {
        return a->version > b->version;
    });
    const NodeCard& newest = *cards.front();
    if (excluded.contains(newest.witness.get())) return std::nullopt;
    NamedWitness out{newest.organisation, witness_vkey(newest)};
    for (const NodeCard* card : std::span(cards).subspan(1))
        if (!excluded.contains(card->witness.get())) out.before.push_back(witness_vkey(*card));
    return out;
}

}  // namespace

crypto::TlogPolicy witnesses_of(const NodeCard& owner, const Trust& trust) {
    std::set<ByteArray<32>> own{owner.witness.get()};
    std::map<NodeId, std::vector<const NodeCard*>> others;
    for (const auto& card : trust.cards)
        if (card.node == owner.node)
            own.insert(card.witness.get());
        else
            others[card.node].push_back(&card);
    if (trust.policy) return trust.policy->without(own);
    std::vector<NamedWitness> named;
    for (auto& [node, cards] : others)
        if (auto witness = witness_from(std::move(cards), own))
            named.push_back(std::move(*witness));
    return crypto::TlogPolicy::parse(usual_witness_policy(named)).value();
}

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
    for (const auto& head : log_->heads)
        if (head.checkpoint.size.get() == size) return head.checkpoint.root;
    if (const auto found = roots_.find(size); found != roots_.end()) return found->second;
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

// ------------------------------------------------------------------ witnesses

WitnessCheck::WitnessCheck(const OpenedLog& log, Findings& findings)
    : log_(&log), findings_(&findings), vouched_at_(log.heads.size()) {
    std::optional<std::uint64_t> at;
    for (std::size_t i = log.heads.size(); i-- > 0;) {
        if (const auto own = log.heads[i].witnessed_at) at = std::min(at.value_or(*own), *own);
        vouched_at_[i] = at;
    }
}

void WitnessCheck::extend(std::optional<Stretch>& stretch, std::uint64_t leaf) const {
    if (!stretch) stretch = Stretch{leaf, leaf, newest_};
    stretch->last = leaf;
}

void WitnessCheck::report(std::optional<Stretch>& stretch) {
    if (!stretch) return;
    findings_->add({FindingKind::UNWITNESSED,
                    log_->card.organisation,
                    stretch->first,
                    stretch->last == stretch->first ? std::nullopt : std::optional(stretch->last),
                    {}});
    stretch.reset();
}

// A leaf is as old as the newest time that its log says up to it: what a full disk kept waiting enters
// late, and no time of its own choice makes it older.
void WitnessCheck::step(const OpenedLeaf& leaf) {
    while (next_head_ < log_->heads.size() &&
           log_->heads[next_head_].checkpoint.size.get() <= leaf.index)
        ++next_head_;
    if (leaf.record) newest_ = std::max(newest_, leaf.record->quarter);
    if (newest_ == 0) return;
    const auto at = next_head_ < vouched_at_.size() ? vouched_at_[next_head_] : std::nullopt;
    if (!at) extend(open_, leaf.index);
    if (at && *at / quarter_seconds > std::uint64_t{newest_} + witness_quarters)
        return extend(late_, leaf.index);
    report(late_);
}

void WitnessCheck::finish() {
    report(late_);
    if (open_ && newest_ > open_->from + witness_quarters) report(open_);
}

}  // namespace leeward::schema
