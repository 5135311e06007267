#include "crypto/merkle.h"

#include <algorithm>
#include <bit>

namespace leeward::crypto {
namespace {

constexpr Byte leaf_prefix = 0x00;
constexpr Byte node_prefix = 0x01;

bool is_odd(std::uint64_t n) {
    return (n & 1) != 0;
}

// The largest power of two below `count`, where RFC 6962 splits; `count` is at least 2.
std::uint64_t split_of(std::uint64_t count) {
    return std::bit_floor(count - 1);
}

// MTH of leaves [begin, end), where `begin` is a multiple of the power of two at or above their number.
Result<Hash> range_root(std::uint64_t begin, std::uint64_t end, HashReader& reader) {
    const std::uint64_t count = end - begin;
    if (std::has_single_bit(count)) {
        const auto level = static_cast<unsigned>(std::countr_zero(count));
        return reader.subtree(level, begin >> level);
    }
    const std::uint64_t split = begin + split_of(count);
    LEEWARD_ASSIGN(const Hash left, range_root(begin, split, reader));
    LEEWARD_ASSIGN(const Hash right, range_root(split, end, reader));
    return node_hash(left, right);
}

// Narrows [begin, end) to the half on the side of `leaf` and adds the root of the other half.
Outcome descend(
    std::uint64_t leaf, std::uint64_t& begin, std::uint64_t& end, Path& path, HashReader& reader) {
    const std::uint64_t split = begin + split_of(end - begin);
    const bool left = leaf < split;
    LEEWARD_ASSIGN(const Hash other,
                   left ? range_root(split, end, reader) : range_root(begin, split, reader));
    path.push_back(other);
    (left ? end : begin) = split;
    return Done{};
}

// The walk that inclusion and consistency share: where the path stands in the tree of `last` + 1
// leaves, and whether the next sibling is on the left.
class Climb {
public:
    Climb(std::uint64_t node, std::uint64_t last) : node_(node), last_(last) {}

    [[nodiscard]] bool at_root() const { return last_ == 0; }
    [[nodiscard]] bool sibling_is_left() const { return is_odd(node_) || node_ == last_; }
    void skip_right_children() {
        while (is_odd(node_))
            up();
    }
    void past_left_sibling() {
        while (!is_odd(node_) && node_ != 0)
            up();
        up();
    }
    void up() {
        node_ >>= 1;
        last_ >>= 1;
    }

private:
    std::uint64_t node_;
    std::uint64_t last_;
};

}  // namespace

Hash leaf_hash(BytesView data) {
    return sha256({BytesView(&leaf_prefix, 1), data});
}

Hash node_hash(const Hash& left, const Hash& right) {
    ByteArray<1 + 2 * sizeof(Hash)> input{};
    input[0] = node_prefix;
    std::copy(left.begin(), left.end(), input.begin() + 1);
    std::copy(right.begin(), right.end(), input.begin() + 1 + sizeof(Hash));
    return sha256(input);
}

Hash empty_root() {
    return sha256(BytesView{});
}

Hash merkle_root(std::span<const Hash> leaf_hashes) {
    Frontier frontier;
    for (const Hash& leaf : leaf_hashes)
        frontier.append(leaf);
    return frontier.root();
}

bool verify_inclusion(LeafIndex index,
                      TreeSize size,
                      const Hash& leaf,
                      std::span<const Hash> path,
                      const Hash& root) {
    if (index.get() >= size.get()) return false;
    Climb climb(index.get(), size.get() - 1);
    Hash hash = leaf;
    for (const Hash& sibling : path) {
        if (climb.at_root()) return false;
        if (climb.sibling_is_left()) {
            hash = node_hash(sibling, hash);
            climb.past_left_sibling();
        } else {
            hash = node_hash(hash, sibling);
            climb.up();
        }
    }
    return climb.at_root() && hash == root;
}

bool verify_consistency(TreeSize older,
                        TreeSize newer,
                        std::span<const Hash> path,
                        const Hash& older_root,
                        const Hash& newer_root) {
    const std::uint64_t m = older.get();
    if (m > newer.get()) return false;
    if (m == newer.get())
        return path.empty() && older_root == newer_root && (m != 0 || older_root == empty_root());
    const bool whole_subtree = std::has_single_bit(m);  // then the path leaves out the older root
    if (m == 0 || path.empty()) return false;

    Climb climb(m - 1, newer.get() - 1);
    climb.skip_right_children();
    Hash from_older = whole_subtree ? older_root : path[0];
    Hash from_newer = from_older;
    for (const Hash& sibling : path.subspan(whole_subtree ? 0 : 1)) {
        if (climb.at_root()) return false;
        if (climb.sibling_is_left()) {
            from_older = node_hash(sibling, from_older);
            from_newer = node_hash(sibling, from_newer);
            climb.past_left_sibling();
        } else {
            from_newer = node_hash(from_newer, sibling);
            climb.up();
        }
    }
    return climb.at_root() && from_older == older_root && from_newer == newer_root;
}

Result<Hash> root_at(TreeSize size, HashReader& reader) {
    if (size.get() == 0) return empty_root();
    return range_root(0, size.get(), reader);
}

Result<Path> inclusion_path(LeafIndex index, TreeSize size, HashReader& reader) {
    if (index.get() >= size.get()) return Error{Errc::invalid_argument, "leaf is not in the tree"};
    Path path;
    std::uint64_t begin = 0;
    std::uint64_t end = size.get();
    while (end - begin > 1)
        LEEWARD_TRY(descend(index.get(), begin, end, path, reader));
    std::reverse(path.begin(), path.end());
    return path;
}

Result<Path> consistency_path(TreeSize older, TreeSize newer, HashReader& reader) {
    if (older.get() == 0 || older.get() > newer.get())
        return Error{Errc::invalid_argument, "no consistency from that size"};
    Path path;
    std::uint64_t begin = 0;
    std::uint64_t end = newer.get();
    while (end != older.get())
        LEEWARD_TRY(descend(older.get() - 1, begin, end, path, reader));
    if (begin != 0) {
        LEEWARD_ASSIGN(const Hash last, range_root(begin, end, reader));
        path.push_back(last);
    }
    std::reverse(path.begin(), path.end());
    return path;
}

void Frontier::append(const Hash& leaf_hash) {
    Hash hash = leaf_hash;
    for (std::uint64_t left = size_; is_odd(left); left >>= 1) {
        hash = node_hash(subtrees_.back(), hash);
        subtrees_.pop_back();
    }
    subtrees_.push_back(hash);
    ++size_;
}

Hash Frontier::root() const {
    if (subtrees_.empty()) return empty_root();
    Hash hash = subtrees_.back();
    for (auto left = subtrees_.rbegin() + 1; left != subtrees_.rend(); ++left)
        hash = node_hash(*left, hash);
    return hash;
}

Bytes Frontier::serialise() const {
    Bytes out;
    append_be<8>(out, size_);
    for (const Hash& hash : subtrees_)
        leeward::append(out, hash);
    return out;
}

Result<Frontier> Frontier::restore(BytesView serialised) {
    if (serialised.size() < 8) return Error{Errc::malformed, "frontier too short"};
    Frontier out;
    out.size_ = read_be(serialised.first(8));
    const BytesView hashes = serialised.subspan(8);
    const auto count = static_cast<std::size_t>(std::popcount(out.size_));
    if (hashes.size() != count * sizeof(Hash))
        return Error{Errc::malformed, "frontier has the wrong number of hashes"};
    for (std::size_t i = 0; i < count; ++i)
        out.subtrees_.push_back(to_array<32>(hashes.subspan(i * sizeof(Hash), sizeof(Hash))));
    return out;
}

}  // namespace leeward::crypto
