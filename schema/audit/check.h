// An auditor's check of bundles, offline: what each log did, and whether the logs agree.
//
// Pure: bundles and public keys in, findings and counts out. Whatever does not verify is a finding
// and is not believed further; nothing throws and nothing is guessed.
#pragma once

#include <array>
#include <map>
#include <span>
#include <vector>

#include "crypto/tlog_proof.h"
#include "schema/audit/bundle.h"
#include "schema/audit/finding.h"
#include "schema/node_card.h"

namespace leeward::schema {

struct Trust {
    std::vector<NodeCard> cards;               // of the partners
    std::optional<crypto::TlogPolicy> policy;  // witnesses and quorum; nothing: not asked for
};

// One log's acts in the period, without a person.
struct LogCounts {
    std::string organisation;
    std::uint64_t first = 0;  // index of the first leaf of the period
    std::uint64_t size = 0;   // of the log at the period's end
    std::uint32_t from_quarter = 0;
    std::uint32_t to_quarter = 0;
    std::map<EventKind, std::uint64_t> acts;
    std::map<Byte, std::uint64_t> sent_by_tier;  // 0…5 for L0, T0…T4
    std::map<DeadlineBand, std::uint64_t> bands;
    std::uint64_t erasures_overdue = 0;
};

struct AuditReport {
    std::vector<LogCounts> logs;    // in the order of the bundles
    std::vector<Finding> findings;  // by log, then by leaf
};

[[nodiscard]] AuditReport check(std::span<const Bundle> bundles, const Trust& trust);

}  // namespace leeward::schema
