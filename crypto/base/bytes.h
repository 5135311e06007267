// Bytes as values and as borrowed views, and the few conversions that everything needs.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace leeward {

using Byte = std::uint8_t;
using Bytes = std::vector<Byte>;
using BytesView = std::span<const Byte>;  // used before the callee returns, never kept
template <std::size_t N>
using ByteArray = std::array<Byte, N>;

[[nodiscard]] inline BytesView as_bytes(std::string_view text) {
    return {reinterpret_cast<const Byte*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view as_text(BytesView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
[[nodiscard]] inline Bytes to_bytes(BytesView view) {
    return {view.begin(), view.end()};
}
[[nodiscard]] inline std::string to_text(BytesView view) {
    return std::string(as_text(view));
}

inline void append(Bytes& to, BytesView more) {
    to.insert(to.end(), more.begin(), more.end());
}

// Copies exactly N bytes; the caller has checked the length.
template <std::size_t N>
[[nodiscard]] ByteArray<N> to_array(BytesView view) {
    ByteArray<N> out{};
    std::copy_n(view.begin(), std::min(N, view.size()), out.begin());
    return out;
}

// Appends `value` big-endian in `Width` bytes: I2OSP of RFC 8017 and RFC 9180.
template <std::size_t Width>
inline void append_be(Bytes& to, std::uint64_t value) {
    for (std::size_t i = 0; i < Width; ++i)
        to.push_back(static_cast<Byte>(value >> (8 * (Width - 1 - i))));
}

[[nodiscard]] inline std::uint64_t read_be(BytesView view) {
    std::uint64_t value = 0;
    for (const Byte b : view)
        value = (value << 8) | b;
    return value;
}

// A length-prefixed field: two bytes big-endian, then the bytes. At most 65,535 of them.
inline void append_lp16(Bytes& to, BytesView field) {
    append_be<2>(to, field.size());
    append(to, field);
}

[[nodiscard]] inline bool equal(BytesView a, BytesView b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace leeward
