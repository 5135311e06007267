#include "crypto/age/bech32.h"

#include <catch2/catch_test_macros.hpp>

#include "crypto/base/hex.h"

using namespace leeward;
using namespace leeward::crypto;

TEST_CASE("Bech32 takes the valid strings of BIP-173 that hold whole bytes") {
    // BIP-173, "Test vectors", and section "Examples" of a witness programme without its version.
    CHECK(bech32_decode("A12UEL5L")->prefix == "a");
    CHECK(bech32_decode("a12uel5l")->data.empty());
    const auto long_one = bech32_decode(
        "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcluded"
        "charactersbio1tt5tgs");
    REQUIRE(long_one);
    CHECK(long_one->prefix.size() == 83);
    const auto bytes = bech32_decode("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw");
    REQUIRE(bytes);
    CHECK(hex::encode(bytes->data.reveal()) == "00443214c74254b635cf84653a56d7c675be77df");
}

TEST_CASE("Bech32 refuses what BIP-173 refuses") {
    for (const std::string_view text : {"pzry9x0s0muk",
                                        "1pzry9x0s0muk",
                                        "x1b4n0q5v",
                                        "li1dgmt3",
                                        "A1G7SGD8",
                                        "10a06t8",
                                        "1qzzfhee",
                                        "A12uEL5L",
                                        "a12uel5m",
                                        "",
                                        "1"}) {
        CAPTURE(text);
        CHECK(!bech32_decode(text));
    }
}

TEST_CASE("what is written in Bech32 reads back, and one wrong character is found") {
    Bytes data;
    for (int size = 0; size < 70; ++size, data.push_back(static_cast<Byte>(size * 37))) {
        std::string text = bech32_encode("age", data);
        const auto read = bech32_decode(text);
        REQUIRE(read);
        CHECK(read->prefix == "age");
        CHECK(to_bytes(read->data.reveal()) == data);
        text.back() = text.back() == 'q' ? 'p' : 'q';
        CHECK(!bech32_decode(text));
    }
}
