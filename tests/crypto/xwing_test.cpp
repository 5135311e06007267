#include "crypto/xwing.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "crypto/random.h"
#include "tests/support/vectors.h"

using namespace leeward;
using namespace leeward::crypto;
using support::hex_member;

namespace {

XWingPrivateKey private_key(BytesView seed) {
    return XWingPrivateKey(to_array<32>(seed));
}

}  // namespace

TEST_CASE("X-Wing agrees with the vectors of its draft") {
    for (const auto& test : support::vectors("xwing/xwing.json")) {
        const XWingPrivateKey key = private_key(hex_member(test, "seed"));
        const XWingPublicKey public_key = xwing_public_key_of(key);
        CHECK(equal(public_key.get(), hex_member(test, "pk")));

        const auto sent =
            xwing_encapsulate_with(public_key, to_array<64>(hex_member(test, "eseed")));
        REQUIRE(sent);
        CHECK(equal(sent->ciphertext.get(), hex_member(test, "ct")));
        CHECK(equal(sent->shared_secret.reveal(), hex_member(test, "ss")));

        const auto received = xwing_decapsulate(key, sent->ciphertext);
        REQUIRE(received);
        CHECK(equal(received->reveal(), hex_member(test, "ss")));
    }
}

TEST_CASE("X-Wing derives the key pairs of the HPKE-PQ vectors") {
    const auto check = [](const support::Vectors& test) {
        const XWingPrivateKey key = xwing_derive_key(hex_member(test, "ikmR"));
        CHECK(key == private_key(hex_member(test, "skRm")));
        CHECK(equal(xwing_public_key_of(key).get(), hex_member(test, "pkRm")));
    };
    const auto draft =
        support::vectors("hpke/hpke-pq-mlkem768x25519-sha256-chacha20poly1305-base.json");
    if (!draft.empty()) check(draft);
    for (const auto& test : support::vectors("hpke/generated-panva-mlkem768x25519.json"))
        check(test);
}

TEST_CASE("both ends of an X-Wing exchange hold the same secret, fresh each time") {
    SeededRandom random(1);
    const XWingPrivateKey key = xwing_generate(random);
    const auto first = xwing_encapsulate(xwing_public_key_of(key), random);
    const auto second = xwing_encapsulate(xwing_public_key_of(key), random);
    REQUIRE(first);
    REQUIRE(second);
    CHECK_FALSE(first->shared_secret == second->shared_secret);
    const auto received = xwing_decapsulate(key, first->ciphertext);
    REQUIRE(received);
    CHECK(*received == first->shared_secret);
}

TEST_CASE("a ciphertext with one bit changed never gives the sender's secret") {
    SeededRandom random(2);
    const XWingPrivateKey key = xwing_generate(random);
    const auto sent = xwing_encapsulate(xwing_public_key_of(key), random);
    REQUIRE(sent);
    for (std::size_t at = 0; at < 1120; at += 13) {
        XWingCiphertext changed = sent->ciphertext;
        changed.get()[at] ^= static_cast<Byte>(1U << (at % 8));
        const auto received = xwing_decapsulate(key, changed);
        CHECK_FALSE((received && *received == sent->shared_secret));
    }
}

TEST_CASE("public keys and ciphertexts that cannot be used are refused") {
    SeededRandom random(3);
    const XWingPrivateKey key = xwing_generate(random);
    CHECK_FALSE(xwing_encapsulate(XWingPublicKey(), random));
    XWingPublicKey out_of_range = xwing_public_key_of(key);
    out_of_range.get()[0] = 0xff;
    out_of_range.get()[1] |= 0x0f;  // the first coefficient is 4,095, above q = 3,329
    const auto refused = xwing_encapsulate(out_of_range, random);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::untrusted);
    CHECK_FALSE(xwing_decapsulate(key, XWingCiphertext()));
}
