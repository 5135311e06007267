// What a write stores, and what it leaves where it fails; and how values and statements go in and out.
#include <optional>
#include <stdexcept>

#include <catch2/catch_test_macros.hpp>

#include "node/store/store.h"
#include "tests/node/store/test_store.h"

namespace leeward::node {

namespace {

using CaseId = Strong<struct TestCaseTag, ByteArray<16>>;

}  // namespace

TEST_CASE("every kind of value goes in and comes out") {
    TestStore home;
    Store store = home.open();
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
    TestStore home;
    Store store = home.open();
    REQUIRE(put(store, "test/a", "short"));
    Rows rows = store.query("SELECT value FROM meta WHERE key = 'test/a'");
    REQUIRE(rows.next());
    CHECK(rows.id<CaseId>(0) == CaseId{});
    CHECK_FALSE(rows.next());
    CHECK(rows.status().error().code == Errc::corrupt);
}

TEST_CASE("an error or an exception rolls a write back") {
    TestStore home;
    Store store = home.open();
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
    TestStore home;
    Store store = home.open();
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
    TestStore home;
    Store store = home.open();
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
    TestStore home;
    Store store = home.open();
    REQUIRE(put(store, "test/a", "one"));
    CHECK(put(store, "test/a", "two").error().code == Errc::already_exists);
    CHECK(store
              .write(
                  [](Transaction& tx) { return tx.run("INSERT INTO meta VALUES('test/b', NULL)"); })
              .error()
              .code == Errc::invalid_argument);
}

TEST_CASE("a deferred rule that breaks at commit stores nothing and poisons nothing") {
    TestStore home;
    Store store = home.open();
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
    TestStore home;
    Store store = home.open();
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
    TestStore home;
    Store store = home.open();
    std::string sql = "SELECT 1";
    CHECK(number(store, sql) == 1);
    sql.back() = '2';
    CHECK(number(store, sql) == 2);
}

TEST_CASE("a mistake in SQL or a wrong number of values is a bug") {
    TestStore home;
    Store store = home.open();
    CHECK_THROWS_AS(store.query("SELECT nonsense FROM nowhere"), std::logic_error);
    CHECK_THROWS_AS(store.query("SELECT ?1", 1, 2), std::logic_error);
    CHECK(number(store, "SELECT 1") == 1);
}

}  // namespace leeward::node
