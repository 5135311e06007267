#include "schema/letters.h"

#include <catch2/catch_test_macros.hpp>

using leeward::schema::plain_letters;

TEST_CASE("case and accents go, composed or not") {
    CHECK(plain_letters("ÁBACO") == "abaco");
    CHECK(plain_letters("a\u0301baco") == "abaco");
    CHECK(plain_letters("Núñez Ürgüp") == "nunez urgup");
    CHECK(plain_letters("Łukasz Dvořák Ąžuolas") == "lukasz dvorak azuolas");
    CHECK(plain_letters("Strauß Æsir Øre Þór") == "strauss aesir ore thor");
}

TEST_CASE("what is no Latin letter stays as it is") {
    CHECK(plain_letters("") == "");
    CHECK(plain_letters("3 × 4 ÷ 2") == "3 × 4 ÷ 2");
    CHECK(plain_letters("Анна 李") == "Анна 李");
    CHECK(plain_letters("¿qué?") == "¿que?");
}

TEST_CASE("bytes that are no UTF-8 stay as they are") {
    CHECK(plain_letters("A\xC3") == "a\xC3");
    CHECK(plain_letters("\xC3Z") == "\xC3z");
    CHECK(plain_letters("\x80\xFF") == "\x80\xFF");
}
