// Lower-case hexadecimal, both ways. Decoding takes either case and nothing else.
#pragma once

#include <string>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace leeward::hex {

[[nodiscard]] std::string encode(BytesView bytes);
// Errc::malformed for an odd length or any other character.
Result<Bytes> decode(std::string_view text);

template <std::size_t N>
Result<ByteArray<N>> decode_array(std::string_view text) {
    LEEWARD_ASSIGN(const Bytes bytes, decode(text));
    if (bytes.size() != N) return Error{Errc::malformed, "wrong length"};
    return to_array<N>(bytes);
}

}  // namespace leeward::hex
