#include "crypto/base/hex.h"

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

using namespace leeward;

// RFC 4648 section 10, base 16.
TEST_CASE("hex is that of RFC 4648, in lower case") {
    CHECK(hex::encode(as_bytes("")) == "");
    CHECK(hex::encode(as_bytes("f")) == "66");
    CHECK(hex::encode(as_bytes("foobar")) == "666f6f626172");
    CHECK(to_text(hex::decode("666F6f626172").value()) == "foobar");
    CHECK(hex::decode("")->empty());
}

TEST_CASE("hex survives the way there and back") {
    REQUIRE(rc::check(
        [](const Bytes& bytes) { RC_ASSERT(hex::decode(hex::encode(bytes)).value() == bytes); }));
}

TEST_CASE("hex refuses an odd length and any other character") {
    for (const char* text : {"6", "666", "6g", "g6", " 66", "66 ", "6\n", "0x66", "\xc3\xa9"}) {
        const auto decoded = hex::decode(text);
        INFO(text);
        REQUIRE(!decoded);
        CHECK(decoded.error().code == Errc::malformed);
    }
}

TEST_CASE("hex of a fixed size refuses any other size") {
    CHECK(hex::decode_array<2>("00ff").value() == ByteArray<2>{0x00, 0xff});
    CHECK(!hex::decode_array<2>("00"));
    CHECK(!hex::decode_array<2>("00ff00"));
    CHECK(!hex::decode_array<2>("00fz"));
}
