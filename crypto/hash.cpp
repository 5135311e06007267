#include "crypto/hash.h"

#include <sodium.h>

namespace leeward::crypto {

Hash sha256(BytesView data) {
    Hash out{};
    crypto_hash_sha256(out.data(), data.data(), data.size());
    return out;
}

Hash sha256(std::initializer_list<BytesView> parts) {
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    for (const BytesView part : parts)
        crypto_hash_sha256_update(&state, part.data(), part.size());
    Hash out{};
    crypto_hash_sha256_final(&state, out.data());
    return out;
}

Hash hmac_sha256(BytesView key, std::initializer_list<BytesView> parts) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key.data(), key.size());
    for (const BytesView part : parts)
        crypto_auth_hmacsha256_update(&state, part.data(), part.size());
    Hash out{};
    crypto_auth_hmacsha256_final(&state, out.data());
    sodium_memzero(&state, sizeof state);
    return out;
}

}  // namespace leeward::crypto
