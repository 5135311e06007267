#include "crypto/aead.h"

#include <algorithm>

#include <sodium.h>

namespace leeward::crypto {
namespace {

// The two ciphers have the same shape in libsodium.
template <auto Encrypt, class Nonce>
Bytes seal_with(AeadKeyView key, Nonce nonce, Aad aad, BytesView plaintext) {
    Bytes out(plaintext.size() + aead_tag_size);
    Encrypt(out.data(),
            nullptr,
            plaintext.data(),
            plaintext.size(),
            aad.bytes.data(),
            aad.bytes.size(),
            nullptr,
            nonce.data(),
            key.data());
    return out;
}

template <auto Decrypt, class Nonce>
Result<SecretBytes> open_with(AeadKeyView key, Nonce nonce, Aad aad, BytesView sealed) {
    if (sealed.size() < aead_tag_size) return Error{Errc::untrusted};
    // One byte at least: libsodium takes a null output as "verify only".
    SecretBytes room(std::max<std::size_t>(sealed.size() - aead_tag_size, 1));
    const int rc = Decrypt(room.reveal().data(),
                           nullptr,
                           nullptr,
                           sealed.data(),
                           sealed.size(),
                           aad.bytes.data(),
                           aad.bytes.size(),
                           nonce.data(),
                           key.data());
    if (rc != 0) return Error{Errc::untrusted};
    if (sealed.size() == aead_tag_size) return SecretBytes();
    return room;
}

}  // namespace

Bytes chacha20poly1305_seal(AeadKeyView key, ChachaNonceView nonce, Aad aad, BytesView plaintext) {
    return seal_with<crypto_aead_chacha20poly1305_ietf_encrypt>(key, nonce, aad, plaintext);
}

Result<SecretBytes> chacha20poly1305_open(AeadKeyView key,
                                          ChachaNonceView nonce,
                                          Aad aad,
                                          BytesView sealed) {
    return open_with<crypto_aead_chacha20poly1305_ietf_decrypt>(key, nonce, aad, sealed);
}

Bytes xchacha20poly1305_seal(AeadKeyView key,
                             XChachaNonceView nonce,
                             Aad aad,
                             BytesView plaintext) {
    return seal_with<crypto_aead_xchacha20poly1305_ietf_encrypt>(key, nonce, aad, plaintext);
}

Result<SecretBytes> xchacha20poly1305_open(AeadKeyView key,
                                           XChachaNonceView nonce,
                                           Aad aad,
                                           BytesView sealed) {
    return open_with<crypto_aead_xchacha20poly1305_ietf_decrypt>(key, nonce, aad, sealed);
}

}  // namespace leeward::crypto
