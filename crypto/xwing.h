// The X-Wing key encapsulation, ML-KEM-768 with X25519 (draft-connolly-cfrg-xwing-kem), which is
// HPKE's KEM 0x647a MLKEM768-X25519 (draft-ietf-hpke-pq).
//
// A ciphertext that was tampered with mostly decapsulates to an unrelated secret (implicit
// rejection): the failure shows when the AEAD opens. Errc::untrusted means a public key or a
// ciphertext that cannot be used at all.
#pragma once

#include <span>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/base/secret.h"
#include "crypto/base/strong.h"
#include "crypto/random.h"

namespace leeward::crypto {

using XWingPrivateKey = SecretKey<struct XWingPrivateKeyTag, 32>;  // the seed
using XWingPublicKey = Strong<struct XWingPublicKeyTag, ByteArray<1216>>;
using XWingCiphertext = Strong<struct XWingCiphertextTag, ByteArray<1120>>;

struct XWingEncapsulated {
    XWingCiphertext ciphertext;
    SecretBytes shared_secret;  // 32 bytes
};

[[nodiscard]] XWingPrivateKey xwing_generate(Random& random);
[[nodiscard]] XWingPublicKey xwing_public_key_of(const XWingPrivateKey& key);

// DeriveKeyPair of draft-ietf-hpke-pq: the private key for `ikm`, 32 secret bytes or more.
[[nodiscard]] XWingPrivateKey xwing_derive_key(BytesView ikm);

Result<XWingEncapsulated> xwing_encapsulate(const XWingPublicKey& to, Random& random);
// EncapsulateDerand: `eseed` is the randomness and serves once.
Result<XWingEncapsulated> xwing_encapsulate_with(const XWingPublicKey& to,
                                                 std::span<const Byte, 64> eseed);

Result<SecretBytes> xwing_decapsulate(const XWingPrivateKey& key, const XWingCiphertext& from);

}  // namespace leeward::crypto
