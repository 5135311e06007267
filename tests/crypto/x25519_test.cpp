#include "crypto/x25519.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "crypto/base/hex.h"
#include "tests/support/vectors.h"

using namespace leeward;
using namespace leeward::crypto;
using support::from_hex;
using support::hex_member;

namespace {

X25519PrivateKey private_key(BytesView bytes) {
    return X25519PrivateKey(to_array<32>(bytes));
}
X25519PublicKey public_key(BytesView bytes) {
    return X25519PublicKey(to_array<32>(bytes));
}

}  // namespace

TEST_CASE("X25519 gives the results of RFC 7748") {
    // Section 5.2, the first vector; section 6.1, Bob.
    const auto shared = x25519(
        private_key(from_hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4")),
        public_key(from_hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")));
    REQUIRE(shared);
    CHECK(hex::encode(shared->reveal()) ==
          "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
    const auto bob =
        private_key(from_hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
    CHECK(hex::encode(x25519_public_key_of(bob).get()) ==
          "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
}

TEST_CASE("X25519 agrees with Wycheproof and refuses every all-zero secret") {
    const Bytes zeros(32, 0);
    for (const auto& group : support::vectors("wycheproof/x25519_test.json", "testGroups"))
        for (const auto& test : group.at("tests")) {
            CAPTURE(test.at("tcId").get<int>());
            const Bytes expected = hex_member(test, "shared");
            const auto shared = x25519(private_key(hex_member(test, "private")),
                                       public_key(hex_member(test, "public")));
            if (expected == zeros) {
                REQUIRE_FALSE(shared);
                CHECK(shared.error().code == Errc::untrusted);
            } else {
                REQUIRE(shared);
                CHECK(equal(shared->reveal(), expected));
            }
        }
}

TEST_CASE("a public key of low order is refused") {
    const auto ours = private_key(Bytes(32, 0x42));
    Bytes one(32, 0);
    one[0] = 1;
    CHECK_FALSE(x25519(ours, public_key(Bytes(32, 0))));
    CHECK_FALSE(x25519(ours, public_key(one)));
}
