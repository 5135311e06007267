// Opening a store and closing it: what must be on, and what is refused.
#include "node/store/store.h"

#include <optional>

#include <catch2/catch_test_macros.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/node/store/test_store.h"

namespace leeward::node {
namespace fs = std::filesystem;

TEST_CASE("what was written is there after opening again") {
    TestStore home;
    {
        Store store = home.open();
        REQUIRE(put(store, "test/a", "one"));
    }
    Store store = home.open();
    CHECK(text(store, "SELECT value FROM meta WHERE key = 'test/a'") == "one");
    CHECK(store.schema_version() >= 1);
    CHECK(fs::status(home.file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("a wrong key is locked and changes nothing") {
    TestStore home;
    {
        Store store = home.open();
        REQUIRE(put(store, "test/a", "one"));
    }
    const Bytes before = home.folder.read("node.db");
    CHECK(Store::open(home.file, key_of(8)).error().code == Errc::locked);
    CHECK(home.folder.read("node.db") == before);
    Store store = home.open();
    CHECK(count(store) == 1);
}

TEST_CASE("every safeguard is on in an open store") {
    TestStore home;
    Store store = home.open();
    CHECK(text(store, "PRAGMA cipher_version") >= "4.6");
    CHECK(number(store, "PRAGMA temp_store") == 2);
    CHECK(number(store, "PRAGMA synchronous") == 2);
    CHECK(text(store, "PRAGMA journal_mode") == "wal");
    CHECK(text(store, "PRAGMA locking_mode") == "exclusive");
    CHECK(number(store, "PRAGMA secure_delete") == 1);
    CHECK(number(store, "PRAGMA trusted_schema") == 0);
    CHECK(number(store, "PRAGMA foreign_keys") == 1);
    CHECK(number(store, "PRAGMA cell_size_check") == 1);
    CHECK(number(store, "PRAGMA cipher_use_hmac") == 1);
    CHECK_THROWS_AS(store.query("SELECT \"not a column\""), std::logic_error);
}

TEST_CASE("memory security can be asked for") {
    TestStore home;
    auto store = home.try_open({.vfs = {}, .memory_security = true});
    REQUIRE(store);
    CHECK(number(*store, "PRAGMA cipher_memory_security") == 1);
}

TEST_CASE("a store whose safeguards do not take is refused") {
    TestStore home;  // memory has no write-ahead log
    CHECK(home.try_open({.vfs = "memdb", .memory_security = false}).error().code ==
          Errc::unsupported);
    CHECK_FALSE(home.try_open({.vfs = "no such", .memory_security = false}));
}

TEST_CASE("a schema from a newer version is refused") {
    TestStore home;
    {
        Store store = home.open();
        REQUIRE(store.write([](Transaction& tx) { return tx.run("PRAGMA user_version=9999"); }));
    }
    CHECK(home.try_open().error().code == Errc::unsupported);
}

TEST_CASE("a second open is refused, in this process and in another") {
    TestStore home;
    {
        const Store store = home.open();
        CHECK(home.try_open().error().code == Errc::busy);
        const ::pid_t child = ::fork();
        if (child == 0) {
            const auto second = home.try_open();
            ::_exit(!second && second.error().code == Errc::busy ? 0 : 1);
        }
        int status = -1;
        REQUIRE(::waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 0);
    }
    CHECK(home.try_open());
}

TEST_CASE("an open cursor keeps the log from being emptied, and verify from false alarms") {
    TestStore home;
    Store store = home.open();
    fill(store, 3);
    {
        Rows rows = store.query("SELECT key FROM meta");
        REQUIRE(rows.next());
        CHECK(store.checkpoint().error().code == Errc::busy);
        CHECK(store.verify().error().code == Errc::busy);
    }
    CHECK(store.verify());
}

TEST_CASE("a write counts once something of it is stored") {
    TestStore home;
    Store store = home.open();
    const auto before = store.writes();
    const auto put = [](Transaction& tx) {
        return tx.run("INSERT INTO meta VALUES('seen',x'31')");
    };
    const auto drop = [](Transaction& tx) { return tx.run("DELETE FROM meta WHERE key='nobody'"); };
    CHECK(store.write(drop));
    CHECK(store.peek(put));
    CHECK_FALSE(store.write([&](Transaction& tx) -> Outcome {
        LEEWARD_TRY(put(tx));
        return Error{Errc::wrong_state, "not now"};
    }));
    CHECK(store.writes() == before);
    CHECK(store.write(put));
    CHECK(store.writes() == before + 1);
}

TEST_CASE("a store can be moved while its cursors are open") {
    TestStore home;
    Store first = home.open();
    fill(first, 3);
    auto rows = std::make_optional(first.query("SELECT key FROM meta WHERE key LIKE 'test/%'"));
    REQUIRE(rows->next());
    Store second = std::move(first);
    CHECK(rows->next());
    rows.reset();  // before its store goes
    CHECK(count(second) == 3);
    CHECK(second.optimize());
}

}  // namespace leeward::node
