#include "node/audit/period.h"

#include <algorithm>
#include <set>

#include "node/audit/published.h"

namespace leeward::node {
namespace {

using schema::Time;

constexpr std::int64_t hour_seconds = 3600;

// Reads stored tiles, and the leaves after the last full one.
class StoredTree final : public crypto::HashReader {
public:
    StoredTree(AuditLog& log, Transaction& tx) : log_(log), tx_(tx) {}

    Result<crypto::Hash> subtree(unsigned level, std::uint64_t index) override {
        if (level % tile_height == 0) {
            LEEWARD_ASSIGN(const auto stored, stored_hash(level / tile_height, index));
            if (stored) return *stored;
        }
        if (level == 0) {
            LEEWARD_ASSIGN(const LeafEntry leaf, log_.entry(tx_, index));
            return crypto::leaf_hash(leaf.data());
        }
        LEEWARD_ASSIGN(const auto left, subtree(level - 1, index * 2));
        LEEWARD_ASSIGN(const auto right, subtree(level - 1, index * 2 + 1));
        return crypto::node_hash(left, right);
    }

private:
    static constexpr unsigned tile_height = 8;

    Result<std::optional<crypto::Hash>> stored_hash(unsigned level, std::uint64_t index) {
        auto rows = tx_.query("SELECT substr(hashes,?,32) FROM tile WHERE level=? AND n=?",
                              static_cast<std::int64_t>(1 + 32 * (index % crypto::tile_width)),
                              static_cast<std::int64_t>(level),
                              static_cast<std::int64_t>(index / crypto::tile_width));
        std::optional<crypto::Hash> out;
        if (rows.next()) out = rows.array<32>(0);
        LEEWARD_TRY(rows.status());
        return out;
    }

    AuditLog& log_;
    Transaction& tx_;
};

schema::BundleEntry entry_of(const LeafEntry& leaf) {
    return {leaf.commit(), leaf.xref, leaf.n, leaf.rec};
}

// The authorities that disclosures of the period name. In `rec`: kind at 1, machine at 2, the
// authority at 78 (SPEC.md); SQL counts from 1.
Result<std::set<crypto::Hash>> authorities_used(Transaction& tx, const Period& period) {
    std::set<crypto::Hash> out;
    auto rows = tx.query(
        "SELECT DISTINCT substr(rec,79,32) FROM leaf WHERE idx>=? AND idx<? AND length(rec)=142 "
        "AND substr(rec,2,1)=x'02' AND substr(rec,3,1)=x'05'",
        static_cast<std::int64_t>(period.first),
        static_cast<std::int64_t>(period.size));
    while (rows.next())
        out.insert(rows.array<32>(0));
    LEEWARD_TRY(rows.status());
    return out;
}

// What the log said of them before.
Result<std::vector<std::uint64_t>> what_they_rest_on(Transaction& tx, const Period& period) {
    LEEWARD_ASSIGN(const auto used, authorities_used(tx, period));
    std::vector<std::uint64_t> out;
    if (used.empty()) return out;
    auto rows = tx.query(
        "SELECT idx,substr(rec,79,32) FROM leaf WHERE idx<? AND length(rec)=142 AND "
        "substr(rec,2,1)=x'01' AND substr(rec,3,1)=x'04' ORDER BY idx",
        static_cast<std::int64_t>(period.first));
    while (rows.next())
        if (used.contains(rows.array<32>(1)))
            out.push_back(static_cast<std::uint64_t>(rows.integer(0)));
    LEEWARD_TRY(rows.status());
    return out;
}

Time hour_of(Time t) {
    return schema::from_unix(schema::unix_seconds(t) / hour_seconds * hour_seconds);
}

}  // namespace

Result<Period> find_period(Transaction& tx, schema::Time from, schema::Time until) {
    Period period;
    std::int64_t first_hour = 0;
    {
        auto rows = tx.query(
            "SELECT hour,size FROM published_head WHERE hour<=? ORDER BY size DESC,hour DESC LIMIT "
            "1",
            schema::unix_seconds(from) / hour_seconds);
        if (rows.next()) {
            first_hour = rows.integer(0);
            period.first = static_cast<std::uint64_t>(rows.integer(1));
        }
        LEEWARD_TRY(rows.status());
    }
    LEEWARD_ASSIGN(auto heads,
                   published_between(tx,
                                     schema::from_unix(first_hour * hour_seconds),
                                     hour_of(until) + std::chrono::hours(1)));
    for (auto& head : heads) {
        if (head.size < period.first) continue;  // of before it, by a clock that was wrong
        period.size = head.size;
        period.heads.push_back(std::move(head.note));
    }
    if (period.heads.empty())
        return Error{Errc::not_found,
                     "this log has published no head in that time; nothing was made"};
    return period;
}

Result<crypto::Frontier> frontier_of(AuditLog& log, Transaction& tx, std::uint64_t size) {
    StoredTree tree(log, tx);
    Bytes edge;
    append_be<8>(edge, size);
    std::uint64_t covered = 0;
    for (unsigned level = 64; level-- > 0;) {
        const std::uint64_t width = std::uint64_t{1} << level;
        if ((size & width) == 0) continue;
        LEEWARD_ASSIGN(const crypto::Hash root, tree.subtree(level, covered / width));
        append(edge, root);
        covered += width;
    }
    return crypto::Frontier::restore(edge);
}

Result<crypto::Path> path_in(AuditLog& log,
                             Transaction& tx,
                             std::uint64_t index,
                             std::uint64_t size) {
    StoredTree tree(log, tx);
    return crypto::inclusion_path(crypto::LeafIndex{index}, crypto::TreeSize{size}, tree);
}

Result<schema::BundleHeader> bundle_header(AuditLog& log, Transaction& tx, const Period& period) {
    schema::BundleHeader header;
    header.heads = period.heads;
    LEEWARD_ASSIGN(header.before, frontier_of(log, tx, period.first));
    LEEWARD_ASSIGN(const auto earlier, what_they_rest_on(tx, period));
    for (const std::uint64_t index : earlier) {
        LEEWARD_ASSIGN(const LeafEntry leaf, log.entry(tx, index));
        LEEWARD_ASSIGN(auto path, path_in(log, tx, index, period.size));
        header.earlier.push_back({index, entry_of(leaf), std::move(path)});
    }
    return header;
}

Result<std::vector<schema::BundleEntry>> bundle_entries(
    AuditLog& log, Transaction& tx, std::uint64_t first, std::uint64_t size, std::size_t count) {
    std::vector<schema::BundleEntry> out;
    if (first >= size) return out;
    count = static_cast<std::size_t>(std::min<std::uint64_t>(count, size - first));
    out.reserve(count);
    for (std::uint64_t index = first; index < first + count; ++index) {
        LEEWARD_ASSIGN(const LeafEntry leaf, log.entry(tx, index));
        out.push_back(entry_of(leaf));
    }
    return out;
}

}  // namespace leeward::node
