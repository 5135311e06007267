#include "crypto/base/base64.h"

#include <sodium.h>

namespace leeward {
namespace {

std::string encode_as(BytesView bytes, int variant) {
    std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(out.data(), out.size(), bytes.data(), bytes.size(), variant);
    out.pop_back();  // the terminating zero
    return out;
}

// libsodium accepts some non-canonical inputs in places; what does not encode back is refused.
Result<Bytes> decode_as(std::string_view text, int variant) {
    Bytes out(text.size() / 4 * 3 + 3);
    std::size_t length = 0;
    const char* end = nullptr;
    if (sodium_base642bin(
            out.data(), out.size(), text.data(), text.size(), nullptr, &length, &end, variant) !=
            0 ||
        end != text.data() + text.size())
        return Error{Errc::malformed, "not base64"};
    out.resize(length);
    if (encode_as(out, variant) != text) return Error{Errc::malformed, "not canonical base64"};
    return out;
}

}  // namespace

std::string base64::encode(BytesView bytes) {
    return encode_as(bytes, sodium_base64_VARIANT_ORIGINAL);
}
Result<Bytes> base64::decode(std::string_view text) {
    return decode_as(text, sodium_base64_VARIANT_ORIGINAL);
}
std::string base64url::encode(BytesView bytes) {
    return encode_as(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}
Result<Bytes> base64url::decode(std::string_view text) {
    return decode_as(text, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

}  // namespace leeward
