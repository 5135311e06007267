// Ed25519 signatures (RFC 8032 section 5.1, pure).
//
// Verification is libsodium's: S below the group order, no low-order public key or R. A key with a
// torsion component verifies differently elsewhere, so a key is admitted only after is_enrolable().
#pragma once

#include "crypto/base/bytes.h"
#include "crypto/base/secret.h"
#include "crypto/base/strong.h"

namespace leeward::crypto {

using SigningKey = SecretKey<struct SigningKeyTag, 64>;  // seed(32) ‖ public key(32)
using SigningSeed = SecretKey<struct SigningSeedTag, 32>;
using VerifyKey = Strong<struct VerifyKeyTag, ByteArray<32>>;
using Signature = Strong<struct SignatureTag, ByteArray<64>>;

[[nodiscard]] SigningKey signing_key_from_seed(std::span<const Byte, 32> seed);
[[nodiscard]] SigningSeed seed_of(const SigningKey& key);
[[nodiscard]] VerifyKey verify_key_of(const SigningKey& key);

[[nodiscard]] Signature sign(const SigningKey& key, BytesView message);
[[nodiscard]] bool verify(const VerifyKey& key, BytesView message, const Signature& signature);

// A canonical point of the prime-order subgroup, and not the identity. Asked once, at enrolment.
[[nodiscard]] bool is_enrolable(const VerifyKey& key);

}  // namespace leeward::crypto
