// HKDF-SHA256 (RFC 5869): extract a uniform key from a shared secret, expand it under a label.
#pragma once

#include <cstddef>

#include "crypto/base/bytes.h"
#include "crypto/base/secret.h"

namespace leeward::crypto {

inline constexpr std::size_t hkdf_max_length = 255 * std::size_t{32};  // 8,160 bytes

// The pseudorandom key, 32 bytes. An empty salt means 32 zero bytes.
[[nodiscard]] SecretBytes hkdf_extract(BytesView salt, BytesView ikm);

// `length` bytes; more than hkdf_max_length is a bug in the caller and throws std::length_error.
[[nodiscard]] SecretBytes hkdf_expand(BytesView prk, BytesView info, std::size_t length);

// The same for a 32-byte key that is kept: a SecretKey<Tag, 32> in guarded pages.
template <class Key>
[[nodiscard]] Key hkdf_expand32(BytesView prk, BytesView info) {
    static_assert(Key::size == 32);
    const SecretBytes bytes = hkdf_expand(prk, info, 32);
    return Key(bytes.reveal().template first<32>());
}

}  // namespace leeward::crypto
