// Files that were cut, altered or torn: never read as data, and never taken for a new store.
#include <catch2/catch_test_macros.hpp>

#include "node/store/store.h"
#include "tests/node/store/test_store.h"

namespace leeward::node {
namespace fs = std::filesystem;

namespace {

// Reads everything; false where a page refuses.
bool reads_whole(Store& store) {
    Rows rows = store.query("SELECT key, value FROM meta");
    std::size_t bytes = 0;
    while (rows.next())
        bytes += rows.text(0).size() + rows.blob(1).size();
    return static_cast<bool>(rows.status()) && bytes > 0;
}

}  // namespace

TEST_CASE("a store cut short is refused at every length, never taken for a new one") {
    TestStore home;
    {
        Store store = home.open();
        fill(store, 60);
    }
    const Bytes whole = home.folder.read("node.db");
    for (std::size_t size = 0; size < whole.size(); size += size % 4096 == 0 ? 1000 : 3096) {
        home.folder.write("node.db", BytesView(whole).first(size));
        auto store = home.try_open();
        if (store && reads_whole(*store) && store->verify()) FAIL("opened at " << size);
    }
    home.folder.write("node.db", whole);
    Store store = home.open();
    CHECK(count(store) == 60);
}

TEST_CASE("a flipped bit in any page is found by verify and never read as data") {
    TestStore home;
    {
        Store store = home.open();
        fill(store, 60);
    }
    Bytes whole = home.folder.read("node.db");
    for (std::size_t at = 0; at < whole.size(); at += 1361) {  // three places a page
        whole[at] ^= 0x10;
        home.folder.write("node.db", whole);
        auto store = home.try_open();
        const bool unseen = store && store->verify();
        // The reserved end of a page has a few bytes that nothing reads or authenticates.
        if (unseen && (at % 4096 < 4096 - 16 || !reads_whole(*store))) FAIL("unseen at " << at);
        if (!store)
            CHECK((store.error().code == Errc::corrupt || store.error().code == Errc::locked));
        whole[at] ^= 0x10;
    }
}

TEST_CASE("after a power loss a torn write-ahead log yields whole transactions only") {
    TestStore home;
    const TestFolder after;
    {
        Store store = home.open();
        REQUIRE(store.checkpoint());
        for (int i = 0; i < 8; ++i)
            REQUIRE(store.write([i](Transaction& tx) -> Outcome {
                for (const char* half : {"a", "b"})
                    LEEWARD_TRY(tx.run("INSERT INTO meta VALUES(?1, zeroblob(3000))",
                                       "test/" + std::to_string(i) + half));
                return Done{};
            }));
        fs::copy_file(home.file, after.path / "node.db");
        fs::copy_file(home.folder.path / "node.db-wal", after.path / "whole-wal");
    }
    const Bytes database = after.read("node.db");
    const Bytes log = after.read("whole-wal");
    REQUIRE(log.size() > 8 * 4096);
    std::int64_t last = 0;
    std::vector<std::size_t> sizes;
    for (std::size_t size = 0; size < log.size(); size += 1999)
        sizes.push_back(size);
    sizes.push_back(log.size());
    for (const std::size_t size : sizes) {
        after.write("node.db", database);
        after.write("node.db-wal", BytesView(log).first(size));
        auto store = Store::open(after.path / "node.db", home.key);
        REQUIRE(store);
        const std::int64_t rows = count(*store);
        CHECK(rows % 2 == 0);
        CHECK(rows >= last);
        CHECK(store->verify());
        last = rows;
    }
    CHECK(last == 16);
}

}  // namespace leeward::node
