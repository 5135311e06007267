// Base64 of RFC 4648: `base64` is the standard alphabet with padding (signed notes, proofs),
// `base64url` the URL-safe one without (JWS, RFC 7515). Decoding is strict: canonical trailing
// bits, no whitespace, no missing or surplus padding.
#pragma once

#include <string>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace leeward::base64 {
[[nodiscard]] std::string encode(BytesView bytes);
Result<Bytes> decode(std::string_view text);
}  // namespace leeward::base64

namespace leeward::base64url {
[[nodiscard]] std::string encode(BytesView bytes);
Result<Bytes> decode(std::string_view text);
}  // namespace leeward::base64url
