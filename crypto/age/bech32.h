// Bech32 (BIP-173) as age uses it for keys: without the limit of 90 characters.
#pragma once

#include <string>
#include <string_view>

#include "crypto/base/result.h"
#include "crypto/base/secret.h"

namespace leeward::crypto {

struct Bech32 {
    std::string prefix;  // in lower case
    SecretBytes data;
};

// `prefix` is lower-case ASCII; the text is too.
[[nodiscard]] std::string bech32_encode(std::string_view prefix, BytesView data);
// Errc::malformed for mixed case, a wrong checksum, or bits left over.
Result<Bech32> bech32_decode(std::string_view text);

}  // namespace leeward::crypto
