// Hiding lengths: message buckets for the wire, Padmé for files.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/base/secret.h"

namespace leeward::crypto {

// The length that `length` is padded to (Padmé, Nikitin et al., PoPETs 2019): at most 12 % more,
// and only O(log log length) bits of it are left to see. For lengths below 2^63.
[[nodiscard]] std::uint64_t padme(std::uint64_t length);

// Sizes of a message's plaintext: length(4, big-endian) ‖ inner ‖ zeros.
inline constexpr std::array<std::size_t, 4> bucket_sizes = {8'192, 16'384, 32'768, 65'536};
inline constexpr std::size_t bucket_prefix_size = 4;
inline constexpr std::size_t max_inner_size = bucket_sizes.back() - bucket_prefix_size;

[[nodiscard]] bool is_bucket_size(std::size_t size);

// The smallest bucket that holds `inner`; Errc::too_large beyond max_inner_size.
Result<SecretBytes> pad_to_bucket(BytesView inner);

// The inner bytes. Errc::malformed unless the size is a bucket's, the length fits and every
// padding byte is zero. A bucket larger than needed is accepted.
Result<SecretBytes> unpad(BytesView bucket);

}  // namespace leeward::crypto
