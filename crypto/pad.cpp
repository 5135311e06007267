#include "crypto/pad.h"

#include <algorithm>
#include <bit>

namespace leeward::crypto {

// E = ⌊log2 L⌋, S = ⌊log2 E⌋ + 1: the lowest E − S bits are rounded up.
std::uint64_t padme(std::uint64_t length) {
    if (length < 2) return length;
    const auto exponent = static_cast<std::uint64_t>(std::bit_width(length)) - 1;
    const std::uint64_t low = exponent - static_cast<std::uint64_t>(std::bit_width(exponent));
    const std::uint64_t mask = (std::uint64_t{1} << low) - 1;
    return (length + mask) & ~mask;
}

bool is_bucket_size(std::size_t size) {
    return std::find(bucket_sizes.begin(), bucket_sizes.end(), size) != bucket_sizes.end();
}

Result<SecretBytes> pad_to_bucket(BytesView inner) {
    if (inner.size() > max_inner_size)
        return Error{Errc::too_large, "longer than the largest message"};
    const std::size_t size = *std::lower_bound(
        bucket_sizes.begin(), bucket_sizes.end(), inner.size() + bucket_prefix_size);
    SecretBytes bucket(size);
    Bytes prefix;
    append_be<bucket_prefix_size>(prefix, inner.size());
    std::copy(prefix.begin(), prefix.end(), bucket.reveal().begin());
    std::copy(inner.begin(), inner.end(), bucket.reveal().subspan(bucket_prefix_size).begin());
    return bucket;
}

Result<SecretBytes> unpad(BytesView bucket) {
    if (!is_bucket_size(bucket.size())) return Error{Errc::malformed, "not a bucket's size"};
    const std::uint64_t length = read_be(bucket.first(bucket_prefix_size));
    const BytesView rest = bucket.subspan(bucket_prefix_size);
    if (length > rest.size()) return Error{Errc::malformed, "length beyond the bucket"};
    const BytesView padding = rest.subspan(length);
    if (std::any_of(padding.begin(), padding.end(), [](Byte b) { return b != 0; }))
        return Error{Errc::malformed, "padding is not zero"};
    return SecretBytes(rest.first(length));
}

}  // namespace leeward::crypto
