#include "node/exchange/turns.h"

#include <catch2/catch_test_macros.hpp>

namespace leeward::node {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const schema::Time now = schema::from_unix(1'790'000'000);
const Bytes one{1};
const Bytes other{2};

}  // namespace

TEST_CASE("A row that met a fault waits an hour, and then has its turn again") {
    Turns turns;
    REQUIRE(turns.take("leg", one, now));
    CHECK(turns.put_off(now));
    CHECK_FALSE(turns.take("leg", one, now + minutes(59)));
    CHECK(turns.take("leg", other, now));
    CHECK(turns.take("leg", one, now + hours(1)));
}

TEST_CASE("A fault that concerns no row puts none off") {
    Turns turns;
    CHECK_FALSE(turns.put_off(now));
    REQUIRE(turns.take("leg", one, now));
    turns.none();
    CHECK_FALSE(turns.put_off(now));
    CHECK(turns.take("leg", one, now));
}

TEST_CASE("A clock that is set back makes no row wait longer than an hour") {
    Turns turns;
    REQUIRE(turns.take("leg", one, now));
    REQUIRE(turns.put_off(now));
    CHECK(turns.take("leg", one, now - minutes(1)));
}

TEST_CASE("A row that waits at one kind of deadline does not wait at another") {
    Turns turns;
    REQUIRE(turns.take("warning", one, now));
    REQUIRE(turns.put_off(now));
    CHECK(turns.take("copy", one, now));
}

TEST_CASE("The next look at a kind of rows goes on where the last one ended") {
    Turns turns;
    CHECK(turns.last("case").empty());
    turns.ended("case", one);
    turns.ended("arrival", other);
    CHECK(to_bytes(turns.last("case")) == one);
    turns.ended("case", other);
    CHECK(to_bytes(turns.last("case")) == other);
    const auto rounds = turns.rounds();
    turns.ended("case", one);
    turns.take_up(rounds);  // what was looked at since was rolled back
    CHECK(to_bytes(turns.last("case")) == other);
}

}  // namespace leeward::node
