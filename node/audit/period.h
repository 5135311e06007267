// A period of our own log as an auditor gets it: from one published head to another, with all that
// makes it stand alone (schema/audit/bundle.h).
#pragma once

#include "node/audit/audit_log.h"
#include "schema/audit/bundle.h"

namespace leeward::node {

struct Period {
    std::uint64_t first = 0;           // index of its first leaf
    std::uint64_t size = 0;            // of the log at its end: what the last head covers
    std::vector<std::string> heads{};  // each with what witnesses have signed of it
};

// From the newest head published at `from` or before (else from the log's first leaf) to the newest
// one published at `until` or before. Errc::not_found where no head was published in it.
Result<Period> find_period(Transaction& tx, schema::Time from, schema::Time until);

// Everything of the bundle but its leaves; `card` and `seen` are the caller's to know. What stands
// before the period and the releases in it rest on is carried with its proof.
Result<schema::BundleHeader> bundle_header(AuditLog& log, Transaction& tx, const Period& period);

// The tree of the first `size` leaves, from what is stored of it.
Result<crypto::Frontier> frontier_of(AuditLog& log, Transaction& tx, std::uint64_t size);
// The path of a leaf in it.
Result<crypto::Path> path_in(AuditLog& log,
                             Transaction& tx,
                             std::uint64_t index,
                             std::uint64_t size);

// At most `count` leaves of it from `first` on.
Result<std::vector<schema::BundleEntry>> bundle_entries(
    AuditLog& log, Transaction& tx, std::uint64_t first, std::uint64_t size, std::size_t count);

}  // namespace leeward::node
