// A log's tree kept as tiles (c2sp.org/tlog-tiles, height 8), and proofs made from them.
//
// Hash i of the tile (level, n) is MTH of the 256^level leaves that begin at (256 n + i) 256^level. Full
// tiles (8192 bytes) are kept by the caller; the partial tiles of the right edge are kept here.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/merkle.h"

namespace leeward::crypto {

constexpr unsigned tile_width = 256;
constexpr unsigned tile_height = 8;  // levels of the tree in one tile
constexpr std::size_t full_tile_bytes = tile_width * sizeof(Hash);

struct TileAddress {
    unsigned level = 0;  // at most 5 is ever stored
    std::uint64_t index = 0;
    unsigned width = tile_width;  // hashes in it: 1 to 256, 256 being a full tile

    friend bool operator==(const TileAddress&, const TileAddress&) = default;
};

struct EntriesAddress {
    std::uint64_t index = 0;
    unsigned width = tile_width;  // entries in it: 1 to 256

    friend bool operator==(const EntriesAddress&, const EntriesAddress&) = default;
};

// `tile/<level>/<index>[.p/<width>]` and `tile/entries/<index>[.p/<width>]`.
[[nodiscard]] std::string format_tile_path(const TileAddress& address);
[[nodiscard]] std::string format_entries_path(const EntriesAddress& address);
Result<TileAddress> parse_tile_path(std::string_view path);
Result<EntriesAddress> parse_entries_path(std::string_view path);

// The partial tiles of a tree of `size` leaves, lowest level first; none of them is empty. The full
// tiles of a level are those with a lower index than its partial tile has or would have.
[[nodiscard]] std::vector<TileAddress> partial_tiles_of(TreeSize size);

// What a reader of the tree of `newer` leaves needs and one of `older` did not have: the tiles that
// became full since, and the partial ones of `newer`. Those of level 0 are also the entry bundles.
[[nodiscard]] std::vector<TileAddress> new_tiles(TreeSize older, TreeSize newer);

// An entry bundle: each entry with its length in two bytes, big-endian. too_large for an entry over
// 65,535 bytes or more than 256 entries.
Result<Bytes> format_entry_bundle(std::span<const Bytes> entries);
// malformed unless it is exactly `count` entries.
Result<std::vector<Bytes>> parse_entry_bundle(BytesView bundle, std::size_t count);

// The tree of a log that grows. One thread at a time. A proof costs a few microseconds while the
// tiles it touches are cached: with them their inner nodes are kept.
class TileTree final : public HashReader {
public:
    // Gives the 8192 bytes of a full tile that was emitted earlier.
    using Fetch = std::function<Result<Bytes>(unsigned level, std::uint64_t index)>;
    // Takes a tile that became full.
    using Emit = std::function<Outcome(unsigned level, std::uint64_t index, BytesView tile)>;

    // What append() changes; about 16 KiB a level. Take one before a transaction, give it back if
    // the transaction is rolled back.
    class Snapshot;

    static constexpr std::size_t default_cache = 64;  // tiles, 16 KiB each
    // An empty tree. To rebuild one from its leaves, append them all with an Emit that does nothing.
    TileTree(Fetch fetch, Emit emit, std::size_t cached_tiles = default_cache);

    // The tree of `size` leaves whose full tiles are stored: `edge` are the hashes of the last size mod
    // 256 leaves. Reads at most 255 tiles a level. corrupt if a tile is not 8192 bytes.
    static Result<TileTree> open(TreeSize size,
                                 std::span<const Hash> edge,
                                 Fetch fetch,
                                 Emit emit,
                                 std::size_t cached_tiles = default_cache);

    // After a failure, of Emit alone, the tree must be restored from a snapshot.
    Outcome append(const Hash& leaf_hash);

    [[nodiscard]] TreeSize size() const { return TreeSize{size_}; }
    [[nodiscard]] Hash root() const;  // of the current size
    // Of any size up to the current one; invalid_argument beyond it.
    Result<Hash> root_at(TreeSize at);
    Result<Path> inclusion_path(LeafIndex index, TreeSize at);
    Result<Path> consistency_path(TreeSize older, TreeSize newer);

    [[nodiscard]] Snapshot snapshot() const;
    // Back to where the snapshot of this tree was taken.
    void restore(Snapshot snapshot);

    // The hashes of the partial tile of a level, to publish it: 0 to 255 of them.
    [[nodiscard]] std::vector<Hash> partial_tile(unsigned level) const;

    Result<Hash> subtree(unsigned level, std::uint64_t index) override;

private:
    // A tile with the inner nodes between its hashes and its root, as far as they are complete.
    class Nodes {
    public:
        [[nodiscard]] unsigned width() const { return width_; }
        [[nodiscard]] const Hash& at(unsigned row, std::uint64_t column) const;
        void append(const Hash& hash);
        void clear() { width_ = 0; }
        [[nodiscard]] Hash root() const;  // of a full tile
        [[nodiscard]] BytesView bytes() const;

    private:
        unsigned width_ = 0;
        std::array<Hash, 510> rows_{};  // rows of 256, 128, … 2 hashes
    };

    struct Cached {
        std::uint64_t used = 0;
        std::shared_ptr<const Nodes> nodes;  // never changes, so copies of the tree share it
    };

    Result<std::shared_ptr<const Nodes>> full_tile(unsigned level, std::uint64_t index);
    void remember(unsigned level, std::uint64_t index, std::shared_ptr<const Nodes> nodes);
    Outcome append_at(unsigned level, const Hash& hash);
    [[nodiscard]] std::uint64_t edge_index(unsigned level) const;

    Fetch fetch_;
    Emit emit_;
    std::size_t cached_tiles_;
    std::uint64_t size_ = 0;
    std::vector<Nodes> edge_;  // the partial tile of each level
    std::unordered_map<std::uint64_t, Cached> cache_;
    std::uint64_t clock_ = 0;
};

class TileTree::Snapshot {
    friend class TileTree;
    std::uint64_t size_ = 0;
    std::vector<Nodes> edge_;
};

}  // namespace leeward::crypto
