// Every disclosure stands under an authority: a release, or another legal basis, that was in force in
// that log at that leaf, names that recipient and lists those fields.
#include <algorithm>

#include "schema/audit/opened_log.h"
#include "schema/catalogue.h"
#include "schema/release.h"

namespace leeward::schema {
namespace {

// An emergency access has a release of its own; what is decided about it brings none into force.
bool is_authority(const AuditRecord& r) {
    return r.kind == EventKind::ACT && r.machine == Machine::RELEASE && r.release != crypto::Hash{};
}
bool is_live(Byte state) {
    return live(static_cast<ReleaseState>(state));
}

bool in_table(const AuditRecord& r) {
    const auto rows = release_transitions();
    return r.to_state < release_state_count && r.from_state < release_state_count &&
           std::any_of(rows.begin(), rows.end(), [&](const ReleaseTransition& row) {
               return static_cast<Byte>(row.move) == r.transition &&
                      row.to.contains(static_cast<ReleaseState>(r.to_state)) &&
                      (row.from.empty() ||
                       row.from.contains(static_cast<ReleaseState>(r.from_state)));
           });
}

// Ended after it was in force, not on its way there.
bool was_live(Byte state) {
    const auto as_state = static_cast<ReleaseState>(state);
    return is_terminal(as_state) && as_state != ReleaseState::VOID;
}

}  // namespace

void AuthorityCheck::begin(const OpenedLog& log) {
    log_ = &log;
    const std::uint64_t first = log.header.before.size().get();
    if (first > reached_) ++stretch_;
    for (const auto& leaf : log.earlier)
        if (leaf.index >= reached_) take(leaf);
    reached_ = std::max(reached_, first);
}

void AuthorityCheck::take(const OpenedLeaf& leaf) {
    if (!leaf.record) return;
    if (is_authority(*leaf.record)) learn(leaf);
    if (is_disclosure(*leaf.record)) judge(leaf);
}

void AuthorityCheck::step(const OpenedLeaf& leaf) {
    if (leaf.index < reached_) return;
    reached_ = leaf.index + 1;
    if (leaf.record && is_authority(*leaf.record) && is_live(leaf.record->to_state))
        comes_live_.insert(leaf.record->release);
    take(leaf);
}

// What happened in a gap is not known, but nothing that has ended comes back in it; and none begins twice.
bool AuthorityCheck::breaks_history(const AuditRecord& r) const {
    const auto found = known_.find(r.release);
    if (found == known_.end()) return false;
    if (static_cast<ReleaseMove>(r.transition) == ReleaseMove::R1) return true;
    const Authority& known = found->second;
    return known.state != r.from_state &&
           (known.stretch == stretch_ || is_terminal(static_cast<ReleaseState>(known.state)));
}

void AuthorityCheck::learn(const OpenedLeaf& leaf) {
    const AuditRecord& r = *leaf.record;
    if (!in_table(r) || breaks_history(r)) report(FindingKind::RELEASE_HISTORY_BROKEN, leaf);
    known_[r.release] = {r.to_state, r.other, r.fields, stretch_};
}

void AuthorityCheck::judge(const OpenedLeaf& leaf) {
    const AuditRecord& r = *leaf.record;
    const auto known = known_.find(r.release);
    if (known == known_.end() || !(was_live(known->second.state) || is_live(known->second.state))) {
        if (bare_.size() < Findings::most) return bare_.push_back({leaf.index, r.release});
        return findings_->skip();
    }
    const Authority& authority = known->second;
    if (authority.state == static_cast<Byte>(ReleaseState::WITHDRAWN))
        return report(FindingKind::AFTER_WITHDRAWAL, leaf);
    if (!is_live(authority.state)) return report(FindingKind::AUTHORITY_ENDED, leaf);
    if (authority.recipient != r.other) return report(FindingKind::OTHER_RECIPIENT, leaf);
    if (!FieldSet::from_bytes(r.fields).is_subset_of(FieldSet::from_bytes(authority.fields)))
        report(FindingKind::BEYOND_AUTHORITY, leaf);
}

// Whether an authority came too late or never is known only now.
void AuthorityCheck::finish() {
    for (const Bare& bare : bare_)
        findings_->add(log_->finding(comes_live_.contains(bare.release)
                                         ? FindingKind::AUTHORITY_AFTERWARDS
                                         : FindingKind::AUTHORITY_MISSING,
                                     bare.leaf));
}

void AuthorityCheck::report(FindingKind kind, const OpenedLeaf& leaf) {
    findings_->add(log_->finding(kind, leaf.index));
}

}  // namespace leeward::schema
