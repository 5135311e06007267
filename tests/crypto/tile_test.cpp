#include "crypto/tile.h"

#include <map>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include "crypto/checkpoint.h"
#include "tests/crypto/merkle_reference.h"
#include "tests/support/vectors.h"

using namespace leeward;
using namespace leeward::crypto;

namespace {

// Full tiles by path, as a log's folder would hold them.
class Folder {
public:
    TileTree tree(std::size_t cached_tiles) { return TileTree(fetch(), emit(), cached_tiles); }
    TileTree::Fetch fetch() {
        return [this](unsigned level, std::uint64_t index) -> Result<Bytes> {
            ++fetched;
            const auto found = tiles.find(format_tile_path({level, index}));
            if (found == tiles.end()) return Error{Errc::not_found, "tile"};
            return found->second;
        };
    }
    TileTree::Emit emit() {
        return [this](unsigned level, std::uint64_t index, BytesView tile) -> Outcome {
            if (full) return Error{Errc::io, "disk full"};
            tiles[format_tile_path({level, index})] = to_bytes(tile);
            return Done{};
        };
    }

    std::map<std::string, Bytes> tiles;
    std::size_t fetched = 0;
    bool full = false;
};

void grow(TileTree& tree, std::span<const Hash> leaves) {
    for (const Hash& leaf : leaves)
        REQUIRE(tree.append(leaf));
}

Hash root_of(std::span<const Hash> all, std::size_t n) {
    return merkle_root(all.first(n));
}

}  // namespace

// The examples of c2sp.org/tlog-tiles.
TEST_CASE("a tile's path groups its index by three digits") {
    CHECK(format_tile_path({0, 0}) == "tile/0/000");
    CHECK(format_tile_path({0, 1234067}) == "tile/0/x001/x234/067");
    CHECK(format_tile_path({1, 0, 17}) == "tile/1/000.p/17");
    CHECK(format_entries_path({1234067}) == "tile/entries/x001/x234/067");
    CHECK(format_entries_path({273, 112}) == "tile/entries/273.p/112");
}

TEST_CASE("every tile path reads back as it was written") {
    REQUIRE(rc::check([] {
        const auto level = *rc::gen::inRange(0u, 8u);
        const auto index = *rc::gen::arbitrary<std::uint64_t>();
        const auto width = *rc::gen::inRange(1u, 257u);
        const TileAddress tile{level, index, width};
        const EntriesAddress entries{index, width};
        RC_ASSERT(parse_tile_path(format_tile_path(tile)).value() == tile);
        RC_ASSERT(parse_entries_path(format_entries_path(entries)).value() == entries);
    }));
    const TileAddress last{7, 0xFFFFFFFFFFFFFFFF};
    CHECK(parse_tile_path(format_tile_path(last)).value() == last);
}

TEST_CASE("a path that is not the one of a tile is refused") {
    for (const char* path : {"",
                             "tile",
                             "tile/",
                             "tile/0",
                             "tile/0/",
                             "tile/0/0",
                             "tile/0/00",
                             "tile/0/0000",
                             "tile/0/x000",
                             "tile/0/x000/001",
                             "tile/0/001/002",
                             "tile/0/x01/002",
                             "tile/0/x001/x002",
                             "tile/0/001/",
                             "tile/0//001",
                             "tile/00/001",
                             "tile/-1/001",
                             "tile/8/001",
                             "tile/0/+01",
                             "tile/0/001.p",
                             "tile/0/001.p/",
                             "tile/0/001.p/0",
                             "tile/0/001.p/256",
                             "tile/0/001.p/05",
                             "tile/0/001.p/5/",
                             "tile/0/001.p/5.p/5",
                             "tile/3/5/123/456/078",
                             "tile/3/-1/123/456/078",
                             "tile/0/x018/x446/x744/x073/x709/x551/616"}) {
        INFO(path);
        CHECK_FALSE(parse_tile_path(path));
    }
    CHECK_FALSE(parse_entries_path("tile/0/000"));
    CHECK_FALSE(parse_tile_path("tile/entries/000"));
}

// c2sp.org/tlog-tiles, "Partial Tiles".
TEST_CASE("a tree has the partial tiles that its size leaves over") {
    using Tiles = std::vector<TileAddress>;
    CHECK(partial_tiles_of(TreeSize{0}).empty());
    CHECK(partial_tiles_of(TreeSize{256}) == Tiles{{1, 0, 1}});
    CHECK(partial_tiles_of(TreeSize{70000}) == Tiles{{0, 273, 112}, {1, 1, 17}, {2, 0, 1}});
}

TEST_CASE("an entry bundle reads back, and only whole") {
    const std::vector<Bytes> entries{{}, {1}, Bytes(0xFFFF, 7)};
    const Bytes bundle = format_entry_bundle(entries).value();
    CHECK(parse_entry_bundle(bundle, 3).value() == entries);
    CHECK_FALSE(parse_entry_bundle(bundle, 2));
    CHECK_FALSE(parse_entry_bundle(BytesView(bundle).first(bundle.size() - 1), 3));
    CHECK_FALSE(parse_entry_bundle(Bytes{0}, 1));
    CHECK(format_entry_bundle(std::vector<Bytes>{Bytes(0x10000)}).error().code == Errc::too_large);
    CHECK(format_entry_bundle(std::vector<Bytes>(257)).error().code == Errc::too_large);
}

// The log of an independent implementation: its checkpoints, tiles and bundles are also ours.
TEST_CASE("a log written elsewhere is rebuilt byte for byte") {
    const auto vkey = parse_vkey(
        "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx");
    REQUIRE(vkey);
    const std::string folder = "tlog-tiles/tessera-log/";
    Folder store;
    TileTree tree = store.tree(4);
    for (std::size_t size = 0; size <= 8; ++size) {
        const auto note = support::vectors_text(folder + "checkpoint." + std::to_string(size));
        if (!note) return;
        if (size > 0) {
            const auto width = static_cast<unsigned>(size);
            const auto path = folder + format_entries_path({0, width});
            const auto entries = parse_entry_bundle(as_bytes(*support::vectors_text(path)), size);
            REQUIRE(entries);
            REQUIRE(tree.append(leaf_hash(entries->back())));
            Bytes tile;
            for (const Hash& hash : tree.partial_tile(0))
                append(tile, hash);
            CHECK(to_text(tile) ==
                  *support::vectors_text(folder + format_tile_path({0, 0, width})));
        }
        const auto opened = open_checkpoint(*note, *vkey);
        REQUIRE(opened);
        CHECK(opened->checkpoint.size == TreeSize{size});
        CHECK(opened->checkpoint.root == tree.root());
    }
}

TEST_CASE("the shared examples of tile paths are judged as they say") {
    for (const auto& path : support::vectors("tlog-tiles/paths.json", "invalid"))
        CHECK_FALSE(parse_tile_path(path.get<std::string>()));
}

TEST_CASE("a tile tree gives the RFC's roots and proofs at every small size") {
    const auto all = reference::leaves(130);
    Folder store;
    TileTree tree = store.tree(4);
    CHECK(tree.root() == empty_root());
    for (std::size_t n = 1; n <= all.size(); ++n) {
        REQUIRE(tree.append(all[n - 1]));
        REQUIRE(tree.root() == reference::root(std::span(all).first(n)));
    }
    for (std::size_t n = 1; n <= all.size(); ++n)
        for (std::size_t m = 1; m <= n; ++m) {
            const auto then = std::span(all).first(n);
            REQUIRE(tree.inclusion_path(LeafIndex{m - 1}, TreeSize{n}).value() ==
                    reference::inclusion(m - 1, then));
            REQUIRE(tree.consistency_path(TreeSize{m}, TreeSize{n}).value() ==
                    reference::consistency(m, then));
        }
    CHECK(store.tiles.empty());
}

TEST_CASE("a tile tree of three levels proves what its leaves say, from a small cache too") {
    const auto all = reference::leaves(66'000);
    Folder store;
    TileTree tree = store.tree(3);
    Frontier frontier;
    for (std::size_t n = 1; n <= all.size(); ++n) {
        REQUIRE(tree.append(all[n - 1]));
        frontier.append(all[n - 1]);
        if (n % 256 < 2 || n > 65'530) REQUIRE(tree.root() == frontier.root());
    }
    CHECK(store.tiles.size() == 257 + 1);
    CHECK(tree.partial_tile(2).size() == 1);
    const auto then = std::span<const Hash>(all);
    REQUIRE(rc::check([&] {
        const auto n = *rc::gen::inRange<std::size_t>(1, all.size() + 1);
        const auto m = *rc::gen::inRange<std::size_t>(1, n + 1);
        const Hash newer = tree.root_at(TreeSize{n}).value();
        const Hash older = tree.root_at(TreeSize{m}).value();
        RC_ASSERT(older == root_of(then, m));
        const auto path = tree.inclusion_path(LeafIndex{m - 1}, TreeSize{n});
        RC_ASSERT(verify_inclusion(LeafIndex{m - 1}, TreeSize{n}, all[m - 1], *path, newer));
        const auto proof = tree.consistency_path(TreeSize{m}, TreeSize{n});
        RC_ASSERT(verify_consistency(TreeSize{m}, TreeSize{n}, *proof, older, newer));
    }));
    CHECK(store.fetched > 0);
}

TEST_CASE("a proof from cached tiles fetches nothing") {
    const auto all = reference::leaves(2000);
    Folder store;
    TileTree tree = store.tree(64);
    grow(tree, all);
    for (std::size_t i = 0; i < all.size(); i += 97)
        REQUIRE(tree.inclusion_path(LeafIndex{i}, tree.size()));
    CHECK(store.fetched == 0);
}

TEST_CASE("a rolled-back append leaves no trace, not even in the cache") {
    const auto all = reference::leaves(600);
    Folder store;
    TileTree tree = store.tree(8);
    grow(tree, std::span(all).first(200));
    const auto before = tree.snapshot();
    grow(tree, reference::leaves(100));  // fills tile 0 with leaves that are then withdrawn
    store.tiles.clear();
    tree.restore(before);
    CHECK(tree.size() == TreeSize{200});
    CHECK(tree.root() == root_of(all, 200));
    grow(tree, std::span(all).subspan(200));
    CHECK(tree.root() == root_of(all, 600));
    CHECK(tree.inclusion_path(LeafIndex{10}, TreeSize{600}).value() ==
          reference::inclusion(10, all));
}

TEST_CASE("a copy of a tile tree grows on its own") {
    const auto all = reference::leaves(300);
    Folder store;
    TileTree tree = store.tree(8);
    grow(tree, std::span(all).first(250));
    TileTree copy = tree;
    grow(copy, std::span(all).subspan(250));
    CHECK(tree.root() == root_of(all, 250));
    CHECK(copy.root() == root_of(all, 300));
    CHECK(copy.inclusion_path(LeafIndex{0}, TreeSize{300}).value() == reference::inclusion(0, all));
}

TEST_CASE("a tile tree opened from its tiles is the one that was closed") {
    const auto all = reference::leaves(66'000);
    Folder store;
    TileTree tree = store.tree(8);
    std::size_t grown = 0;
    for (const std::size_t n : {0u, 1u, 255u, 256u, 257u, 1000u, 65'536u, 66'000u}) {
        for (; grown < n; ++grown)
            REQUIRE(tree.append(all[grown]));
        const auto edge = std::span(all).subspan(n - n % 256, n % 256);
        auto opened = TileTree::open(TreeSize{n}, edge, store.fetch(), store.emit());
        REQUIRE(opened);
        CHECK(opened->root() == tree.root());
        REQUIRE(opened->append(all[0]));
        CHECK(opened->size() == TreeSize{n + 1});
    }
    CHECK(TileTree::open(TreeSize{5}, {}, store.fetch(), store.emit()).error().code ==
          Errc::invalid_argument);
}

TEST_CASE("a stored tile that is missing or cut short is an error, not a proof") {
    const auto all = reference::leaves(600);
    Folder store;
    TileTree tree = store.tree(1);
    grow(tree, all);
    store.tiles["tile/0/000"].pop_back();
    CHECK(tree.inclusion_path(LeafIndex{3}, TreeSize{600}).error().code == Errc::corrupt);
    store.tiles.clear();
    CHECK(tree.inclusion_path(LeafIndex{3}, TreeSize{600}).error().code == Errc::not_found);
}

TEST_CASE("a tile that cannot be stored fails the append, and the snapshot undoes it") {
    const auto all = reference::leaves(256);
    Folder store;
    TileTree tree = store.tree(8);
    grow(tree, std::span(all).first(255));
    const auto before = tree.snapshot();
    store.full = true;
    CHECK(tree.append(all[255]).error().code == Errc::io);
    tree.restore(before);
    store.full = false;
    REQUIRE(tree.append(all[255]));
    CHECK(tree.root() == root_of(all, 256));
}

TEST_CASE("a proof beyond the tree is refused") {
    Folder store;
    TileTree tree = store.tree(8);
    grow(tree, reference::leaves(5));
    CHECK(tree.root_at(TreeSize{6}).error().code == Errc::invalid_argument);
    CHECK(tree.inclusion_path(LeafIndex{5}, TreeSize{5}).error().code == Errc::invalid_argument);
    CHECK(tree.inclusion_path(LeafIndex{0}, TreeSize{6}).error().code == Errc::invalid_argument);
    CHECK(tree.consistency_path(TreeSize{2}, TreeSize{6}).error().code == Errc::invalid_argument);
    CHECK(tree.subtree(64, 0).error().code == Errc::invalid_argument);
    CHECK(tree.subtree(2, 1).error().code == Errc::invalid_argument);
}
