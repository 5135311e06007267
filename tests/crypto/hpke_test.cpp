#include "crypto/hpke.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

#include "crypto/base/hex.h"
#include "tests/support/replay_random.h"
#include "tests/support/vectors.h"

using namespace leeward;
using namespace leeward::crypto;
using namespace leeward::crypto::hpke;
using support::from_hex;
using support::hex_member;
using support::ReplayRandom;

namespace {

template <class Array>
Array array_from(BytesView bytes) {
    Array out{};
    REQUIRE(bytes.size() == out.size());
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return out;
}

// One test of the RFC's JSON format, and the context parameters in it.
template <class Kem>
struct Vector {
    using PublicKey = typename Kem::PublicKey;
    using Enc = typename Kem::Enc;

    explicit Vector(const support::Vectors& test)
        : json(test),
          info(hex_member(test, "info")),
          psk(hex_member(test, "psk")),
          psk_id(hex_member(test, "psk_id")),
          aead(static_cast<Aead>(test.at("aead_id").get<std::uint16_t>())),
          enc(array_from<typename Enc::value_type>(hex_member(test, "enc"))),
          to(array_from<typename PublicKey::value_type>(hex_member(test, "pkRm"))),
          key(to_array<32>(hex_member(test, "skRm"))) {}

    Result<Sending<Kem>> sender() const {
        ReplayRandom random(hex_member(json, json.contains("skEm") ? "skEm" : "ikmE"));
        return setup_sender<Kem>(to, Info{info}, Psk{psk, psk_id}, random, aead);
    }
    Result<Recipient> recipient() const {
        return setup_recipient<Kem>(enc, key, Info{info}, Psk{psk, psk_id}, aead);
    }

    const support::Vectors& json;
    Bytes info, psk, psk_id;
    Aead aead;
    Enc enc;
    PublicKey to;
    typename Kem::PrivateKey key;
};

void check_exports(const support::Vectors& test, const Context& context) {
    for (const auto& item : test.at("exports")) {
        const auto secret = context.export_secret(hex_member(item, "exporter_context"),
                                                  item.at("L").get<std::size_t>());
        REQUIRE(secret);
        CHECK(equal(secret->reveal(), hex_member(item, "exported_value")));
    }
}

template <class Kem>
void check_sender(const Vector<Kem>& vector) {
    auto sending = vector.sender();
    REQUIRE(sending);
    CHECK(sending->enc == vector.enc);
    for (const auto& item : vector.json.at("encryptions")) {
        const Bytes aad = hex_member(item, "aad");
        const auto ct = sending->sender.seal(Aad{aad}, hex_member(item, "pt"));
        REQUIRE(ct);
        CHECK(*ct == hex_member(item, "ct"));
    }
    check_exports(vector.json, sending->sender);
}

template <class Kem>
void check_recipient(const Vector<Kem>& vector) {
    auto recipient = vector.recipient();
    REQUIRE(recipient);
    for (const auto& item : vector.json.at("encryptions")) {
        const Bytes aad = hex_member(item, "aad");
        const auto pt = recipient->open(Aad{aad}, hex_member(item, "ct"));
        REQUIRE(pt);
        CHECK(equal(pt->reveal(), hex_member(item, "pt")));
    }
    check_exports(vector.json, *recipient);
}

template <class Kem>
void check_file(std::string_view name) {
    auto file = support::vectors(name);
    if (file.is_object()) file = support::Vectors::array({file});
    for (const auto& test : file) {
        if (test.at("mode").get<int>() > 1) continue;  // auth modes: not ours (decision P2)
        const Vector<Kem> vector(test);
        if (test.contains("skEm") || test.contains("ikmE")) check_sender(vector);
        check_recipient(vector);
    }
}

struct Ends {
    Sending<XWingKem> sending;
    Recipient recipient;
};

Ends connect(Info info, Psk psk, Info other_info, Psk other_psk) {
    SeededRandom random(7);
    const XWingPrivateKey key = xwing_generate(random);
    auto sending = setup_sender(xwing_public_key_of(key), info, psk, random);
    REQUIRE(sending);
    auto recipient = setup_recipient(sending->enc, key, other_info, other_psk);
    REQUIRE(recipient);
    return {std::move(sending).value(), std::move(recipient).value()};
}

Ends connect(Info info = {}, Psk psk = {}) {
    return connect(info, psk, info, psk);
}

}  // namespace

// RFC 9180 appendix A.2.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305, base.
TEST_CASE("HPKE seals the first message of RFC 9180 appendix A.2.1") {
    const auto test = support::Vectors::parse(R"({
        "mode": 0, "aead_id": 3,
        "info": "4f6465206f6e2061204772656369616e2055726e",
        "skEm": "f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600",
        "skRm": "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
        "pkRm": "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
        "enc": "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
        "encryptions": [{
            "aad": "436f756e742d30",
            "pt": "4265617574792069732074727574682c20747275746820626561757479",
            "ct": "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"
        }],
        "exports": [{
            "exporter_context": "", "L": 32,
            "exported_value": "4bbd6243b8bb54cec311fac9df81841b6fd61f56538a775e7c80a9f40160606e"
        }]})");
    check_sender(Vector<X25519Kem>(test));
    check_recipient(Vector<X25519Kem>(test));
}

TEST_CASE("HPKE over X25519 agrees with the vectors of RFC 9180") {
    check_file<X25519Kem>("hpke/rfc9180-x25519-sha256-chacha20poly1305-base.json");
    check_file<X25519Kem>("hpke/rfc9180-x25519-sha256-chacha20poly1305-psk.json");
    check_file<X25519Kem>("hpke/rfc9180-x25519-sha256-exportonly-base.json");
}

TEST_CASE("HPKE over X25519 agrees with another implementation at odd lengths") {
    check_file<X25519Kem>("hpke/generated-hpke-js-x25519.json");
}

TEST_CASE("HPKE over X-Wing agrees with the HPKE-PQ draft") {
    check_file<XWingKem>("hpke/hpke-pq-mlkem768x25519-sha256-chacha20poly1305-base.json");
}

TEST_CASE("HPKE over X-Wing opens what another implementation sealed") {
    check_file<XWingKem>("hpke/generated-panva-mlkem768x25519.json");
}

TEST_CASE("DHKEM derives the key pair of RFC 9180 appendix A.2.1") {
    const auto key = X25519Kem::derive_key(
        from_hex("1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df"));
    CHECK(hex::encode(key.reveal()) ==
          "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb");
}

TEST_CASE("a failed open leaves the sequence number, so that the next message still opens") {
    Ends ends = connect();
    Bytes ct = ends.sending.sender.seal({}, as_bytes("first")).value();
    ct[0] ^= 1;
    const auto refused = ends.recipient.open({}, ct);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::untrusted);
    CHECK(ends.recipient.sequence() == 0);
    ct[0] ^= 1;
    CHECK(ends.recipient.open({}, ct));
    CHECK(ends.recipient.sequence() == 1);
}

TEST_CASE("messages of one context open in their order only") {
    Ends ends = connect();
    const Bytes first = ends.sending.sender.seal({}, as_bytes("same")).value();
    const Bytes second = ends.sending.sender.seal({}, as_bytes("same")).value();
    CHECK(first != second);
    CHECK_FALSE(ends.recipient.open({}, second));
    CHECK(ends.recipient.open({}, first));
    CHECK_FALSE(ends.recipient.open({}, first));
    CHECK(ends.recipient.open({}, second));
}

TEST_CASE("ends that disagree about info, psk or psk_id do not understand each other") {
    const Bytes psk(32, 1);
    const Bytes other(32, 2);
    const Info info{as_bytes("info")};
    const Psk named{psk, as_bytes("id")};
    const auto understands = [&](Info other_info, Psk other_psk) {
        Ends ends = connect(info, named, other_info, other_psk);
        const Bytes ct = ends.sending.sender.seal({}, as_bytes("hello")).value();
        return static_cast<bool>(ends.recipient.open({}, ct));
    };
    CHECK(understands(info, named));
    CHECK_FALSE(understands(Info{as_bytes("ofni")}, named));
    CHECK_FALSE(understands(info, Psk{other, as_bytes("id")}));
    CHECK_FALSE(understands(info, Psk{psk, as_bytes("di")}));
    CHECK_FALSE(understands(info, Psk{}));
}

TEST_CASE("a psk comes with its id and has 32 bytes at least") {
    SeededRandom random(1);
    const auto to = xwing_public_key_of(xwing_generate(random));
    const Bytes psk(32, 1);
    const auto code = [&](Psk candidate) {
        const auto sending = setup_sender(to, {}, candidate, random);
        REQUIRE_FALSE(sending);
        return sending.error().code;
    };
    CHECK(code({psk, {}}) == Errc::invalid_argument);
    CHECK(code({{}, as_bytes("id")}) == Errc::invalid_argument);
    CHECK(code({BytesView(psk).first(31), as_bytes("id")}) == Errc::invalid_argument);
    CHECK(setup_sender(to, {}, Psk{psk, as_bytes("id")}, random));
}

TEST_CASE("a context exports up to 8,160 bytes") {
    const Ends ends = connect();
    const auto longest = ends.recipient.export_secret(as_bytes("x"), max_export_length);
    REQUIRE(longest);
    CHECK(*longest == ends.sending.sender.export_secret(as_bytes("x"), max_export_length).value());
    CHECK_FALSE(ends.recipient.export_secret(as_bytes("x"), max_export_length + 1));
}

TEST_CASE("an export-only context neither seals nor opens") {
    SeededRandom random(1);
    const XWingPrivateKey key = xwing_generate(random);
    auto sending = setup_sender(xwing_public_key_of(key), {}, {}, random, Aead::export_only);
    REQUIRE(sending);
    const auto sealed = sending->sender.seal({}, as_bytes("x"));
    REQUIRE_FALSE(sealed);
    CHECK(sealed.error().code == Errc::wrong_state);
    auto recipient = setup_recipient(sending->enc, key, {}, {}, Aead::export_only);
    REQUIRE(recipient);
    CHECK_FALSE(recipient->open({}, Bytes(32, 0)));
}

TEST_CASE("whatever is sealed for a key opens with it") {
    REQUIRE(rc::check([](const Bytes& info, const Bytes& aad, const Bytes& plaintext) {
        Ends ends = connect(Info{info});
        const Bytes ct = ends.sending.sender.seal(Aad{aad}, plaintext).value();
        const auto opened = ends.recipient.open(Aad{aad}, ct);
        RC_ASSERT(static_cast<bool>(opened));
        RC_ASSERT(equal(opened->reveal(), plaintext));
    }));
}

TEST_CASE("a sealed message with any bit changed, in enc or ciphertext, does not open") {
    SeededRandom random(5);
    const XWingPrivateKey key = xwing_generate(random);
    auto sending = setup_sender(xwing_public_key_of(key), {}, {}, random).value();
    const Bytes ct = sending.sender.seal({}, as_bytes("hi")).value();
    const auto opens = [&key](const XWingCiphertext& enc, BytesView message) {
        auto recipient = setup_recipient(enc, key, {}, {});
        return recipient && recipient->open({}, message);
    };
    REQUIRE(opens(sending.enc, ct));
    for (std::size_t bit = 0; bit < ct.size() * 8; ++bit) {
        Bytes changed = ct;
        changed[bit / 8] ^= static_cast<Byte>(1U << (bit % 8));
        CHECK_FALSE(opens(sending.enc, changed));
    }
    for (std::size_t at = 0; at < 1120; at += 7) {
        XWingCiphertext changed = sending.enc;
        changed.get()[at] ^= static_cast<Byte>(1U << (at % 8));
        CHECK_FALSE(opens(changed, ct));
    }
}
