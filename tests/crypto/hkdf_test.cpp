#include "crypto/hkdf.h"

#include <algorithm>
#include <stdexcept>

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

#include "crypto/base/hex.h"
#include "tests/support/vectors.h"

using namespace leeward;
using namespace leeward::crypto;
using support::from_hex;
using support::hex_member;

TEST_CASE("HKDF gives the outputs of RFC 5869 appendix A.1 and A.3") {
    const Bytes ikm(22, 0x0b);

    const SecretBytes prk = hkdf_extract(from_hex("000102030405060708090a0b0c"), ikm);
    CHECK(hex::encode(prk.reveal()) ==
          "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
    CHECK(hex::encode(hkdf_expand(prk.reveal(), from_hex("f0f1f2f3f4f5f6f7f8f9"), 42).reveal()) ==
          "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");

    const SecretBytes unsalted = hkdf_extract({}, ikm);
    CHECK(hex::encode(hkdf_expand(unsalted.reveal(), {}, 42).reveal()) ==
          "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST_CASE("HKDF agrees with Wycheproof") {
    for (const auto& group : support::vectors("wycheproof/hkdf_sha256_test.json", "testGroups"))
        for (const auto& test : group.at("tests")) {
            CAPTURE(test.at("tcId").get<int>());
            const SecretBytes prk = hkdf_extract(hex_member(test, "salt"), hex_member(test, "ikm"));
            const Bytes info = hex_member(test, "info");
            const auto size = test.at("size").get<std::size_t>();
            if (test.at("result") == "valid")
                CHECK(
                    equal(hkdf_expand(prk.reveal(), info, size).reveal(), hex_member(test, "okm")));
            else
                CHECK_THROWS_AS(hkdf_expand(prk.reveal(), info, size), std::length_error);
        }
}

TEST_CASE("a longer HKDF output begins with the shorter one") {
    REQUIRE(rc::check([](const Bytes& prk, const Bytes& info) {
        const auto length = *rc::gen::inRange<std::size_t>(0, 200);
        const SecretBytes longer = hkdf_expand(prk, info, 200);
        RC_ASSERT(equal(hkdf_expand(prk, info, length).reveal(), longer.reveal().first(length)));
    }));
}

TEST_CASE("a key expanded into guarded pages has the same bytes") {
    using Key = SecretKey<struct HkdfTestKeyTag, 32>;
    const Bytes prk(32, 7);
    const Key key = hkdf_expand32<Key>(prk, as_bytes("label"));
    CHECK(equal(key.reveal(), hkdf_expand(prk, as_bytes("label"), 32).reveal()));
}
