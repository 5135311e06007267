#include "node/store/migrate.h"

#include <array>

#include <catch2/catch_test_macros.hpp>

namespace leeward::node {
namespace {

// Migrations need no encryption: a plain database in memory does.
std::unique_ptr<sql::Connection> in_memory() {
    auto opened = sql::Connection::open(":memory:", "unix");
    REQUIRE(opened);
    return std::move(opened).value();
}

std::int64_t number(sql::Connection& connection, std::string_view text) {
    Rows rows = connection.query(text, {});
    return rows.next() ? rows.integer(0) : -1;
}

constexpr std::array two{
    Migration{"0001_a", "CREATE TABLE a(x INTEGER) STRICT; INSERT INTO a VALUES(1);"},
    Migration{"0002_b", "CREATE TABLE b(x INTEGER) STRICT; UPDATE a SET x = x + 1;"},
};

}  // namespace

TEST_CASE("every migration is applied once, in order") {
    const auto connection = in_memory();
    REQUIRE(migrate(*connection, std::span(two).first(1)));
    CHECK(number(*connection, "PRAGMA user_version") == 1);
    REQUIRE(migrate(*connection, two));
    REQUIRE(migrate(*connection, two));
    CHECK(number(*connection, "PRAGMA user_version") == 2);
    CHECK(number(*connection, "SELECT x FROM a") == 2);
}

TEST_CASE("a migration that fails leaves nothing of itself and of those before it") {
    const auto connection = in_memory();
    constexpr std::array bad{
        two[0],
        Migration{"0002_bad",
                  "CREATE TABLE c(x INTEGER NOT NULL) STRICT; INSERT INTO c VALUES(NULL);"}};
    const auto outcome = migrate(*connection, bad);
    REQUIRE_FALSE(outcome);
    CHECK(number(*connection, "PRAGMA user_version") == 0);
    CHECK(number(*connection, "SELECT count(*) FROM sqlite_schema") == 0);
    CHECK_FALSE(connection->in_transaction());
}

TEST_CASE("a schema of a newer version is refused and left alone") {
    const auto connection = in_memory();
    REQUIRE(migrate(*connection, two));
    const auto outcome = migrate(*connection, std::span(two).first(1));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == Errc::unsupported);
    CHECK(number(*connection, "SELECT x FROM b") == -1);
    CHECK(number(*connection, "PRAGMA user_version") == 2);
}

TEST_CASE("the database of another program is refused") {
    const auto connection = in_memory();
    REQUIRE(connection->script("PRAGMA user_version=1"));
    const auto outcome = migrate(*connection, two);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == Errc::unsupported);
}

TEST_CASE("the schema that is built in has at least its first file") {
    REQUIRE_FALSE(migrations().empty());
    CHECK(migrations().front().name == "0001_start");
    CHECK(migrations().front().sql.find("CREATE TABLE meta") != std::string_view::npos);
}

}  // namespace leeward::node
