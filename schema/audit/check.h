// An auditor's check of bundles, offline: what each log did, and whether the logs agree.
//
// Pure: bundles and public keys in, findings and counts out. Whatever does not verify is a finding
// and is not believed further; nothing is guessed. A bundle is read once from its beginning to its
// end, and once more only to look for a disclosure under another name. Memory follows what is
// remembered of a leaf: some 50 bytes for each message between two of the organisations, some 100
// for each release, and the header.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "crypto/tlog_proof.h"
#include "schema/audit/bundle.h"
#include "schema/audit/finding.h"
#include "schema/audit/proof.h"
#include "schema/node_card.h"

namespace leeward::schema {

struct Trust {
    std::vector<NodeCard> cards;  // of the partners
    // Witnesses and quorum; nothing: the usual ones among the cards (schema/witnessing.h).
    std::optional<crypto::TlogPolicy> policy;
};
// Who must have cosigned the heads of this organisation's log: never itself, by the key of any of its cards.
[[nodiscard]] crypto::TlogPolicy witnesses_of(const NodeCard& owner, const Trust& trust);

// What went on in one week (unix / 604,800).
struct WeekCounts {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
};

// One log's acts in the period, without a person.
struct LogCounts {
    std::string organisation;
    std::uint64_t first = 0;      // index of the first leaf of the period
    std::uint64_t size = 0;       // of the log at the period's end
    std::uint64_t heads = 0;      // published in it
    bool asks_witnesses = false;  // somebody must have cosigned them
    std::uint64_t witnessed = 0;  // size of the log under the newest head that enough have cosigned
    std::uint64_t witnessed_at = 0;  // and when, unix seconds; 0: none is
    std::uint32_t from_quarter = 0;
    std::uint32_t to_quarter = 0;
    std::map<EventKind, std::uint64_t> acts;
    std::map<Byte, std::uint64_t> sent_by_tier;  // 0…5 for L0, T0…T4
    std::map<std::pair<Machine, DeadlineBand>, std::uint64_t> bands;
    std::map<std::uint32_t, WeekCounts> weeks;  // at most `most_weeks`
    std::uint64_t disclosures = 0;              // messages that said who she is
    std::uint64_t erasures_overdue = 0;

    static constexpr std::size_t most_weeks = 600;
    [[nodiscard]] std::uint64_t in_band(DeadlineBand band) const;
};

// The leaves of a proof's log that one bundle shows.
struct CoveredLeaves {
    std::uint64_t first = 0;
    std::uint64_t end = 0;        // the first beyond
    std::uint64_t witnessed = 0;  // size of the newest of its heads that enough have cosigned
};

struct AuditReport {
    std::vector<LogCounts> logs;      // in the order of the bundles
    std::vector<Finding> findings;    // by log, then by leaf
    std::uint64_t more_findings = 0;  // that were not kept
    // Received in the first three days of a bundle: sent, perhaps, before the sender's bundle begins.
    std::uint64_t unjudged = 0;
    std::vector<OpenedProof> proofs;                  // of which the card is known
    std::vector<std::vector<CoveredLeaves>> covered;  // for each of these, by bundle
};

// A bundle as it can be opened anew, and what to call it in an error.
struct BundleFile {
    std::string name;
    std::function<Result<std::unique_ptr<ByteSource>>()> open;
};
inline constexpr std::size_t most_bundles = 200;

// Errc::malformed, unsupported, too_large, untrusted or what the source says, with the name of the
// bundle that could not be read: nothing was judged then. `proofs` are held against the bundles of
// their logs and against each other.
Result<AuditReport> check(std::span<const BundleFile> bundles,
                          const Trust& trust,
                          std::span<const DisclosureProof> proofs = {});
// The same for bundles in memory.
[[nodiscard]] AuditReport check(std::span<const Bundle> bundles,
                                const Trust& trust,
                                std::span<const DisclosureProof> proofs = {});

}  // namespace leeward::schema
