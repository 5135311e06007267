#include "crypto/ed25519.h"

#include <sodium.h>

namespace leeward::crypto {

SigningKey signing_key_from_seed(std::span<const Byte, 32> seed) {
    SigningKey key;
    ByteArray<32> ignored{};
    crypto_sign_seed_keypair(ignored.data(), key.reveal().data(), seed.data());
    return key;
}

SigningSeed seed_of(const SigningKey& key) {
    return SigningSeed(key.reveal().first<32>());
}

VerifyKey verify_key_of(const SigningKey& key) {
    return VerifyKey(to_array<32>(key.reveal().last<32>()));
}

Signature sign(const SigningKey& key, BytesView message) {
    ByteArray<64> out{};
    crypto_sign_detached(out.data(), nullptr, message.data(), message.size(), key.reveal().data());
    return Signature(out);
}

bool verify(const VerifyKey& key, BytesView message, const Signature& signature) {
    return crypto_sign_verify_detached(
               signature.get().data(), message.data(), message.size(), key.get().data()) == 0;
}

bool is_enrolable(const VerifyKey& key) {
    return crypto_core_ed25519_is_valid_point(key.get().data()) == 1;
}

}  // namespace leeward::crypto
