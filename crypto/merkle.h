// The Merkle tree of RFC 6962 section 2.1 over SHA-256: hashes, proofs, and how proofs are checked.
//
// A leaf is hashed here from its data (prefix 00) and two children from their hashes (prefix 01), so
// an inner node can never be passed off as a leaf. Verification takes only 32-byte hashes and any
// 64-bit size, never throws, and answers yes or no.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/base/strong.h"
#include "crypto/hash.h"

namespace leeward::crypto {

using LeafIndex = Strong<struct LeafIndexTag, std::uint64_t>;  // zero-based
using TreeSize = Strong<struct TreeSizeTag, std::uint64_t>;    // number of leaves

// The sibling hashes of a proof, from the leaf towards the root. At most `max_path` of them.
using Path = std::vector<Hash>;
constexpr std::size_t max_path = 64;

[[nodiscard]] Hash leaf_hash(BytesView data);
[[nodiscard]] Hash node_hash(const Hash& left, const Hash& right);
[[nodiscard]] Hash empty_root();  // SHA-256 of nothing

// MTH of RFC 6962 over hashes of leaves; the empty root for none.
[[nodiscard]] Hash merkle_root(std::span<const Hash> leaf_hashes);

// RFC 9162 section 2.1.3.2. False for index >= size.
[[nodiscard]] bool verify_inclusion(
    LeafIndex index, TreeSize size, const Hash& leaf, std::span<const Hash> path, const Hash& root);

// RFC 9162 section 2.1.4.2: is the tree of `newer` leaves an extension of that of `older`? Equal
// sizes need equal roots and an empty path. An older size of 0 proves nothing about the newer tree,
// so it is false unless both trees are empty: whoever begins at nothing does not ask.
[[nodiscard]] bool verify_consistency(TreeSize older,
                                      TreeSize newer,
                                      std::span<const Hash> path,
                                      const Hash& older_root,
                                      const Hash& newer_root);

// Where the hashes of a tree are kept. `subtree` is MTH of the 2^level leaves that begin at
// index * 2^level; it is asked only for subtrees that are complete in the tree being proved.
class HashReader {
public:
    virtual ~HashReader() = default;
    virtual Result<Hash> subtree(unsigned level, std::uint64_t index) = 0;
};

// The root and proofs of the tree of the first `size` leaves that `reader` holds.
Result<Hash> root_at(TreeSize size, HashReader& reader);
// invalid_argument unless index < size.
Result<Path> inclusion_path(LeafIndex index, TreeSize size, HashReader& reader);
// invalid_argument unless 0 < older <= newer.
Result<Path> consistency_path(TreeSize older, TreeSize newer, HashReader& reader);

// A growing tree as its compact range: the roots of the complete subtrees along its right edge, at
// most 64 hashes. A value: copy it to try an append. Over a million appends a second.
class Frontier {
public:
    void append(const Hash& leaf_hash);
    [[nodiscard]] Hash root() const;
    [[nodiscard]] TreeSize size() const { return TreeSize{size_}; }

    // Eight bytes of size, big-endian, then the hashes, largest subtree first.
    [[nodiscard]] Bytes serialise() const;
    // malformed unless the number of hashes is what the size asks for.
    static Result<Frontier> restore(BytesView serialised);

    friend bool operator==(const Frontier&, const Frontier&) = default;

private:
    std::uint64_t size_ = 0;
    std::vector<Hash> subtrees_;  // one per set bit of size_, largest first
};

}  // namespace leeward::crypto
