// SHA-256, HMAC-SHA256 and BLAKE2b as values. `Hash` is 32 bytes of SHA-256 unless said otherwise.
#pragma once

#include <initializer_list>

#include "crypto/base/bytes.h"

namespace leeward::crypto {

using Hash = ByteArray<32>;

[[nodiscard]] Hash sha256(BytesView data);
[[nodiscard]] Hash sha256(std::initializer_list<BytesView> parts);  // of their concatenation
[[nodiscard]] Hash hmac_sha256(BytesView key, std::initializer_list<BytesView> parts);

}  // namespace leeward::crypto
