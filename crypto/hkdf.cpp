#include "crypto/hkdf.h"

#include <algorithm>
#include <stdexcept>

#include "crypto/hash.h"

namespace leeward::crypto {
namespace {

void wipe(Hash& hash) {
    secret_memory::wipe(hash.data(), hash.size());
}

}  // namespace

SecretBytes hkdf_extract(BytesView salt, BytesView ikm) {
    static constexpr Hash zeros{};
    Hash prk = hmac_sha256(salt.empty() ? BytesView(zeros) : salt, {ikm});
    SecretBytes out{BytesView(prk)};
    wipe(prk);
    return out;
}

// RFC 5869 section 2.3: T(i) = HMAC(prk, T(i-1) ‖ info ‖ i), the output is T(1) ‖ T(2) ‖ …
SecretBytes hkdf_expand(BytesView prk, BytesView info, std::size_t length) {
    if (length > hkdf_max_length) throw std::length_error("hkdf_expand: more than 8,160 bytes");
    SecretBytes out(length);
    Hash block{};
    std::size_t done = 0;
    for (Byte i = 1; done < length; ++i) {
        const BytesView previous = i == 1 ? BytesView() : BytesView(block);
        block = hmac_sha256(prk, {previous, info, BytesView(&i, 1)});
        const std::size_t take = std::min(block.size(), length - done);
        std::copy_n(block.begin(), take, out.reveal().subspan(done).begin());
        done += take;
    }
    wipe(block);
    return out;
}

}  // namespace leeward::crypto
