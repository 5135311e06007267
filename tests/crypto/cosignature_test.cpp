#include "crypto/cosignature.h"

#include <limits>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "tests/crypto/note_keys.h"
#include "tests/support/vectors.h"

using namespace leeward;
using namespace leeward::crypto;

namespace {

const std::string body = "log.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";

}  // namespace

// c2sp.org/tlog-cosignature: the message names the time in decimal, the signature carries it in binary.
TEST_CASE("a cosignature is the time and a signature over time and text") {
    const SigningKey key = test_key(7);
    const Cosignature cosignature = cosign(key, CosignedAt{1'700'000'000}, body);
    const BytesView bytes(cosignature.get());
    CHECK(read_be(bytes.first(8)) == 1'700'000'000);
    const std::string message = "cosignature/v1\ntime 1700000000\n" + body;
    CHECK(verify(verify_key_of(key), as_bytes(message), Signature{to_array<64>(bytes.subspan(8))}));
}

TEST_CASE("a cosignature verifies for its key, text and time only") {
    const SigningKey key = test_key(7);
    const VerifyKey known = verify_key_of(key);
    const Cosignature good = cosign(key, CosignedAt{1'700'000'000}, body);
    CHECK(verify_cosignature(known, body, good.get()) == CosignedAt{1'700'000'000});
    CHECK_FALSE(verify_cosignature(verify_key_of(test_key(8)), body, good.get()));
    CHECK_FALSE(verify_cosignature(known, body + "x\n", good.get()));
    for (std::size_t i = 0; i < good.get().size(); ++i) {
        Cosignature changed = good;
        changed.get()[i] ^= 1;
        CHECK_FALSE(verify_cosignature(known, body, changed.get()));
        CHECK_FALSE(verify_cosignature(known, body, BytesView(good.get()).first(i)));
    }
}

TEST_CASE("a time that does not fit 63 bits is refused though it is signed") {
    const SigningKey key = test_key(7);
    constexpr std::uint64_t last = std::numeric_limits<std::int64_t>::max();
    CHECK(verify_cosignature(verify_key_of(key), body, cosign(key, CosignedAt{last}, body).get()));
    CHECK_FALSE(verify_cosignature(
        verify_key_of(key), body, cosign(key, CosignedAt{last + 1}, body).get()));
}

TEST_CASE("a cosignature is not a signature of the text, nor the other way round") {
    const SigningKey key = test_key(7);
    const Vkey log = test_vkey("w.example", NoteKeyType::ed25519, key);
    const Vkey witness = test_vkey("w.example", NoteKeyType::cosignature_v1, key);
    CHECK(log.id() != witness.id());
    NoteSignature cosigned = cosign_note("w.example", key, CosignedAt{1}, body);
    CHECK(verify_note({body, {cosigned}}, std::span(&witness, 1)).value()[0].cosigned_at ==
          CosignedAt{1});
    cosigned.id = log.id();
    CHECK_FALSE(verify_note({body, {cosigned}}, std::span(&log, 1)));
    NoteSignature plain = sign_note("w.example", key, body);
    plain.id = witness.id();
    CHECK_FALSE(verify_note({body, {plain}}, std::span(&witness, 1)));
}

TEST_CASE("cosignatures made by another implementation verify and are made the same here") {
    for (const auto& vector : support::vectors("signed-note/cosignatures-torchwood.json")) {
        const auto note = parse_note(vector.at("note").get<std::string>());
        REQUIRE(note);
        const std::vector<Vkey> known{
            parse_vkey(vector.at("log_vkey").get<std::string>()).value(),
            parse_vkey(vector.at("witness_vkey").get<std::string>()).value()};
        const CosignedAt at{vector.at("timestamp").get<std::uint64_t>()};
        const auto verified = verify_note(*note, known);
        REQUIRE(verified);
        REQUIRE(verified->size() == 2);
        CHECK(verified->at(1).cosigned_at == at);

        const NamedKey log = named_key(vector.at("log_skey").get<std::string>());
        CHECK(sign_note(log.name, log.key, note->text) == note->signatures[0]);
        const Bytes seed =
            base64::decode(vector.at("witness_seed_base64").get<std::string>()).value();
        const SigningKey witness = signing_key_from_seed(to_array<32>(BytesView(seed)));
        CHECK(cosign_note(known[1].name, witness, at, note->text) == note->signatures[1]);
    }
}

TEST_CASE("the time of a cosignature line is where others put it") {
    for (const auto& vector : support::vectors("signed-note/cosignature-timestamps.json")) {
        const auto lines = parse_signature_lines("\u2014 w.example " +
                                                 vector.at("sig_base64").get<std::string>() + "\n");
        REQUIRE(lines);
        const BytesView signature(lines->at(0).signature);
        CHECK(signature.size() == sizeof(Cosignature));
        CHECK(read_be(signature.first(8)) == vector.at("timestamp").get<std::uint64_t>());
    }
}
