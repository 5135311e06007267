#include "crypto/xwing.h"

#include <sodium.h>

namespace leeward::crypto {

XWingPrivateKey xwing_generate(Random& random) {
    XWingPrivateKey key;
    random.fill(key.reveal());
    return key;
}

XWingPublicKey xwing_public_key_of(const XWingPrivateKey& key) {
    XWingPublicKey out;
    XWingPrivateKey same;  // the expanded form is the seed itself
    crypto_kem_xwing_seed_keypair(out.get().data(), same.reveal().data(), key.reveal().data());
    return out;
}

// SHAKE256(ikm ‖ "HPKE-v1" ‖ "KEM" ‖ 647A ‖ lp16("DeriveKeyPair") ‖ I2OSP(32, 2), 32), with an
// empty context.
XWingPrivateKey xwing_derive_key(BytesView ikm) {
    Bytes label = to_bytes(as_bytes("HPKE-v1KEM"));
    append_be<2>(label, 0x647A);
    append_lp16(label, as_bytes("DeriveKeyPair"));
    append_be<2>(label, XWingPrivateKey::size);

    crypto_xof_shake256_state state;
    crypto_xof_shake256_init(&state);
    crypto_xof_shake256_update(&state, ikm.data(), ikm.size());
    crypto_xof_shake256_update(&state, label.data(), label.size());
    XWingPrivateKey key;
    crypto_xof_shake256_squeeze(&state, key.reveal().data(), key.reveal().size());
    sodium_memzero(&state, sizeof state);
    return key;
}

Result<XWingEncapsulated> xwing_encapsulate(const XWingPublicKey& to, Random& random) {
    SecretBytes eseed(64);
    random.fill(eseed.reveal());
    return xwing_encapsulate_with(to, BytesView(eseed.reveal()).first<64>());
}

Result<XWingEncapsulated> xwing_encapsulate_with(const XWingPublicKey& to,
                                                 std::span<const Byte, 64> eseed) {
    XWingEncapsulated out{XWingCiphertext(), SecretBytes(32)};
    if (crypto_kem_xwing_enc_deterministic(out.ciphertext.get().data(),
                                           out.shared_secret.reveal().data(),
                                           to.get().data(),
                                           eseed.data()) != 0)
        return Error{Errc::untrusted};
    return out;
}

Result<SecretBytes> xwing_decapsulate(const XWingPrivateKey& key, const XWingCiphertext& from) {
    SecretBytes out(32);
    if (crypto_kem_xwing_dec(out.reveal().data(), from.get().data(), key.reveal().data()) != 0)
        return Error{Errc::untrusted};
    return out;
}

}  // namespace leeward::crypto
