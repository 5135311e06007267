// Every disclosure stands under an authority: a release, or another legal basis, that was in force in
// that log at that leaf, names that recipient and lists those fields.
#include <algorithm>
#include <map>
#include <set>

#include "schema/audit/opened_log.h"
#include "schema/break_glass.h"
#include "schema/catalogue.h"
#include "schema/grant.h"
#include "schema/release.h"

namespace leeward::schema {
namespace {

// What the log said of one release so far.
struct Authority {
    ReleaseState state = ReleaseState::DRAFT;
    OrganisationTag recipient{};
    FieldSet fields;
};
using Authorities = std::map<crypto::Hash, Authority>;

bool is_authority(const AuditRecord& r) {
    return r.kind == EventKind::ACT && r.release != crypto::Hash{} &&
           (r.machine == Machine::RELEASE || r.machine == Machine::BREAK_GLASS);
}
bool makes_live(const AuditRecord& r) {
    return is_authority(r) &&
           (r.machine == Machine::BREAK_GLASS || live(static_cast<ReleaseState>(r.to_state)));
}
bool is_disclosure(const AuditRecord& r) {
    return r.kind == EventKind::SEND && r.machine == Machine::GRANT &&
           r.transition == static_cast<Byte>(GrantMove::G2t);
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

class Walk {
public:
    Walk(const OpenedLog& log, Findings& findings) : log_(log), findings_(findings) {
        for (const auto& leaf : log.leaves)
            if (leaf.record && makes_live(*leaf.record)) comes_live_.insert(leaf.record->release);
    }

    void step(const OpenedLeaf& leaf) {
        if (!leaf.record) return;
        if (is_authority(*leaf.record)) learn(leaf);
        if (is_disclosure(*leaf.record)) judge(leaf);
    }

private:
    void learn(const OpenedLeaf& leaf) {
        const AuditRecord& r = *leaf.record;
        const auto known = known_.find(r.release);
        Authority now{
            static_cast<ReleaseState>(r.to_state), r.other, FieldSet::from_bytes(r.fields)};
        if (r.machine == Machine::BREAK_GLASS)
            now.state = ReleaseState::ACTIVE;
        else if (!in_table(r) ||
                 (known != known_.end() && static_cast<Byte>(known->second.state) != r.from_state))
            report(FindingKind::RELEASE_HISTORY_BROKEN, leaf);
        known_[r.release] = now;
    }

    void judge(const OpenedLeaf& leaf) {
        const AuditRecord& r = *leaf.record;
        const auto known = known_.find(r.release);
        if (known == known_.end() || !(was_live(known->second) || live(known->second.state)))
            return report(comes_live_.contains(r.release) ? FindingKind::AUTHORITY_AFTERWARDS
                                                          : FindingKind::AUTHORITY_MISSING,
                          leaf);
        const Authority& authority = known->second;
        if (authority.state == ReleaseState::WITHDRAWN)
            return report(FindingKind::AFTER_WITHDRAWAL, leaf);
        if (!live(authority.state)) return report(FindingKind::AUTHORITY_ENDED, leaf);
        if (authority.recipient != r.other) return report(FindingKind::OTHER_RECIPIENT, leaf);
        if (!FieldSet::from_bytes(r.fields).is_subset_of(authority.fields))
            report(FindingKind::BEYOND_AUTHORITY, leaf);
    }

    // Ended after it was in force, not on its way there.
    static bool was_live(const Authority& authority) {
        return is_terminal(authority.state) && authority.state != ReleaseState::VOID;
    }

    void report(FindingKind kind, const OpenedLeaf& leaf) {
        findings_.push_back(log_.finding(kind, leaf.index));
    }

    const OpenedLog& log_;
    Findings& findings_;
    Authorities known_;
    std::set<crypto::Hash> comes_live_;  // anywhere in the period
};

}  // namespace

void check_authorities(const OpenedLog& log, Findings& findings) {
    Walk walk(log, findings);
    for (const auto& leaf : log.earlier)
        walk.step(leaf);
    for (const auto& leaf : log.leaves)
        walk.step(leaf);
}

}  // namespace leeward::schema
