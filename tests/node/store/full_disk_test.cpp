// A disk that is full or fails: what is stored, what is refused, and what is never confirmed.
#include <csignal>
#include <optional>

#include <catch2/catch_test_macros.hpp>
#include <sys/resource.h>

#include "node/store/store.h"
#include "tests/node/store/test_store.h"
#include "tests/support/small_disk.h"

namespace leeward::node {
namespace fs = std::filesystem;

namespace {

Outcome protect(Store& store, std::string_view name) {
    return store.write(Room::RESERVE, [&](Transaction& tx) {
        return tx.run("INSERT INTO meta(key, value) VALUES(?1, zeroblob(3000))", name);
    });
}

}  // namespace

TEST_CASE("a full disk says so, keeps what was stored, and passes") {
    TestStore home;
    Store store = home.open();
    fill(store, 10);
    const std::string limit =
        "PRAGMA max_page_count=" + std::to_string(number(store, "PRAGMA page_count") + 2);
    CHECK(number(store, limit) > 0);
    const auto outcome = store.write([](Transaction& tx) -> Outcome {
        LEEWARD_TRY(tx.run("INSERT INTO meta VALUES('test/small', x'00')"));
        return tx.run("INSERT INTO meta VALUES('test/big', zeroblob(1000000))");
    });
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == Errc::disk_full);
    CHECK(count(store) == 10);
    CHECK_FALSE(store.poisoned());
    CHECK(number(store, "PRAGMA max_page_count=1000000") > 0);
    CHECK(put(store, "test/now", "room"));
}

TEST_CASE("a write that goes on after a full disk stores nothing") {
    TestStore home;
    Store store = home.open();
    CHECK(number(store, "PRAGMA max_page_count=1") > 0);
    bool rolled_back = false;
    const auto outcome = store.write([&](Transaction& tx) -> Outcome {
        tx.on_rollback([&] { rolled_back = true; });
        CHECK_FALSE(tx.run("INSERT INTO meta VALUES('test/big', zeroblob(9000000))"));
        static_cast<void>(tx.run("UPDATE meta SET value = x'01'"));
        static_cast<void>(tx.run("INSERT INTO meta VALUES('test/after', x'00')"));
        return Error{Errc::io, "seen"};
    });
    CHECK_FALSE(outcome);
    CHECK(rolled_back);
    CHECK(count(store) == 0);
}

TEST_CASE("the reserve is real space beside the store and comes back") {
    TestStore home;
    const fs::path reserve = home.folder.path / "node.db.reserve";
    CHECK(home.open().space().reserve == 8 * 1024 * 1024);
    CHECK(fs::file_size(reserve) == 8 * 1024 * 1024);
    fs::remove(reserve);
    Store store = home.open();
    CHECK_FALSE(store.is_short());
    CHECK(store.space().reserve == 8 * 1024 * 1024);
    CHECK(fs::file_size(reserve) == 8 * 1024 * 1024);
}

TEST_CASE("what a full disk refuses is disk_full, whatever the work made of it") {
    TestStore home;
    Store store = home.open();
    CHECK(number(store, "PRAGMA max_page_count=1") > 0);
    const auto outcome = store.write([](Transaction& tx) -> Outcome {
        auto rows = tx.query("INSERT INTO meta VALUES('test/big', zeroblob(9000000)) RETURNING 1");
        return rows.next() ? Outcome(Done{}) : Error{Errc::not_found, "no such row"};
    });
    CHECK(outcome.error().code == Errc::disk_full);
    CHECK(count(store) == 0);
}

TEST_CASE("on a full disk only what protects people is stored, until there is room again") {
    if (!test::SmallDisk::possible()) SKIP("mounting a small disk is not allowed here");
    TestStore home;
    const test::SmallDisk disk(home.folder.path, 24);
    std::optional<Store> opened(home.open());
    REQUIRE(put(*opened, "test/kept", "before"));
    disk.fill();
    CHECK_FALSE(opened->is_short());

    CHECK(put(*opened, "test/new", "word").error().code == Errc::disk_full);
    CHECK(opened->is_short());
    CHECK(opened->space().reserve == 0);
    CHECK(protect(*opened, "test/withdrawn"));
    CHECK(put(*opened, "test/new", "word").error().code == Errc::disk_full);
    CHECK(opened->write([](Transaction& tx) { return tx.run("DELETE FROM meta WHERE 0"); }));

    opened.reset();
    opened.emplace(home.open());  // a start on a full disk
    CHECK(opened->is_short());
    CHECK(protect(*opened, "test/erased"));
    CHECK(put(*opened, "test/new", "word").error().code == Errc::disk_full);
    CHECK(count(*opened) == 3);

    disk.make_room();
    CHECK(put(*opened, "test/new", "word"));
    CHECK_FALSE(opened->is_short());
    CHECK(opened->space().reserve == 8 * 1024 * 1024);
    CHECK(count(*opened) == 4);
    CHECK(opened->verify());
}

TEST_CASE("the reserve holds hundreds of small writes, and its end is an error too") {
    if (!test::SmallDisk::possible()) SKIP("mounting a small disk is not allowed here");
    TestStore home;
    const test::SmallDisk disk(home.folder.path, 24);
    Store store = home.open();
    disk.fill();
    int stored = 0;
    const auto one = [&] { return protect(store, "test/" + std::to_string(stored)); };
    while (stored < 100'000 && one())
        ++stored;
    CHECK(one().error().code == Errc::disk_full);
    CHECK(stored > 500);
    CHECK(count(store) == stored);
    disk.make_room();
    CHECK(put(store, "test/new", "word"));
    CHECK(store.verify());
}

TEST_CASE("a commit that fails is not confirmed, and nothing is written until verified") {
    TestStore home;
    Store store = home.open();
    fill(store, 5);
    REQUIRE(store.checkpoint());
    std::string seen;
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    ::rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const ::rlimit none{1, before.rlim_max};
    const auto outcome = store.write([&](Transaction& tx) -> Outcome {
        tx.on_commit([&] { seen += "committed"; });
        tx.on_rollback([&] { seen += "rolled back"; });
        LEEWARD_TRY(tx.run("INSERT INTO meta VALUES('test/lost', x'00')"));
        ::setrlimit(RLIMIT_FSIZE, &none);
        return Done{};
    });
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, old_handler);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == Errc::io);
    CHECK(outcome.error().detail.find("not confirmed, retrying is safe") != std::string::npos);
    CHECK(seen == "rolled back");
    CHECK(store.poisoned());
    CHECK(count(store) == 5);  // reading goes on
    CHECK(put(store, "test/next", "x").error().code == Errc::io);
    REQUIRE(store.verify());
    CHECK_FALSE(store.poisoned());
    CHECK(put(store, "test/next", "x"));
}

}  // namespace leeward::node
