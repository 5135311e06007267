// What an organisation hands to an auditor: its log of one period, every leaf with its opening, and
// the published heads that commit to it (protocol.md section 7; SPEC.md has the layout).
//
// From it alone, and the partners' public keys, `check` (schema/audit/check.h) tells what happened.
// It holds no name, no place, and no salt that ties a leaf to a case.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/byte_source.h"
#include "crypto/merkle.h"
#include "schema/audit_event.h"

namespace leeward::schema {

// A leaf and what opens it: commit = HMAC-SHA256(n, rec), if the organisation tells the truth.
struct BundleEntry {
    crypto::Hash commit{};
    crypto::Hash xref{};
    ByteArray<32> n{};
    AuditRecordBytes rec{};

    [[nodiscard]] LeafData data() const { return leaf_data(commit, xref); }
    friend bool operator==(const BundleEntry&, const BundleEntry&) = default;
};
inline constexpr std::size_t bundle_entry_bytes = 32 + 32 + 32 + audit_record_bytes;

// A leaf from before the period on which something in the period rests: the release of a disclosure.
struct EarlierEntry {
    std::uint64_t index = 0;
    BundleEntry entry;
    crypto::Path path;  // in the tree of the bundle's last head

    friend bool operator==(const EarlierEntry&, const EarlierEntry&) = default;
};

struct BundleHeader {
    std::string card;                   // the organisation's NodeCard, as signed
    crypto::Frontier before;            // the tree of all leaves before the period
    std::vector<std::string> heads;     // published heads of this log, the smallest first
    std::vector<std::string> seen;      // heads of partners' logs that this organisation holds
    std::vector<EarlierEntry> earlier;  // lowest index first

    friend bool operator==(const BundleHeader&, const BundleHeader&) = default;
};

// A small one, whole.
struct Bundle : BundleHeader {
    std::vector<BundleEntry> entries;  // leaf before.size() + i

    friend bool operator==(const Bundle&, const Bundle&) = default;
};

inline constexpr std::size_t bundle_header_bytes = 16 << 20;  // at most

// Everything before the first leaf, as it is written. Errc::too_large.
Result<Bytes> write_bundle_header(const BundleHeader& header);
[[nodiscard]] Bytes write_entry(const BundleEntry& entry);
// `bytes` is bundle_entry_bytes long.
[[nodiscard]] BundleEntry read_entry(BytesView bytes);
[[nodiscard]] Bytes write_bundle(const Bundle& bundle);

// A bundle leaf by leaf: beside the header no more than a few thousand leaves are held.
class BundleReader {
public:
    // Errc::malformed; too_large for a longer header; unsupported for another version; and whatever
    // the source says.
    static Result<BundleReader> open(std::unique_ptr<ByteSource> source);

    [[nodiscard]] const BundleHeader& header() const { return header_; }
    // Nothing after the last. Errc::malformed for one that is cut off within a leaf.
    Result<std::optional<BundleEntry>> next();

private:
    BundleReader(std::unique_ptr<ByteSource> source, BundleHeader header, Bytes ahead)
        : source_(std::move(source)), header_(std::move(header)), ahead_(std::move(ahead)) {}

    std::unique_ptr<ByteSource> source_;
    BundleHeader header_;
    Bytes ahead_;  // read from the source
    std::size_t at_ = 0;
    bool ended_ = false;
};

// The whole of one that fits into memory.
Result<Bundle> read_bundle(BytesView bytes);

}  // namespace leeward::schema
