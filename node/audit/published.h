// The heads that this log has published, each with what witnesses have signed of it
// (c2sp.org/tlog-cosignature).
#pragma once

#include <optional>
#include <string>

#include "crypto/tlog_proof.h"
#include "node/store/store.h"
#include "schema/time.h"

namespace leeward::node {

struct Published {
    std::uint64_t size = 0;
    schema::Time at;   // the hour that it is of
    std::string note;  // signed by the log, then by witnesses

    friend bool operator==(const Published&, const Published&) = default;
};

// The newest, or nothing before the first hour. A log only grows: the newest head is the largest,
// whatever hour a clock that was wrong has given another one.
Result<std::optional<Published>> newest_published(Transaction& tx);
// The newest one that fulfils `policy` (its logs are not asked for); of the newest `limit` alone.
Result<std::optional<Published>> newest_cosigned(Transaction& tx,
                                                 const crypto::Vkey& log,
                                                 const crypto::TlogPolicy& policy,
                                                 int limit = 96);
// The head of this size. Errc::not_found.
Result<Published> published_head(Transaction& tx, std::uint64_t size);
// All that were published from `from` to before `until`, the smallest first.
Result<std::vector<Published>> published_between(Transaction& tx,
                                                 schema::Time from,
                                                 schema::Time until);

// Whether a witness may date what it signs ahead of our clock. An auditor takes whatever the log holds beyond
// that head for backdated, as long as it is older than the witness says.
enum class WitnessClock { NOT_AHEAD, ANY };
// Keeps a cosignature of the published head of `size`, made by `witness`: the time that it has signed. None if
// that head is not ours, or the signature is not that witness's, or is of a time that `clock` rules out or that
// no message can say; then nothing is kept.
Result<std::optional<schema::Time>> keep_cosignature(Transaction& tx,
                                                     std::uint64_t size,
                                                     std::string_view line,
                                                     const crypto::Vkey& witness,
                                                     schema::Time now,
                                                     WitnessClock clock = WitnessClock::NOT_AHEAD);

// Whether what stands in `note` is signed by `log` and by as many witnesses as `policy` wants.
[[nodiscard]] Result<crypto::OpenedCheckpoint> open_cosigned(std::string_view note,
                                                             const crypto::Vkey& log,
                                                             const crypto::TlogPolicy& policy);

}  // namespace leeward::node
