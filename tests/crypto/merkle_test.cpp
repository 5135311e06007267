#include "crypto/merkle.h"

#include <bit>
#include <filesystem>
#include <fstream>
#include <limits>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include "crypto/base/base64.h"
#include "crypto/base/hex.h"
#include "tests/crypto/merkle_reference.h"
#include "tests/support/vectors.h"

using namespace leeward;
using namespace leeward::crypto;

namespace {

constexpr std::size_t largest = 130;  // just past a tile's half: every shape of three carries

Hash hash_of(std::string_view hex_text) {
    return hex::decode_array<32>(hex_text).value();
}

bool included(
    std::size_t i, std::uint64_t n, const Hash& leaf, const Path& path, const Hash& root) {
    return verify_inclusion(LeafIndex{i}, TreeSize{n}, leaf, path, root);
}

bool consistent(
    std::uint64_t m, std::uint64_t n, const Path& path, const Hash& r1, const Hash& r2) {
    return verify_consistency(TreeSize{m}, TreeSize{n}, path, r1, r2);
}

void flip(Hash& hash, std::size_t bit) {
    hash[bit / 8] = static_cast<Byte>(hash[bit / 8] ^ (1u << (bit % 8)));
}

// Does `accepts` refuse the path with any of these bits of any hash turned over, without any one hash,
// and with a hash more?
template <class Accepts>
bool refuses_changes(const Path& path,
                     std::size_t bit_step,
                     std::size_t first_bit,
                     Accepts accepts) {
    for (std::size_t i = 0; i < path.size(); ++i) {
        for (std::size_t bit = first_bit; bit < 256; bit += bit_step) {
            Path changed = path;
            flip(changed[i], bit);
            if (accepts(changed)) return false;
        }
        Path shorter = path;
        shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
        if (accepts(shorter)) return false;
    }
    Path longer = path;
    longer.push_back(empty_root());
    return !accepts(longer);
}

// Every bit in small trees; in larger ones one bit of each hash, another one in each tree.
std::size_t bit_step(std::size_t size) {
    return size <= 10 ? 1 : 256;
}

std::optional<Hash> vector_hash(const support::Vectors& text) {
    const auto bytes = base64::decode(text.get<std::string>());
    if (!bytes || bytes->size() != sizeof(Hash)) return std::nullopt;
    return to_array<32>(*bytes);
}

std::optional<Path> vector_path(const support::Vectors& vector) {
    Path path;
    for (const auto& text : vector.at("proof")) {
        const auto hash = vector_hash(text);
        if (!hash) return std::nullopt;
        path.push_back(*hash);
    }
    return path;
}

// Runs `check` on each file below vectors/merkle/<kind>.
template <class Check>
void for_each_vector(const char* kind, Check check) {
    const auto folder = support::vectors_path(std::string("merkle/") + kind);
    if (!folder) return;
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(*folder)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream file(entry.path());
        INFO(entry.path());
        check(support::Vectors::parse(file), entry.path().filename().string());
        ++count;
    }
    CHECK(count > 50);
}

}  // namespace

// RFC 6962 section 2.1; the values are those of Certificate Transparency's reference tests.
TEST_CASE("leaves and nodes are hashed with their prefixes") {
    CHECK(empty_root() ==
          hash_of("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    CHECK(leaf_hash({}) ==
          hash_of("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"));
    CHECK(leaf_hash(as_bytes("L123456")) ==
          hash_of("395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"));
}

// The eight leaves of Certificate Transparency's reference tests and the roots of their trees.
TEST_CASE("the roots of the reference tree come out") {
    const std::vector<std::string> inputs{"",
                                          "00",
                                          "10",
                                          "2021",
                                          "3031",
                                          "40414243",
                                          "5051525354555657",
                                          "606162636465666768696a6b6c6d6e6f"};
    const std::vector<std::string> roots{
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    std::vector<Hash> leaves;
    CHECK(merkle_root(leaves) == hash_of(roots[0]));
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        leaves.push_back(leaf_hash(hex::decode(inputs[i]).value()));
        CHECK(merkle_root(leaves) == hash_of(roots[i + 1]));
    }
}

TEST_CASE("inclusion proofs of the shared vectors are judged as they say") {
    for_each_vector("inclusion", [](const support::Vectors& v, const std::string&) {
        const auto leaf = vector_hash(v.at("leafHash"));
        const auto root = vector_hash(v.at("root"));
        const auto path = vector_path(v);
        const bool accepted = leaf && root && path &&
                              included(v.at("leafIdx").get<std::size_t>(),
                                       v.at("treeSize").get<std::uint64_t>(),
                                       *leaf,
                                       *path,
                                       *root);
        CHECK(accepted != v.at("wantErr").get<bool>());
    });
}

TEST_CASE("consistency proofs of the shared vectors are judged as they say") {
    for_each_vector("consistency", [](const support::Vectors& v, const std::string& file) {
        if (file == "sizes-are-equal-one-and-proof-is-empty.json") return;  // roots of 12 bytes
        const auto older = vector_hash(v.at("root1"));
        const auto newer = vector_hash(v.at("root2"));
        const auto path = vector_path(v);
        const bool accepted = older && newer && path &&
                              consistent(v.at("size1").get<std::uint64_t>(),
                                         v.at("size2").get<std::uint64_t>(),
                                         *path,
                                         *older,
                                         *newer);
        CHECK(accepted != v.at("wantErr").get<bool>());
    });
}

TEST_CASE("every inclusion proof is the RFC's, and verifies, and no change of it does") {
    const auto all = reference::leaves(largest);
    reference::Reader reader(all);
    for (std::size_t n = 1; n <= largest; ++n) {
        const auto tree = std::span(all).first(n);
        const Hash root = reference::root(tree);
        for (std::size_t i = 0; i < n; ++i) {
            const auto path = inclusion_path(LeafIndex{i}, TreeSize{n}, reader);
            REQUIRE(path);
            INFO("leaf " << i << " of " << n);
            REQUIRE(*path == reference::inclusion(i, tree));
            REQUIRE(included(i, n, all[i], *path, root));
            REQUIRE(refuses_changes(*path, bit_step(n), (n + i) % 256, [&](const Path& changed) {
                return included(i, n, all[i], changed, root);
            }));
            Hash other_root = root;
            flip(other_root, (n + i) % 256);
            REQUIRE_FALSE(included(i, n, all[i], *path, other_root));
            REQUIRE_FALSE(included(i, n, other_root, *path, root));
        }
    }
}

// The size is bound by the checkpoint that names it, not by the path: a size whose tree has the same
// shape around the leaf verifies too. One that does not, cannot.
TEST_CASE("an inclusion proof is for one index, and not for a tree of another height") {
    const auto all = reference::leaves(40);
    for (std::size_t n = 1; n <= all.size(); ++n) {
        const auto tree = std::span(all).first(n);
        const Hash root = reference::root(tree);
        for (std::size_t i = 0; i < n; ++i) {
            const Path path = reference::inclusion(i, tree);
            for (std::size_t other = 0; other <= n; ++other)
                REQUIRE(included(other, n, all[i], path, root) == (other == i));
            REQUIRE_FALSE(included(i, 4 * std::bit_ceil(n), all[i], path, root));
            REQUIRE_FALSE(included(i, i, all[i], path, root));
            REQUIRE_FALSE(included(i, 0, all[i], path, root));
        }
    }
}

TEST_CASE("every consistency proof is the RFC's, and verifies, and no change of it does") {
    const auto all = reference::leaves(largest);
    reference::Reader reader(all);
    for (std::size_t n = 1; n <= largest; ++n) {
        const Hash newer = reference::root(std::span(all).first(n));
        for (std::size_t m = 1; m <= n; ++m) {
            const Hash older = reference::root(std::span(all).first(m));
            const auto path = consistency_path(TreeSize{m}, TreeSize{n}, reader);
            REQUIRE(path);
            INFO("from " << m << " to " << n);
            REQUIRE(*path == reference::consistency(m, std::span(all).first(n)));
            REQUIRE(consistent(m, n, *path, older, newer));
            REQUIRE(refuses_changes(*path, bit_step(n), (n + m) % 256, [&](const Path& changed) {
                return consistent(m, n, changed, older, newer);
            }));
            Hash other = older;
            flip(other, (n + m) % 256);
            REQUIRE_FALSE(consistent(m, n, *path, other, newer));
            REQUIRE_FALSE(consistent(m, n, *path, older, other));
        }
    }
}

TEST_CASE("a consistency proof is from one size, and not to a tree of another height") {
    const auto all = reference::leaves(40);
    for (std::size_t n = 1; n <= all.size(); ++n) {
        const Hash newer = reference::root(std::span(all).first(n));
        for (std::size_t m = 1; m <= n; ++m) {
            const Hash older = reference::root(std::span(all).first(m));
            const Path path = reference::consistency(m, std::span(all).first(n));
            for (std::size_t other = 0; other <= n + 1; ++other)
                REQUIRE(consistent(other, n, path, older, newer) == (other == m));
            REQUIRE_FALSE(consistent(m, 4 * std::bit_ceil(n), path, older, newer));
        }
    }
}

TEST_CASE("nothing is consistent with the empty tree but the empty tree") {
    const auto leaves = reference::leaves(3);
    const Hash root = reference::root(leaves);
    CHECK(consistent(0, 0, {}, empty_root(), empty_root()));
    CHECK_FALSE(consistent(0, 0, {}, root, root));
    CHECK_FALSE(consistent(0, 3, {}, empty_root(), root));
    CHECK_FALSE(consistent(0, 3, {root}, empty_root(), root));
    reference::Reader reader(leaves);
    CHECK(consistency_path(TreeSize{0}, TreeSize{3}, reader).error().code ==
          Errc::invalid_argument);
    CHECK(consistency_path(TreeSize{3}, TreeSize{2}, reader).error().code ==
          Errc::invalid_argument);
    CHECK(inclusion_path(LeafIndex{3}, TreeSize{3}, reader).error().code == Errc::invalid_argument);
    CHECK(root_at(TreeSize{0}, reader).value() == empty_root());
}

TEST_CASE("sizes at the end of 64 bits are judged without overflow") {
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    const Hash hash = empty_root();
    for (std::size_t length = 0; length <= max_path + 1; ++length) {
        const Path path(length, hash);
        CHECK_FALSE(included(most, most, hash, path, hash));
        CHECK_FALSE(included(most - 1, most, hash, path, hash));
        CHECK_FALSE(included(0, most, hash, path, hash));
        CHECK_FALSE(consistent(most - 1, most, path, hash, hash));
        CHECK_FALSE(consistent(std::uint64_t{1} << 63, most, path, hash, hash));
        CHECK_FALSE(consistent(most, most - 1, path, hash, hash));
    }
    reference::Reader reader({});
    CHECK(inclusion_path(LeafIndex{most - 1}, TreeSize{most}, reader).error().code ==
          Errc::not_found);
}

TEST_CASE("a frontier has the RFC's root at every size and survives being stored") {
    const auto all = reference::leaves(largest);
    reference::Reader reader(all);
    Frontier frontier;
    CHECK(frontier.root() == empty_root());
    for (std::size_t n = 1; n <= largest; ++n) {
        frontier.append(all[n - 1]);
        REQUIRE(frontier.size() == TreeSize{n});
        REQUIRE(frontier.root() == reference::root(std::span(all).first(n)));
        REQUIRE(root_at(TreeSize{n}, reader).value() == frontier.root());
        const auto restored = Frontier::restore(frontier.serialise());
        REQUIRE(restored);
        REQUIRE(*restored == frontier);
    }
}

TEST_CASE("a frontier with hashes missing or too many is refused") {
    Frontier frontier;
    for (const Hash& leaf : reference::leaves(7))
        frontier.append(leaf);
    const Bytes stored = frontier.serialise();
    for (std::size_t length = 0; length < stored.size(); ++length)
        CHECK_FALSE(Frontier::restore(BytesView(stored).first(length)));
    Bytes longer = stored;
    longer.push_back(0);
    CHECK(Frontier::restore(longer).error().code == Errc::malformed);
}

TEST_CASE("proofs verify between any two sizes of a larger tree") {
    const auto all = reference::leaves(3000);
    reference::Reader reader(all);
    REQUIRE(rc::check([&] {
        const auto n = *rc::gen::inRange<std::size_t>(1, all.size() + 1);
        const auto m = *rc::gen::inRange<std::size_t>(1, n + 1);
        const Hash newer = merkle_root(std::span(all).first(n));
        const Hash older = merkle_root(std::span(all).first(m));
        const auto path = inclusion_path(LeafIndex{m - 1}, TreeSize{n}, reader);
        const auto proof = consistency_path(TreeSize{m}, TreeSize{n}, reader);
        RC_ASSERT(included(m - 1, n, all[m - 1], *path, newer));
        RC_ASSERT(consistent(m, n, *proof, older, newer));
    }));
}
