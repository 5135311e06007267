// X25519 Diffie–Hellman (RFC 7748 section 5). An all-zero result is refused, as RFC 9180 asks.
#pragma once

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/base/secret.h"
#include "crypto/base/strong.h"

namespace leeward::crypto {

using X25519PrivateKey = SecretKey<struct X25519PrivateKeyTag, 32>;
using X25519PublicKey = Strong<struct X25519PublicKeyTag, ByteArray<32>>;

[[nodiscard]] X25519PublicKey x25519_public_key_of(const X25519PrivateKey& key);

// The 32-byte shared secret; Errc::untrusted when the peer's point has low order.
Result<SecretBytes> x25519(const X25519PrivateKey& ours, const X25519PublicKey& theirs);

}  // namespace leeward::crypto
