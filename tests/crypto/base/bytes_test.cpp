#include "crypto/base/bytes.h"

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

using namespace leeward;

TEST_CASE("numbers are written big-endian in the width asked for") {
    Bytes bytes;
    append_be<2>(bytes, 0x0102);
    append_be<4>(bytes, 3);
    append_be<1>(bytes, 0xff);
    CHECK(bytes == Bytes{1, 2, 0, 0, 0, 3, 0xff});
}

TEST_CASE("a number is read as it was written") {
    REQUIRE(rc::check([](std::uint64_t number) {
        Bytes bytes;
        append_be<8>(bytes, number);
        RC_ASSERT(read_be(bytes) == number);
    }));
}

TEST_CASE("a prefixed field says its length in two bytes") {
    Bytes bytes;
    append_lp16(bytes, as_bytes("abc"));
    append_lp16(bytes, {});
    CHECK(bytes == Bytes{0, 3, 'a', 'b', 'c', 0, 0});
}

TEST_CASE("text and bytes are views of each other") {
    CHECK(as_text(as_bytes("abc")) == "abc");
    CHECK(to_text(to_bytes(as_bytes("abc"))) == "abc");
    CHECK(to_array<2>(Bytes{1, 2}) == ByteArray<2>{1, 2});
    CHECK(equal(Bytes{1, 2}, Bytes{1, 2}));
    CHECK_FALSE(equal(Bytes{1, 2}, Bytes{1}));
}
