#include "crypto/base/base64.h"

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

using namespace leeward;

namespace {

struct Vector {
    const char* plain;
    const char* padded;
    const char* bare;
};

// RFC 4648 section 10; without padding as RFC 7515 section 2 has it.
constexpr Vector rfc4648[] = {
    {"", "", ""},
    {"f", "Zg==", "Zg"},
    {"fo", "Zm8=", "Zm8"},
    {"foo", "Zm9v", "Zm9v"},
    {"foob", "Zm9vYg==", "Zm9vYg"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
};

}  // namespace

TEST_CASE("base64 is that of RFC 4648, with padding") {
    for (const Vector& vector : rfc4648) {
        CHECK(base64::encode(as_bytes(vector.plain)) == vector.padded);
        CHECK(to_text(base64::decode(vector.padded).value()) == vector.plain);
    }
}

TEST_CASE("base64url is that of RFC 4648, without padding") {
    for (const Vector& vector : rfc4648) {
        CHECK(base64url::encode(as_bytes(vector.plain)) == vector.bare);
        CHECK(to_text(base64url::decode(vector.bare).value()) == vector.plain);
    }
}

// RFC 7515 appendix C.
TEST_CASE("base64url writes the example of RFC 7515") {
    const Bytes bytes{3, 236, 255, 224, 193};
    CHECK(base64url::encode(bytes) == "A-z_4ME");
    CHECK(base64url::decode("A-z_4ME").value() == bytes);
}

TEST_CASE("the two alphabets differ in their last two letters only") {
    const Bytes bytes{0xfb, 0xef, 0xff};
    CHECK(base64::encode(bytes) == "++//");
    CHECK(base64url::encode(bytes) == "--__");
    CHECK(!base64::decode("--__"));
    CHECK(!base64url::decode("++//"));
}

TEST_CASE("base64 survives the way there and back") {
    REQUIRE(rc::check([](const Bytes& bytes) {
        RC_ASSERT(base64::decode(base64::encode(bytes)).value() == bytes);
        RC_ASSERT(base64url::decode(base64url::encode(bytes)).value() == bytes);
    }));
}

TEST_CASE("whatever base64 accepts is the one spelling of its bytes") {
    const auto letters =
        rc::gen::container<std::string>(rc::gen::elementOf(std::string("AQgw9_-+/=z")));
    REQUIRE(rc::check([&letters] {
        const std::string text = *letters;
        if (const auto decoded = base64::decode(text)) RC_ASSERT(base64::encode(*decoded) == text);
        if (const auto decoded = base64url::decode(text))
            RC_ASSERT(base64url::encode(*decoded) == text);
    }));
}

TEST_CASE("base64 refuses what is not its one spelling") {
    for (const char* text : {"Zg",
                             "Zg=",
                             "Zg===",
                             "Z",
                             "Zh==",
                             "Zm9=",
                             "Zm9v\n",
                             " Zm9v",
                             "Zm 9v",
                             "=",
                             "====",
                             "Zg==Zg==",
                             "Zm9v=",
                             "Zm9\xc3\xa9"}) {
        INFO(text);
        const auto decoded = base64::decode(text);
        REQUIRE(!decoded);
        CHECK(decoded.error().code == Errc::malformed);
    }
}

TEST_CASE("base64url refuses padding and what is not its one spelling") {
    for (const char* text : {"Zg==", "Zm8=", "Z", "Zh", "Zm9", "Zm9v\n", "Zm9vY"}) {
        INFO(text);
        CHECK(!base64url::decode(text));
    }
}
