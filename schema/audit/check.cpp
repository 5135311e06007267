#include "schema/audit/check.h"

#include <algorithm>

#include "schema/audit/opened_log.h"
#include "schema/grant.h"

namespace leeward::schema {
namespace {

bool is_overdue_erasure(const AuditRecord& r) {
    return r.machine == Machine::GRANT && r.transition == static_cast<Byte>(GrantMove::G9t);
}

void count(LogCounts& counts, const AuditRecord& r) {
    ++counts.acts[r.kind];
    if (r.kind == EventKind::SEND) ++counts.sent_by_tier[r.tier];
    if (r.band != DeadlineBand::NONE) ++counts.bands[r.band];
    if (is_overdue_erasure(r)) ++counts.erasures_overdue;
    if (r.quarter == 0) return;
    counts.from_quarter =
        counts.from_quarter == 0 ? r.quarter : std::min(counts.from_quarter, r.quarter);
    counts.to_quarter = std::max(counts.to_quarter, r.quarter);
}

LogCounts counts_of(const OpenedLog& log) {
    LogCounts counts;
    counts.organisation = log.card.organisation;
    counts.first = log.bundle->before.size().get();
    counts.size = counts.first + log.bundle->entries.size();
    for (const auto& leaf : log.leaves)
        if (leaf.record) count(counts, *leaf.record);
    return counts;
}

}  // namespace

AuditReport check(std::span<const Bundle> bundles, const Trust& trust) {
    AuditReport report;
    std::vector<OpenedLog> logs;
    for (const auto& bundle : bundles)
        if (auto log = open_log(bundle, trust, report.findings)) logs.push_back(std::move(*log));
    for (const auto& log : logs) {
        check_authorities(log, report.findings);
        report.logs.push_back(counts_of(log));
    }
    check_exchanges(logs, report.findings);
    check_forks(logs, report.findings);
    std::stable_sort(
        report.findings.begin(), report.findings.end(), [](const Finding& a, const Finding& b) {
            return std::tie(a.organisation, a.leaf) < std::tie(b.organisation, b.leaf);
        });
    return report;
}

}  // namespace leeward::schema
