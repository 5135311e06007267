#include "crypto/base/strong.h"

#include <string>
#include <type_traits>

#include <catch2/catch_test_macros.hpp>

using namespace leeward;

namespace {

using Apples = Strong<struct AppleTag, int>;
using Pears = Strong<struct PearTag, int>;

}  // namespace

TEST_CASE("values of two kinds neither mix nor compare") {
    STATIC_CHECK(!std::is_convertible_v<Apples, Pears>);
    STATIC_CHECK(!std::is_constructible_v<Apples, Pears>);
    STATIC_CHECK(!std::equality_comparable_with<Apples, Pears>);
    STATIC_CHECK(!std::is_convertible_v<int, Apples>);
    STATIC_CHECK(!std::is_convertible_v<Apples, int>);
}

TEST_CASE("values of one kind compare as what they hold") {
    CHECK(Apples(1) < Apples(2));
    CHECK(Apples(2) == Apples(2));
    CHECK(Apples().get() == 0);
    CHECK(Strong<struct NameTag, std::string>("b") > Strong<struct NameTag, std::string>("a"));
}
