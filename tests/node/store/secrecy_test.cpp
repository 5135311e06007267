// No file on the disk shows what a store holds.
#include <catch2/catch_test_macros.hpp>
#include <sqlite3.h>

#include "node/store/store.h"
#include "tests/node/store/test_store.h"

namespace leeward::node {
namespace fs = std::filesystem;

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

TEST_CASE("no file holds what is stored in the clear") {
    TestStore home;
    Store store = home.open();
    REQUIRE(put(store, "test/canary-name", "canary-value"));
    CHECK_FALSE(home.folder.holds("canary-"));
    REQUIRE(store.checkpoint());
    CHECK_FALSE(home.folder.holds("canary-"));
    CHECK_FALSE(home.folder.holds("SQLite format 3"));
}

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

    TestStore home;
    Store store = home.open();
    Rows rows = store.query(spill);
    REQUIRE(rows.next());
    CHECK(rows.text(0).starts_with("canary-9"));
    CHECK(temporary_content().empty());
}

}  // namespace leeward::node
