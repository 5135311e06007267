#include "crypto/aead.h"

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

#include "crypto/base/hex.h"
#include "tests/support/vectors.h"

using namespace leeward;
using namespace leeward::crypto;
using support::from_hex;
using support::hex_member;

namespace {

struct Chacha {
    static constexpr std::size_t nonce_size = 12;
    static constexpr auto seal = chacha20poly1305_seal;
    static constexpr auto open = chacha20poly1305_open;
};
struct XChacha {
    static constexpr std::size_t nonce_size = 24;
    static constexpr auto seal = xchacha20poly1305_seal;
    static constexpr auto open = xchacha20poly1305_open;
};

template <class Cipher>
void check_wycheproof_test(const support::Vectors& test) {
    CAPTURE(test.at("tcId").get<int>());
    const auto key = to_array<32>(hex_member(test, "key"));
    const auto nonce = to_array<Cipher::nonce_size>(hex_member(test, "iv"));
    const Bytes aad = hex_member(test, "aad");
    const Bytes plaintext = hex_member(test, "msg");
    Bytes sealed = hex_member(test, "ct");
    append(sealed, hex_member(test, "tag"));
    const auto opened = Cipher::open(key, nonce, Aad{aad}, sealed);
    if (test.at("result") == "valid") {
        CHECK(Cipher::seal(key, nonce, Aad{aad}, plaintext) == sealed);
        REQUIRE(opened);
        CHECK(equal(opened->reveal(), plaintext));
    } else {
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == Errc::untrusted);
    }
}

// Groups with another nonce size cannot even be asked for: the type has the size.
template <class Cipher>
void check_wycheproof(std::string_view file) {
    for (const auto& group : support::vectors(file, "testGroups"))
        if (group.at("ivSize") == Cipher::nonce_size * 8)
            for (const auto& test : group.at("tests"))
                check_wycheproof_test<Cipher>(test);
}

template <class Cipher>
void check_round_trip() {
    REQUIRE(rc::check([](const ByteArray<32>& key, const Bytes& aad, const Bytes& plaintext) {
        const auto nonce = *rc::gen::arbitrary<ByteArray<Cipher::nonce_size>>();
        const Bytes sealed = Cipher::seal(key, nonce, Aad{aad}, plaintext);
        RC_ASSERT(sealed.size() == plaintext.size() + aead_tag_size);
        const auto opened = Cipher::open(key, nonce, Aad{aad}, sealed);
        RC_ASSERT(static_cast<bool>(opened));
        RC_ASSERT(equal(opened->reveal(), plaintext));
    }));
}

template <class Cipher>
void check_every_bit_counts() {
    const ByteArray<32> key{1, 2, 3};
    const ByteArray<Cipher::nonce_size> nonce{4, 5, 6};
    Bytes aad = to_bytes(as_bytes("aad"));
    Bytes sealed = Cipher::seal(key, nonce, Aad{aad}, as_bytes("small"));
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        sealed[bit / 8] ^= static_cast<Byte>(1U << (bit % 8));
        CHECK_FALSE(Cipher::open(key, nonce, Aad{aad}, sealed));
        sealed[bit / 8] ^= static_cast<Byte>(1U << (bit % 8));
    }
    for (std::size_t size = 0; size < sealed.size(); ++size)
        CHECK_FALSE(Cipher::open(key, nonce, Aad{aad}, BytesView(sealed).first(size)));
    REQUIRE(Cipher::open(key, nonce, Aad{aad}, sealed));
    aad[0] ^= 1;
    CHECK_FALSE(Cipher::open(key, nonce, Aad{aad}, sealed));
}

}  // namespace

TEST_CASE("ChaCha20-Poly1305 seals the example of RFC 8439 section 2.8.2") {
    const auto key =
        hex::decode_array<32>("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
    const auto nonce = hex::decode_array<12>("070000004041424344454647");
    const Bytes aad = from_hex("50515253c0c1c2c3c4c5c6c7");
    const std::string_view plaintext =
        "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
        "future, sunscreen would be it.";
    const Bytes sealed =
        chacha20poly1305_seal(key.value(), nonce.value(), Aad{aad}, as_bytes(plaintext));
    CHECK(hex::encode(sealed) ==
          "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69"
          "da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad67594"
          "5585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691");
}

TEST_CASE("ChaCha20-Poly1305 agrees with Wycheproof") {
    check_wycheproof<Chacha>("wycheproof/chacha20_poly1305_test.json");
}

TEST_CASE("XChaCha20-Poly1305 agrees with Wycheproof") {
    check_wycheproof<XChacha>("wycheproof/xchacha20_poly1305_test.json");
}

TEST_CASE("whatever was sealed opens again, the empty message too") {
    check_round_trip<Chacha>();
    check_round_trip<XChacha>();
}

TEST_CASE("a sealed message with any bit or byte changed does not open") {
    check_every_bit_counts<Chacha>();
    check_every_bit_counts<XChacha>();
}
