#include "node/store/store.h"

#include <csignal>
#include <fstream>
#include <optional>
#include <stdexcept>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/node/store/folder.h"
#include "tests/support/small_disk.h"

namespace leeward::node {
namespace fs = std::filesystem;
namespace {

using CaseId = Strong<struct TestCaseTag, ByteArray<16>>;

StoreKey key_of(Byte fill) {
    ByteArray<32> bytes{};
    bytes.fill(fill);
    return StoreKey(bytes);
}

struct Desk {
    TestFolder folder{};
    fs::path file = folder.path / "node.db";
    StoreKey key = key_of(7);

    Result<Store> try_open(StoreOptions options = {}) const {
        return Store::open(file, key, std::move(options));
    }
    Store open() const {
        auto opened = try_open();
        if (!opened) FAIL(opened.error().detail);
        return std::move(opened).value();
    }
};

Outcome put(Store& store, std::string_view name, std::string_view value) {
    return store.write([&](Transaction& tx) {
        return tx.run("INSERT INTO meta(key, value) VALUES(?1, ?2)", name, as_bytes(value));
    });
}

Outcome protect(Store& store, std::string_view name) {
    return store.write(Room::RESERVE, [&](Transaction& tx) {
        return tx.run("INSERT INTO meta(key, value) VALUES(?1, zeroblob(3000))", name);
    });
}

std::int64_t number(Store& store, std::string_view sql) {
    Rows rows = store.query(sql);
    const std::int64_t value = rows.next() ? rows.integer(0) : -1;
    REQUIRE(rows.status());
    return value;
}
std::string text(Store& store, std::string_view sql) {
    Rows rows = store.query(sql);
    return rows.next() ? rows.text(0) : "(none)";
}
std::int64_t count(Store& store) {
    return number(store, "SELECT count(*) FROM meta WHERE key LIKE 'test/%'");
}

// A store of a few hundred pages.
void fill(Store& store, int rows) {
    REQUIRE(store.write([rows](Transaction& tx) -> Outcome {
        for (int i = 0; i < rows; ++i)
            LEEWARD_TRY(tx.run("INSERT INTO meta VALUES(?1, ?2)",
                               "test/" + std::to_string(i),
                               Bytes(900, static_cast<Byte>(i))));
        return Done{};
    }));
}

// Reads everything; false where a page refuses.
bool reads_whole(Store& store) {
    Rows rows = store.query("SELECT key, value FROM meta");
    std::size_t bytes = 0;
    while (rows.next())
        bytes += rows.text(0).size() + rows.blob(1).size();
    return static_cast<bool>(rows.status()) && bytes > 0;
}

}  // namespace

TEST_CASE("what was written is there after opening again") {
    Desk desk;
    {
        Store store = desk.open();
        REQUIRE(put(store, "test/a", "one"));
    }
    Store store = desk.open();
    CHECK(text(store, "SELECT value FROM meta WHERE key = 'test/a'") == "one");
    CHECK(store.schema_version() >= 1);
    CHECK(fs::status(desk.file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("a wrong key is locked and changes nothing") {
    Desk desk;
    {
        Store store = desk.open();
        REQUIRE(put(store, "test/a", "one"));
    }
    const Bytes before = desk.folder.read("node.db");
    CHECK(Store::open(desk.file, key_of(8)).error().code == Errc::locked);
    CHECK(desk.folder.read("node.db") == before);
    Store store = desk.open();
    CHECK(count(store) == 1);
}

TEST_CASE("every safeguard is on in an open store") {
    Desk desk;
    Store store = desk.open();
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
    Desk desk;
    auto store = desk.try_open({.vfs = {}, .memory_security = true});
    REQUIRE(store);
    CHECK(number(*store, "PRAGMA cipher_memory_security") == 1);
}

TEST_CASE("a store whose safeguards do not take is refused") {
    Desk desk;  // memory has no write-ahead log
    CHECK(desk.try_open({.vfs = "memdb", .memory_security = false}).error().code ==
          Errc::unsupported);
    CHECK_FALSE(desk.try_open({.vfs = "no such", .memory_security = false}));
}

TEST_CASE("a schema from a newer version is refused") {
    Desk desk;
    {
        Store store = desk.open();
        REQUIRE(store.write([](Transaction& tx) { return tx.run("PRAGMA user_version=9999"); }));
    }
    CHECK(desk.try_open().error().code == Errc::unsupported);
}

TEST_CASE("a second open is refused, in this process and in another") {
    Desk desk;
    {
        const Store store = desk.open();
        CHECK(desk.try_open().error().code == Errc::busy);
        const ::pid_t child = ::fork();
        if (child == 0) {
            const auto second = desk.try_open();
            ::_exit(!second && second.error().code == Errc::busy ? 0 : 1);
        }
        int status = -1;
        REQUIRE(::waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 0);
    }
    CHECK(desk.try_open());
}

TEST_CASE("every kind of value goes in and comes out") {
    Desk desk;
    Store store = desk.open();
    enum class Colour : std::uint8_t { green = 3 };
    const CaseId id(ByteArray<16>{1, 2, 3});
    const std::optional<std::int64_t> nothing;
    REQUIRE(store.write([&](Transaction& tx) -> Outcome {
        LEEWARD_TRY(tx.run("CREATE TABLE v(a, b, c, d, e, f, g, h, i, j)"));
        return tx.run("INSERT INTO v VALUES(?,?,?,?,?,?,?,?,?,?)",
                      std::int64_t{-5},
                      4000000000U,
                      true,
                      "text",
                      std::string(),
                      Bytes{9, 8},
                      BytesView{},
                      id,
                      nothing,
                      std::optional<Colour>(Colour::green));
    }));
    Rows rows = store.query("SELECT * FROM v WHERE h = ?1 AND j = ?2", id, Colour::green);
    REQUIRE(rows.next());
    CHECK(rows.integer(0) == -5);
    CHECK(rows.integer(1) == 4000000000);
    CHECK(rows.integer(2) == 1);
    CHECK(rows.text(3) == "text");
    CHECK_FALSE(rows.is_null(4));
    CHECK(rows.text(4).empty());
    CHECK(rows.bytes(5) == Bytes{9, 8});
    CHECK_FALSE(rows.is_null(6));
    CHECK(rows.blob(6).empty());
    CHECK(rows.id<CaseId>(7) == id);
    CHECK(rows.is_null(8));
    CHECK(rows.integer(9) == 3);
    CHECK_FALSE(rows.next());
    CHECK_FALSE(rows.next());
    CHECK(rows.status());
}

TEST_CASE("an id of the wrong length is damage, not an id") {
    Desk desk;
    Store store = desk.open();
    REQUIRE(put(store, "test/a", "short"));
    Rows rows = store.query("SELECT value FROM meta WHERE key = 'test/a'");
    REQUIRE(rows.next());
    CHECK(rows.id<CaseId>(0) == CaseId{});
    CHECK_FALSE(rows.next());
    CHECK(rows.status().error().code == Errc::corrupt);
}

TEST_CASE("an error or an exception rolls a write back") {
    Desk desk;
    Store store = desk.open();
    const auto refused = store.write([](Transaction& tx) -> Result<int> {
        LEEWARD_TRY(tx.run("INSERT INTO meta VALUES('test/a', x'00')"));
        return Error{Errc::wrong_state, "no"};
    });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::wrong_state);
    CHECK_THROWS_AS(store.write([](Transaction& tx) -> Outcome {
        LEEWARD_TRY(tx.run("INSERT INTO meta VALUES('test/b', x'00')"));
        throw std::runtime_error("broken");
    }),
                    std::runtime_error);
    CHECK(count(store) == 0);
    const auto answer = store.write([](Transaction& tx) -> Result<int> {
        LEEWARD_TRY(tx.run("INSERT INTO meta VALUES('test/c', x'00')"));
        return 42;
    });
    REQUIRE(answer);
    CHECK(*answer == 42);
    CHECK(count(store) == 1);
}

TEST_CASE("actions follow the commit in order, or the rollback in reverse") {
    Desk desk;
    Store store = desk.open();
    std::string seen;
    const auto work = [&seen](bool good) {
        return [&seen, good](Transaction& tx) -> Outcome {
            tx.on_commit([&seen] { seen += "1"; });
            tx.on_commit([&seen] { seen += "2"; });
            tx.on_rollback([&seen] { seen += "a"; });
            tx.on_rollback([&seen] { seen += "b"; });
            if (good) return Done{};
            return Error{Errc::wrong_state};
        };
    };
    REQUIRE(store.write(work(true)));
    CHECK(seen == "12");
    CHECK_FALSE(store.write(work(false)));
    CHECK(seen == "12ba");
}

TEST_CASE("a write may follow from a commit, but not happen within a write") {
    Desk desk;
    Store store = desk.open();
    bool followed = false;
    REQUIRE(store.write([&](Transaction& tx) {
        tx.on_commit([&] { followed = static_cast<bool>(put(store, "test/b", "two")); });
        return tx.run("INSERT INTO meta VALUES('test/a', x'00')");
    }));
    CHECK(followed);
    CHECK_THROWS_AS(store.write([&](Transaction&) { return put(store, "test/c", "three"); }),
                    std::logic_error);
    CHECK(count(store) == 2);
}

TEST_CASE("a taken key and a broken rule are told apart") {
    Desk desk;
    Store store = desk.open();
    REQUIRE(put(store, "test/a", "one"));
    CHECK(put(store, "test/a", "two").error().code == Errc::already_exists);
    CHECK(store
              .write(
                  [](Transaction& tx) { return tx.run("INSERT INTO meta VALUES('test/b', NULL)"); })
              .error()
              .code == Errc::invalid_argument);
}

TEST_CASE("a deferred rule that breaks at commit stores nothing and poisons nothing") {
    Desk desk;
    Store store = desk.open();
    REQUIRE(store.write([](Transaction& tx) -> Outcome {
        LEEWARD_TRY(tx.run("CREATE TABLE p(id INTEGER PRIMARY KEY)"));
        return tx.run("CREATE TABLE c(p REFERENCES p DEFERRABLE INITIALLY DEFERRED)");
    }));
    CHECK(store.write([](Transaction& tx) { return tx.run("INSERT INTO c VALUES(1)"); })
              .error()
              .code == Errc::invalid_argument);
    CHECK_FALSE(store.poisoned());
    CHECK(number(store, "SELECT count(*) FROM c") == 0);
}

TEST_CASE("statements are prepared once, and may be open twice") {
    Desk desk;
    Store store = desk.open();
    fill(store, 3);
    const std::size_t before = store.cached_statements();
    std::string pairs;
    const std::string copy = "SELECT key FROM meta WHERE key LIKE 'test/%' ORDER BY key";
    for (int i = 0; i < 10; ++i) {
        pairs.clear();
        Rows outer = store.query("SELECT key FROM meta WHERE key LIKE 'test/%' ORDER BY key");
        while (outer.next()) {
            Rows inner = store.query(copy);
            while (inner.next())
                pairs += outer.text(0).substr(5) + inner.text(0).substr(5) + " ";
        }
    }
    CHECK(pairs == "00 01 02 10 11 12 20 21 22 ");
    CHECK(store.cached_statements() == before + 1);
}

TEST_CASE("another text at the same address is another statement") {
    Desk desk;
    Store store = desk.open();
    std::string sql = "SELECT 1";
    CHECK(number(store, sql) == 1);
    sql.back() = '2';
    CHECK(number(store, sql) == 2);
}

TEST_CASE("a mistake in SQL or a wrong number of values is a bug") {
    Desk desk;
    Store store = desk.open();
    CHECK_THROWS_AS(store.query("SELECT nonsense FROM nowhere"), std::logic_error);
    CHECK_THROWS_AS(store.query("SELECT ?1", 1, 2), std::logic_error);
    CHECK(number(store, "SELECT 1") == 1);
}

TEST_CASE("a full disk says so, keeps what was stored, and passes") {
    Desk desk;
    Store store = desk.open();
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
    Desk desk;
    Store store = desk.open();
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
    Desk desk;
    const fs::path reserve = desk.folder.path / "node.db.reserve";
    CHECK(desk.open().space().reserve == 8 * 1024 * 1024);
    CHECK(fs::file_size(reserve) == 8 * 1024 * 1024);
    fs::remove(reserve);
    Store store = desk.open();
    CHECK_FALSE(store.is_short());
    CHECK(store.space().reserve == 8 * 1024 * 1024);
    CHECK(fs::file_size(reserve) == 8 * 1024 * 1024);
}

TEST_CASE("what a full disk refuses is disk_full, whatever the work made of it") {
    Desk desk;
    Store store = desk.open();
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
    Desk desk;
    const test::SmallDisk disk(desk.folder.path, 24);
    std::optional<Store> opened(desk.open());
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
    opened.emplace(desk.open());  // a start on a full disk
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
    Desk desk;
    const test::SmallDisk disk(desk.folder.path, 24);
    Store store = desk.open();
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
    Desk desk;
    Store store = desk.open();
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

TEST_CASE("an open cursor keeps the log from being emptied, and verify from false alarms") {
    Desk desk;
    Store store = desk.open();
    fill(store, 3);
    {
        Rows rows = store.query("SELECT key FROM meta");
        REQUIRE(rows.next());
        CHECK(store.checkpoint().error().code == Errc::busy);
        CHECK(store.verify().error().code == Errc::busy);
    }
    CHECK(store.verify());
}

TEST_CASE("no file holds what is stored in the clear") {
    Desk desk;
    Store store = desk.open();
    REQUIRE(put(store, "test/canary-name", "canary-value"));
    CHECK_FALSE(desk.folder.holds("canary-"));
    REQUIRE(store.checkpoint());
    CHECK_FALSE(desk.folder.holds("canary-"));
    CHECK_FALSE(desk.folder.holds("SQLite format 3"));
}

namespace {

// What this process holds open and unlinked under the names of SQLite's temporary files.
std::string temporary_content() {
    std::string content;
    for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
        std::error_code gone;
        const fs::path target = fs::read_symlink(entry.path(), gone);
        if (gone || target.string().find("etilqs_") == std::string::npos) continue;
        content += to_text(TestFolder::read(entry.path()));
    }
    return content;
}

constexpr const char* spill =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
    "SELECT 'canary-' || i || hex(zeroblob(100)) AS t FROM n ORDER BY t DESC";

}  // namespace

TEST_CASE("a large sort spills nothing to a temporary file") {
    // That the search would see it: the same sort with temporary files allowed.
    sqlite3* plain = nullptr;
    sqlite3_stmt* statement = nullptr;
    REQUIRE(sqlite3_open(":memory:", &plain) == SQLITE_OK);
    REQUIRE(sqlite3_exec(plain, "PRAGMA temp_store=FILE", nullptr, nullptr, nullptr) == SQLITE_OK);
    REQUIRE(sqlite3_prepare_v2(plain, spill, -1, &statement, nullptr) == SQLITE_OK);
    REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
    CHECK(temporary_content().find("canary-") != std::string::npos);
    sqlite3_finalize(statement);
    sqlite3_close(plain);
    REQUIRE(temporary_content().empty());

    Desk desk;
    Store store = desk.open();
    Rows rows = store.query(spill);
    REQUIRE(rows.next());
    CHECK(rows.text(0).starts_with("canary-9"));
    CHECK(temporary_content().empty());
}

TEST_CASE("a store cut short is refused at every length, never taken for a new one") {
    Desk desk;
    {
        Store store = desk.open();
        fill(store, 60);
    }
    const Bytes whole = desk.folder.read("node.db");
    for (std::size_t size = 0; size < whole.size(); size += size % 4096 == 0 ? 1000 : 3096) {
        desk.folder.write("node.db", BytesView(whole).first(size));
        auto store = desk.try_open();
        if (store && reads_whole(*store) && store->verify()) FAIL("opened at " << size);
    }
    desk.folder.write("node.db", whole);
    Store store = desk.open();
    CHECK(count(store) == 60);
}

TEST_CASE("a flipped bit in any page is found by verify and never read as data") {
    Desk desk;
    {
        Store store = desk.open();
        fill(store, 60);
    }
    Bytes whole = desk.folder.read("node.db");
    for (std::size_t at = 0; at < whole.size(); at += 1361) {  // three places a page
        whole[at] ^= 0x10;
        desk.folder.write("node.db", whole);
        auto store = desk.try_open();
        const bool unseen = store && store->verify();
        // The reserved end of a page has a few bytes that nothing reads or authenticates.
        if (unseen && (at % 4096 < 4096 - 16 || !reads_whole(*store))) FAIL("unseen at " << at);
        if (!store)
            CHECK((store.error().code == Errc::corrupt || store.error().code == Errc::locked));
        whole[at] ^= 0x10;
    }
}

TEST_CASE("after a power loss a torn write-ahead log yields whole transactions only") {
    Desk desk;
    const TestFolder after;
    {
        Store store = desk.open();
        REQUIRE(store.checkpoint());
        for (int i = 0; i < 8; ++i)
            REQUIRE(store.write([i](Transaction& tx) -> Outcome {
                for (const char* half : {"a", "b"})
                    LEEWARD_TRY(tx.run("INSERT INTO meta VALUES(?1, zeroblob(3000))",
                                       "test/" + std::to_string(i) + half));
                return Done{};
            }));
        fs::copy_file(desk.file, after.path / "node.db");
        fs::copy_file(desk.folder.path / "node.db-wal", after.path / "whole-wal");
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
        auto store = Store::open(after.path / "node.db", desk.key);
        REQUIRE(store);
        const std::int64_t rows = count(*store);
        CHECK(rows % 2 == 0);
        CHECK(rows >= last);
        CHECK(store->verify());
        last = rows;
    }
    CHECK(last == 16);
}

TEST_CASE("a store can be moved while its cursors are open") {
    Desk desk;
    Store first = desk.open();
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
