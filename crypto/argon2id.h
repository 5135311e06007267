// Keys from passphrases: Argon2id version 1.3 with one lane (RFC 9106), through libsodium.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/base/secret.h"

namespace leeward::crypto::argon2id {

inline constexpr std::size_t salt_size = 16;

// Stored beside what the key protects, so that it can rise over the years.
struct Cost {
    std::uint32_t passes;
    std::uint32_t memory_kib;
};
inline constexpr Cost standard_cost{3, 256 * 1024};  // about 0.6 s on a desk machine of 2020
inline constexpr std::uint32_t floor_memory_kib = 64 * 1024;  // doctor is red below
// A cost read from a file is refused beyond this: it must not exhaust the machine.
inline constexpr Cost max_cost{16, 1024 * 1024};

// `length` (16 to 1,024) secret bytes. Errc::invalid_argument for a cost of nothing (no pass, less
// than 8 KiB), a cost beyond max_cost or a bad length; Errc::busy when the memory cannot be had now.
Result<SecretBytes> derive(BytesView passphrase,
                           std::span<const Byte, salt_size> salt,
                           Cost cost,
                           std::size_t length = 32);

}  // namespace leeward::crypto::argon2id
