// Single primitives: key derivation, signatures, Diffie–Hellman, AEADs, passphrases, padding.
#include "crypto/aead.h"
#include "crypto/argon2id.h"
#include "crypto/ed25519.h"
#include "crypto/hkdf.h"
#include "crypto/pad.h"
#include "crypto/x25519.h"
#include "tests/conform/request.h"

namespace leeward::conform {
namespace {

using namespace crypto;
using schema::Json;

Reply hkdf(const Request& request) {
    LEEWARD_ASSIGN(const Bytes ikm, request.hex({"ikm"}));
    LEEWARD_ASSIGN(const Bytes salt, request.hex_or_empty({"salt"}));
    LEEWARD_ASSIGN(const Bytes info, request.hex_or_empty({"info"}));
    LEEWARD_ASSIGN(const std::uint64_t size, request.number({"size", "L"}));
    if (size > hkdf_max_length) return Error{Errc::invalid_argument, "too long"};
    const SecretBytes prk = hkdf_extract(salt, ikm);
    const SecretBytes okm = hkdf_expand(prk.reveal(), info, size);
    return Json::object({{"okm", hex::encode(okm.reveal())}});
}

Reply ed25519_verify(const Request& request) {
    LEEWARD_ASSIGN(const auto key, request.hex_array<32>({"pk", "key"}));
    LEEWARD_ASSIGN(const auto signature, request.hex_array<64>({"sig"}));
    LEEWARD_ASSIGN(const Bytes message, request.hex({"msg"}));
    if (!verify(VerifyKey(key), message, Signature(signature)))
        return Error{Errc::untrusted, "the signature does not verify"};
    return Json::object({{"enrolable", is_enrolable(VerifyKey(key))}});
}

Reply diffie_hellman(const Request& request) {
    LEEWARD_ASSIGN(const auto ours, request.hex_array<32>({"private"}));
    LEEWARD_ASSIGN(const auto theirs, request.hex_array<32>({"public"}));
    LEEWARD_ASSIGN(const auto shared, x25519(X25519PrivateKey(ours), X25519PublicKey(theirs)));
    return Json::object({{"shared", hex::encode(shared.reveal())}});
}

Reply aead_open(const Request& request) {
    LEEWARD_ASSIGN(const std::string name, request.text({"aead", "algorithm"}));
    LEEWARD_ASSIGN(const auto key, request.hex_array<32>({"key"}));
    LEEWARD_ASSIGN(const Bytes iv, request.hex({"iv", "nonce"}));
    LEEWARD_ASSIGN(const Bytes aad, request.hex_or_empty({"aad"}));
    LEEWARD_ASSIGN(Bytes sealed, request.hex({"ct"}));
    LEEWARD_ASSIGN(const Bytes tag, request.hex_or_empty({"tag"}));
    append(sealed, tag);
    const auto reply = [](const SecretBytes& pt) {
        return Json::object({{"pt", hex::encode(pt.reveal())}});
    };
    if (name == "CHACHA20-POLY1305" && iv.size() == 12) {
        LEEWARD_ASSIGN(const auto pt,
                       chacha20poly1305_open(key, to_array<12>(iv), Aad{aad}, sealed));
        return reply(pt);
    }
    if (name == "XCHACHA20-POLY1305" && iv.size() == 24) {
        LEEWARD_ASSIGN(const auto pt,
                       xchacha20poly1305_open(key, to_array<24>(iv), Aad{aad}, sealed));
        return reply(pt);
    }
    return Error{Errc::unsupported, "another cipher or length of nonce"};
}

Reply argon2(const Request& request) {
    LEEWARD_ASSIGN(const Bytes password, request.hex({"password_hex"}));
    LEEWARD_ASSIGN(const auto salt, request.hex_array<argon2id::salt_size>({"salt_hex"}));
    LEEWARD_ASSIGN(const std::uint64_t passes, request.number({"opslimit_t"}));
    LEEWARD_ASSIGN(const std::uint64_t memory, request.number({"memory_kib"}));
    LEEWARD_ASSIGN(const std::uint64_t lanes, request.number_or({"p"}, 1));
    LEEWARD_ASSIGN(const std::uint64_t length, request.number_or({"length"}, 32));
    if (lanes != 1) return Error{Errc::unsupported, "more lanes than one"};
    if (passes > argon2id::max_cost.passes || memory > argon2id::max_cost.memory_kib)
        return Error{Errc::invalid_argument, "too costly"};
    const argon2id::Cost cost{static_cast<std::uint32_t>(passes),
                              static_cast<std::uint32_t>(memory)};
    LEEWARD_ASSIGN(const auto out, argon2id::derive(password, salt, cost, length));
    return Json::object({{"out_hex", hex::encode(out.reveal())}});
}

Reply padded(const Request& request) {
    LEEWARD_ASSIGN(const std::uint64_t length, request.number({"length"}));
    if (length >> 63U != 0) return Error{Errc::invalid_argument, "too long"};
    return Json::object({{"padded", padme(length)}});
}

}  // namespace

std::vector<Op> primitive_ops() {
    return {
        {"hkdf", R"("ikm":hex,"salt":hex,"info":hex,"size":n → "okm":hex)", hkdf},
        {"ed25519.verify",
         R"("pk|key":hex,"msg":hex,"sig":hex → "enrolable":bool)",
         ed25519_verify},
        {"x25519", R"("private":hex,"public":hex → "shared":hex)", diffie_hellman},
        {"aead.open",
         R"("aead|algorithm":"CHACHA20-POLY1305|XCHACHA20-POLY1305","key":hex,"iv":hex,"aad":hex,"ct":hex,"tag":hex → "pt":hex)",
         aead_open},
        {"padme", R"("length":n → "padded":n)", padded},
        {"argon2id",
         R"("password_hex":hex,"salt_hex":hex,"opslimit_t":n,"memory_kib":n,"p":1,"length":n → "out_hex":hex)",
         argon2},
    };
}

}  // namespace leeward::conform
