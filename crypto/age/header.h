// The header of an age file (c2sp.org/age): who can open it, and the line that authenticates that.
#pragma once

#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace leeward::crypto::age {

struct Stanza {
    std::string type;
    std::vector<std::string> arguments;
    Bytes body;
};

struct Header {
    std::vector<Stanza> stanzas;  // at least one
    ByteArray<32> mac{};
    std::size_t authenticated = 0;  // the bytes that `mac` covers
    std::size_t size = 0;           // where the payload begins
};

inline constexpr std::size_t max_header_size = 1 << 20;

// Errc::malformed; unsupported for another version; too_large.
Result<Header> read_header(BytesView file);
// Up to and including "---": what the last line authenticates.
[[nodiscard]] std::string write_stanzas(const std::vector<Stanza>& stanzas);

// Base64 without padding, canonical.
[[nodiscard]] std::string encode_unpadded(BytesView bytes);
Result<Bytes> decode_unpadded(std::string_view text);

}  // namespace leeward::crypto::age
