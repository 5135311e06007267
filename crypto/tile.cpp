#include "crypto/tile.h"

#include <algorithm>
#include <optional>

#include "crypto/checkpoint.h"

namespace leeward::crypto {
namespace {

constexpr unsigned max_level = 7;  // eight levels hold 2^64 leaves

Error malformed(const char* what) {
    return Error{Errc::malformed, what};
}

// A shift that gives 0 where the language gives nothing.
std::uint64_t shift_right(std::uint64_t value, unsigned bits) {
    return bits < 64 ? value >> bits : 0;
}

// How many hashes level `level` holds in a tree of `size` leaves.
std::uint64_t hashes_at(std::uint64_t size, unsigned level) {
    return shift_right(size, tile_height * level);
}

// The place of the first node of a row in a tile's nodes: rows of 256, 128, … 2.
std::size_t row_begin(unsigned row) {
    return 512 - (std::size_t{512} >> row);
}

std::string three_digits(std::uint64_t number) {
    const std::string digits = std::to_string(number);
    return std::string(3 - digits.size(), '0') + digits;
}

// Groups of three digits, all but the last marked with an x: x001/x234/067.
std::string format_index(std::uint64_t index) {
    std::string out = three_digits(index % 1000);
    while ((index /= 1000) != 0)
        out = "x" + three_digits(index % 1000) + "/" + out;
    return out;
}

std::string format_tail(std::uint64_t index, unsigned width) {
    const std::string partial = width == tile_width ? "" : ".p/" + std::to_string(width);
    return format_index(index) + partial;
}

std::string_view take_until(char separator, std::string_view& text) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
}

std::optional<std::uint64_t> group_value(std::string_view digits) {
    if (digits.size() != 3) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

// Whatever does not format back (surplus groups of zeros, an overflow) is refused by the callers.
Result<std::uint64_t> parse_index(std::string_view text) {
    std::uint64_t index = 0;
    while (!text.empty()) {
        std::string_view group = take_until('/', text);
        if (text.empty() == group.starts_with('x')) return malformed("tile index");
        if (group.starts_with('x')) group.remove_prefix(1);
        const auto value = group_value(group);
        if (!value) return malformed("tile index");
        index = index * 1000 + *value;
    }
    return index;
}

Result<EntriesAddress> parse_tail(std::string_view tail) {
    EntriesAddress out;
    const std::string_view whole = tail;
    if (const std::size_t mark = tail.find(".p/"); mark != std::string_view::npos) {
        LEEWARD_ASSIGN(const std::uint64_t width, parse_decimal(tail.substr(mark + 3)));
        if (width == 0 || width >= tile_width) return malformed("tile width");
        out.width = static_cast<unsigned>(width);
        tail = tail.substr(0, mark);
    }
    LEEWARD_ASSIGN(out.index, parse_index(tail));
    if (format_tail(out.index, out.width) != whole) return malformed("tile index");
    return out;
}

// A full tile of 2^64 leaves has an index below 2^56, which leaves room for the level.
constexpr unsigned cache_index_bits = 56;
std::uint64_t cache_key(unsigned level, std::uint64_t index) {
    return (std::uint64_t{level} << cache_index_bits) | index;
}
unsigned level_of(std::uint64_t key) {
    return static_cast<unsigned>(key >> cache_index_bits);
}
std::uint64_t index_of(std::uint64_t key) {
    return key & ((std::uint64_t{1} << cache_index_bits) - 1);
}

constexpr std::string_view tile_prefix = "tile/";
constexpr std::string_view entries_prefix = "tile/entries/";

}  // namespace

std::string format_tile_path(const TileAddress& address) {
    return std::string(tile_prefix) + std::to_string(address.level) + "/" +
           format_tail(address.index, address.width);
}

std::string format_entries_path(const EntriesAddress& address) {
    return std::string(entries_prefix) + format_tail(address.index, address.width);
}

Result<TileAddress> parse_tile_path(std::string_view path) {
    if (!path.starts_with(tile_prefix)) return malformed("tile path");
    path.remove_prefix(tile_prefix.size());
    LEEWARD_ASSIGN(const std::uint64_t level, parse_decimal(take_until('/', path)));
    if (level > max_level) return malformed("tile level");
    LEEWARD_ASSIGN(const EntriesAddress tail, parse_tail(path));
    return TileAddress{static_cast<unsigned>(level), tail.index, tail.width};
}

Result<EntriesAddress> parse_entries_path(std::string_view path) {
    if (!path.starts_with(entries_prefix)) return malformed("entries path");
    return parse_tail(path.substr(entries_prefix.size()));
}

std::vector<TileAddress> partial_tiles_of(TreeSize size) {
    std::vector<TileAddress> out;
    for (unsigned level = 0; hashes_at(size.get(), level) != 0; ++level) {
        const std::uint64_t hashes = hashes_at(size.get(), level);
        if (const auto width = static_cast<unsigned>(hashes % tile_width); width != 0)
            out.push_back({level, hashes / tile_width, width});
    }
    return out;
}

std::vector<TileAddress> new_tiles(TreeSize older, TreeSize newer) {
    std::vector<TileAddress> out;
    for (unsigned level = 0; hashes_at(newer.get(), level) > hashes_at(older.get(), level);
         ++level) {
        const std::uint64_t hashes = hashes_at(newer.get(), level);
        for (std::uint64_t i = hashes_at(older.get(), level) / tile_width; i < hashes / tile_width;
             ++i)
            out.push_back({level, i, tile_width});
        if (const auto width = static_cast<unsigned>(hashes % tile_width); width != 0)
            out.push_back({level, hashes / tile_width, width});
    }
    return out;
}

Result<Bytes> format_entry_bundle(std::span<const Bytes> entries) {
    if (entries.size() > tile_width) return Error{Errc::too_large, "entry bundle"};
    Bytes out;
    for (const Bytes& entry : entries) {
        if (entry.size() > 0xFFFF) return Error{Errc::too_large, "log entry"};
        append_lp16(out, entry);
    }
    return out;
}

Result<std::vector<Bytes>> parse_entry_bundle(BytesView bundle, std::size_t count) {
    std::vector<Bytes> entries;
    while (!bundle.empty()) {
        if (bundle.size() < 2) return malformed("entry bundle");
        const std::size_t length = read_be(bundle.first(2));
        bundle = bundle.subspan(2);
        if (bundle.size() < length) return malformed("entry bundle");
        entries.push_back(to_bytes(bundle.first(length)));
        bundle = bundle.subspan(length);
    }
    if (entries.size() != count) return malformed("entry bundle");
    return entries;
}

const Hash& TileTree::Nodes::at(unsigned row, std::uint64_t column) const {
    return rows_.at(row_begin(row) + column);
}

void TileTree::Nodes::append(const Hash& hash) {
    std::size_t column = width_++;
    rows_.at(column) = hash;
    for (unsigned row = 0; column % 2 == 1 && row + 1 < tile_height; ++row, column /= 2)
        rows_[row_begin(row + 1) + column / 2] = node_hash(at(row, column - 1), at(row, column));
}

Hash TileTree::Nodes::root() const {
    return node_hash(at(tile_height - 1, 0), at(tile_height - 1, 1));
}

BytesView TileTree::Nodes::bytes() const {
    return {reinterpret_cast<const Byte*>(rows_.data()), width_ * sizeof(Hash)};
}

TileTree::TileTree(Fetch fetch, Emit emit, std::size_t cached_tiles)
    : fetch_(std::move(fetch)),
      emit_(std::move(emit)),
      cached_tiles_(std::max<std::size_t>(cached_tiles, 1)) {}

Result<TileTree> TileTree::open(
    TreeSize size, std::span<const Hash> edge, Fetch fetch, Emit emit, std::size_t cached_tiles) {
    if (edge.size() != size.get() % tile_width)
        return Error{Errc::invalid_argument, "edge is not the leaves after the last full tile"};
    TileTree tree(std::move(fetch), std::move(emit), cached_tiles);
    tree.size_ = size.get();
    for (unsigned level = 0; hashes_at(size.get(), level) != 0; ++level) {
        const std::uint64_t hashes = hashes_at(size.get(), level);
        Nodes& nodes = tree.edge_.emplace_back();
        if (level == 0)
            std::for_each(edge.begin(), edge.end(), [&](const Hash& h) { nodes.append(h); });
        for (std::uint64_t i = hashes - hashes % tile_width; level > 0 && i < hashes; ++i) {
            LEEWARD_ASSIGN(const auto child, tree.full_tile(level - 1, i));
            nodes.append(child->root());
        }
    }
    return tree;
}

Outcome TileTree::append(const Hash& leaf_hash) {
    LEEWARD_TRY(append_at(0, leaf_hash));
    ++size_;
    return Done{};
}

// Called before the leaf counts in size_, so the edge of each level is the tile that it goes into.
Outcome TileTree::append_at(unsigned level, const Hash& hash) {
    if (level == edge_.size()) edge_.emplace_back();
    edge_[level].append(hash);
    if (edge_[level].width() < tile_width) return Done{};
    LEEWARD_TRY(emit_(level, edge_index(level), edge_[level].bytes()));
    const Hash root = edge_[level].root();
    remember(level, edge_index(level), std::make_shared<const Nodes>(edge_[level]));
    edge_[level].clear();
    return append_at(level + 1, root);
}

std::uint64_t TileTree::edge_index(unsigned level) const {
    return hashes_at(size_, level + 1);
}

Hash TileTree::root() const {
    std::optional<Hash> root;
    for (const Nodes& nodes :
         edge_)  // complete subtrees, smallest first, are the tree's right edge
        for (unsigned row = 0; row < tile_height; ++row)
            if (const std::uint64_t count = nodes.width() >> row; count % 2 == 1)
                root = root ? node_hash(nodes.at(row, count - 1), *root) : nodes.at(row, count - 1);
    return root.value_or(empty_root());
}

Result<Hash> TileTree::root_at(TreeSize at) {
    if (at > size()) return Error{Errc::invalid_argument, "the tree is smaller than that"};
    return crypto::root_at(at, *this);
}

Result<Path> TileTree::inclusion_path(LeafIndex index, TreeSize at) {
    if (at > size()) return Error{Errc::invalid_argument, "the tree is smaller than that"};
    return crypto::inclusion_path(index, at, *this);
}

Result<Path> TileTree::consistency_path(TreeSize older, TreeSize newer) {
    if (newer > size()) return Error{Errc::invalid_argument, "the tree is smaller than that"};
    return crypto::consistency_path(older, newer, *this);
}

Result<Hash> TileTree::subtree(unsigned level, std::uint64_t index) {
    if (index >= shift_right(size_, level))
        return Error{Errc::invalid_argument, "subtree is not complete"};
    const unsigned tile_level = level / tile_height;
    const unsigned row = level % tile_height;
    const std::uint64_t tile = index >> (tile_height - row);
    const std::uint64_t column = index & ((std::uint64_t{tile_width} >> row) - 1);
    if (tile == edge_index(tile_level)) return edge_[tile_level].at(row, column);
    LEEWARD_ASSIGN(const auto nodes, full_tile(tile_level, tile));
    return nodes->at(row, column);
}

Result<std::shared_ptr<const TileTree::Nodes>> TileTree::full_tile(unsigned level,
                                                                   std::uint64_t index) {
    if (const auto hit = cache_.find(cache_key(level, index)); hit != cache_.end()) {
        hit->second.used = ++clock_;
        return hit->second.nodes;
    }
    LEEWARD_ASSIGN(const Bytes bytes, fetch_(level, index));
    if (bytes.size() != full_tile_bytes)
        return Error{Errc::corrupt,
                     "stored " + format_tile_path({level, index}) + " is not 8192 bytes"};
    const auto nodes = std::make_shared<Nodes>();
    for (std::size_t i = 0; i < tile_width; ++i)
        nodes->append(to_array<32>(BytesView(bytes).subspan(i * sizeof(Hash), sizeof(Hash))));
    remember(level, index, nodes);
    return std::shared_ptr<const Nodes>(nodes);
}

void TileTree::remember(unsigned level, std::uint64_t index, std::shared_ptr<const Nodes> nodes) {
    if (cache_.size() >= cached_tiles_)
        cache_.erase(
            std::min_element(cache_.begin(), cache_.end(), [](const auto& a, const auto& b) {
                return a.second.used < b.second.used;
            }));
    cache_.insert_or_assign(cache_key(level, index), Cached{++clock_, std::move(nodes)});
}

TileTree::Snapshot TileTree::snapshot() const {
    Snapshot out;
    out.size_ = size_;
    out.edge_ = edge_;
    return out;
}

void TileTree::restore(Snapshot snapshot) {
    size_ = snapshot.size_;
    edge_ = std::move(snapshot.edge_);
    std::erase_if(cache_, [&](const auto& cached) {  // tiles that were never filled after all
        return index_of(cached.first) >= edge_index(level_of(cached.first));
    });
}

std::vector<Hash> TileTree::partial_tile(unsigned level) const {
    std::vector<Hash> out;
    if (level >= edge_.size()) return out;
    for (unsigned i = 0; i < edge_[level].width(); ++i)
        out.push_back(edge_[level].at(0, i));
    return out;
}

}  // namespace leeward::crypto
