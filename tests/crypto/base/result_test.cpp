#include "crypto/base/result.h"

#include <memory>
#include <set>
#include <type_traits>

#include <catch2/catch_test_macros.hpp>

using namespace leeward;

namespace {

Result<int> half(int number) {
    if (number % 2 != 0) return Error{Errc::invalid_argument, "odd"};
    return number / 2;
}

Result<int> quarter(int number) {
    LEEWARD_ASSIGN(const int once, half(number));
    LEEWARD_ASSIGN(const int twice, half(once));
    return twice;
}

Outcome check_even(int number) {
    LEEWARD_TRY(half(number));
    return Done{};
}

}  // namespace

TEST_CASE("a result holds a value or an error") {
    REQUIRE(half(4));
    CHECK(*half(4) == 2);
    REQUIRE(!half(3));
    CHECK(half(3).error().code == Errc::invalid_argument);
    CHECK(half(3).error().detail == "odd");
}

TEST_CASE("asking a failed result for its value throws") {
    CHECK_THROWS_AS(half(3).value(), std::bad_variant_access);
}

TEST_CASE("assigning hands the first error on") {
    CHECK(quarter(8).value() == 2);
    CHECK(quarter(6).error().detail == "odd");
    CHECK(quarter(7).error().detail == "odd");
}

TEST_CASE("trying hands the error on and drops the value") {
    CHECK(check_even(2));
    CHECK(check_even(1).error().code == Errc::invalid_argument);
}

TEST_CASE("a value that only moves comes out of a result") {
    Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
    const std::unique_ptr<int> owned = std::move(result).value();
    CHECK(*owned == 7);
}

TEST_CASE("every code has a name of its own") {
    std::set<std::string_view> names;
    for (std::uint8_t code = 2; code <= 15; ++code)
        names.insert(name_of(static_cast<Errc>(code)));
    CHECK(names.size() == 14);
    CHECK(!names.contains("unknown"));
}
