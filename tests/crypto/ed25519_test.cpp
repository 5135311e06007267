#include "crypto/ed25519.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

#include "crypto/base/hex.h"
#include "tests/support/vectors.h"

using namespace leeward;
using namespace leeward::crypto;
using support::from_hex;
using support::hex_member;

namespace {

SigningKey key_from(std::string_view seed) {
    return signing_key_from_seed(to_array<32>(from_hex(seed)));
}
VerifyKey verify_key(BytesView bytes) {
    return VerifyKey(to_array<32>(bytes));
}

struct Rfc8032 {
    std::string_view seed, public_key, message, signature;
};

// RFC 8032 section 7.1, TEST 1 to 3.
constexpr Rfc8032 rfc8032[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
     "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "4"
     "6bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
     "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d"
     "8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
     "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "6"
     "594a7c15e9716ed28dc027beceea1ec40a"},
};

}  // namespace

TEST_CASE("Ed25519 signs the messages of RFC 8032 section 7.1") {
    for (const auto& test : rfc8032) {
        const SigningKey key = key_from(test.seed);
        const Bytes message = from_hex(test.message);
        const Signature signature = sign(key, message);
        CHECK(hex::encode(verify_key_of(key).get()) == test.public_key);
        CHECK(hex::encode(signature.get()) == test.signature);
        CHECK(verify(verify_key_of(key), message, signature));
    }
}

TEST_CASE("a signing key gives back the seed it came from") {
    const auto seed = to_array<32>(from_hex(rfc8032[1].seed));
    CHECK(seed_of(signing_key_from_seed(seed)) == SigningSeed(seed));
}

TEST_CASE("Ed25519 agrees with Wycheproof") {
    for (const auto& group : support::vectors("wycheproof/ed25519_test.json", "testGroups")) {
        const VerifyKey key = verify_key(hex_member(group.at("publicKey"), "pk"));
        for (const auto& test : group.at("tests")) {
            CAPTURE(test.at("tcId").get<int>());
            const Bytes signature = hex_member(test, "sig");
            if (signature.size() != 64) {  // not a Signature: our type has the size
                CHECK(test.at("result") == "invalid");
                continue;
            }
            CHECK(verify(key, hex_member(test, "msg"), Signature(to_array<64>(signature))) ==
                  (test.at("result") == "valid"));
        }
    }
}

// CCTV gives no expected results. Ours: libsodium's rule (S reduced, no small-order A or R, the
// cofactorless equation), and only keys that is_enrolable() admits. What is left has no torsion in
// A, so that no two correct libraries disagree about it.
TEST_CASE("of the Ed25519 edge cases only those with an enrolable key can pass") {
    const auto cases = support::vectors("cctv-ed25519/ed25519vectors.json");
    int accepted = 0;
    int enrolable = 0;
    for (const auto& test : cases) {
        CAPTURE(test.at("number").get<int>());
        const VerifyKey key = verify_key(hex_member(test, "key"));
        const Signature signature(to_array<64>(hex_member(test, "sig")));
        const bool passes = verify(key, as_bytes(test.at("msg").get<std::string>()), signature);
        if (passes) ++accepted;
        if (!is_enrolable(key)) continue;
        const auto flags =
            test.at("flags").is_null() ? support::Vectors::array() : test.at("flags");
        for (const auto& flag : flags)
            CHECK(flag.get<std::string>().find("_A") == std::string::npos);
        if (passes) ++enrolable;
    }
    if (cases.empty()) return;
    CHECK(accepted == 23);
    CHECK(enrolable == 1);
}

TEST_CASE("only a canonical key of the prime-order subgroup can be enrolled") {
    CHECK(is_enrolable(verify_key(from_hex(rfc8032[0].public_key))));
    Bytes identity(32, 0);
    identity[0] = 1;
    CHECK_FALSE(is_enrolable(verify_key(identity)));
    CHECK_FALSE(is_enrolable(verify_key(Bytes(32, 0))));  // a point of order 4
    CHECK_FALSE(is_enrolable(verify_key(Bytes(32, 0xff))));
    // The base point plus the point of order 2 (CVE-2025-69277).
    CHECK_FALSE(is_enrolable(
        verify_key(from_hex("9599999999999999999999999999999999999999999999999999999999999999"))));
}

TEST_CASE("a signature holds for its message, key and bits only") {
    const SigningKey key = key_from(rfc8032[0].seed);
    REQUIRE(rc::check([&key](const Bytes& message) {
        const Signature signature = sign(key, message);
        RC_ASSERT(verify(verify_key_of(key), message, signature));
        const auto bit = *rc::gen::inRange<std::size_t>(0, 512);
        Signature flipped = signature;
        flipped.get()[bit / 8] ^= static_cast<Byte>(1U << (bit % 8));
        RC_ASSERT(!verify(verify_key_of(key), message, flipped));
        Bytes longer = message;
        longer.push_back(0);
        RC_ASSERT(!verify(verify_key_of(key), longer, signature));
        RC_ASSERT(!verify(verify_key_of(key_from(rfc8032[1].seed)), message, signature));
    }));
}
