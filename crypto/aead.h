// Authenticated encryption: ChaCha20-Poly1305 (RFC 8439, 12-byte nonce) and XChaCha20-Poly1305
// (draft-irtf-cfrg-xchacha-03, 24-byte nonce, long enough to be drawn at random).
//
// A nonce serves once per key; the caller sees to it. A sealed message is the ciphertext and its
// 16-byte tag. Opening fails with Errc::untrusted for every reason alike and yields nothing.
// Neither cipher commits to its key: keys come from random bytes, never from a passphrase alone.
#pragma once

#include <cstddef>
#include <span>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/base/secret.h"

namespace leeward::crypto {

inline constexpr std::size_t aead_tag_size = 16;

using AeadKeyView = std::span<const Byte, 32>;
using ChachaNonceView = std::span<const Byte, 12>;
using XChachaNonceView = std::span<const Byte, 24>;

// What is authenticated beside the plaintext but not encrypted.
struct Aad {
    BytesView bytes{};
};

[[nodiscard]] Bytes chacha20poly1305_seal(AeadKeyView key,
                                          ChachaNonceView nonce,
                                          Aad aad,
                                          BytesView plaintext);
Result<SecretBytes> chacha20poly1305_open(AeadKeyView key,
                                          ChachaNonceView nonce,
                                          Aad aad,
                                          BytesView sealed);

[[nodiscard]] Bytes xchacha20poly1305_seal(AeadKeyView key,
                                           XChachaNonceView nonce,
                                           Aad aad,
                                           BytesView plaintext);
Result<SecretBytes> xchacha20poly1305_open(AeadKeyView key,
                                           XChachaNonceView nonce,
                                           Aad aad,
                                           BytesView sealed);

}  // namespace leeward::crypto
