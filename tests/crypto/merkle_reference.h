// The recursive definitions of RFC 6962 section 2.1 as the RFC writes them, to compare with.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "crypto/merkle.h"

namespace leeward::crypto::reference {

inline std::size_t split_of(std::size_t n) {
    std::size_t k = 1;
    while (k * 2 < n)
        k *= 2;
    return k;
}

inline Hash root(std::span<const Hash> d) {  // MTH(D[n])
    if (d.empty()) return sha256(BytesView{});
    if (d.size() == 1) return d[0];
    const std::size_t k = split_of(d.size());
    return node_hash(root(d.first(k)), root(d.subspan(k)));
}

inline Path inclusion(std::size_t m, std::span<const Hash> d) {  // PATH(m, D[n])
    if (d.size() == 1) return {};
    const std::size_t k = split_of(d.size());
    Path path = m < k ? inclusion(m, d.first(k)) : inclusion(m - k, d.subspan(k));
    path.push_back(m < k ? root(d.subspan(k)) : root(d.first(k)));
    return path;
}

inline Path subproof(std::size_t m, std::span<const Hash> d, bool whole) {  // SUBPROOF(m, D[n], b)
    if (m == d.size()) return whole ? Path{} : Path{root(d)};
    const std::size_t k = split_of(d.size());
    Path path = m <= k ? subproof(m, d.first(k), whole) : subproof(m - k, d.subspan(k), false);
    path.push_back(m <= k ? root(d.subspan(k)) : root(d.first(k)));
    return path;
}

inline Path consistency(std::size_t m, std::span<const Hash> d) {  // PROOF(m, D[n])
    return subproof(m, d, true);
}

inline std::vector<Hash> leaves(std::size_t count) {
    std::vector<Hash> out;
    for (std::size_t i = 0; i < count; ++i)
        out.push_back(leaf_hash(as_bytes(std::to_string(i))));
    return out;
}

// Any complete subtree of the leaves it is given; not_found for one that is not complete.
class Reader final : public HashReader {
public:
    explicit Reader(std::vector<Hash> leaves) : leaves_(std::move(leaves)) {}

    Result<Hash> subtree(unsigned level, std::uint64_t index) override {
        const std::size_t width = std::size_t{1} << level;
        if ((index + 1) * width > leaves_.size()) return Error{Errc::not_found, "subtree"};
        const auto key = std::pair{level, index};
        if (const auto known = known_.find(key); known != known_.end()) return known->second;
        return known_[key] = root(std::span(leaves_).subspan(index * width, width));
    }

private:
    std::vector<Hash> leaves_;
    std::map<std::pair<unsigned, std::uint64_t>, Hash> known_;
};

}  // namespace leeward::crypto::reference
