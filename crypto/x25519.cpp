#include "crypto/x25519.h"

#include <sodium.h>

namespace leeward::crypto {

X25519PublicKey x25519_public_key_of(const X25519PrivateKey& key) {
    ByteArray<32> out{};
    crypto_scalarmult_base(out.data(), key.reveal().data());
    return X25519PublicKey(out);
}

Result<SecretBytes> x25519(const X25519PrivateKey& ours, const X25519PublicKey& theirs) {
    SecretBytes out(32);
    // Fails when the result is all zeros.
    if (crypto_scalarmult(out.reveal().data(), ours.reveal().data(), theirs.get().data()) != 0)
        return Error{Errc::untrusted};
    return out;
}

}  // namespace leeward::crypto
