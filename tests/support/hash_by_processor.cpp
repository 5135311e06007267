// Whole nodes hash for an eighth of their time, and libsodium does so in portable C. OpenSSL, on which
// SQLCipher stands, has the processor's own instructions; what the two keep between calls is the same.
// Taken where the linker was told `--wrap`.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <algorithm>
#include <cstdint>

#include <openssl/sha.h>
#include <sodium.h>

namespace {

SHA256_CTX taken_up(const crypto_hash_sha256_state& state) {
    SHA256_CTX out{};
    std::copy_n(state.state, 8, out.h);
    out.Nl = static_cast<SHA_LONG>(state.count);
    out.Nh = static_cast<SHA_LONG>(state.count >> 32);
    out.num = static_cast<unsigned>(state.count / 8 % SHA256_CBLOCK);
    std::copy_n(state.buf, out.num, reinterpret_cast<unsigned char*>(out.data));
    out.md_len = SHA256_DIGEST_LENGTH;
    return out;
}

void put_down(const SHA256_CTX& from, crypto_hash_sha256_state& state) {
    std::copy_n(from.h, 8, state.state);
    state.count = static_cast<std::uint64_t>(from.Nh) << 32 | from.Nl;
    std::copy_n(reinterpret_cast<const unsigned char*>(from.data), from.num, state.buf);
}

}  // namespace

extern "C" int __wrap_crypto_hash_sha256_update(crypto_hash_sha256_state* state,
                                                const unsigned char* in,
                                                unsigned long long size) {
    SHA256_CTX working = taken_up(*state);
    SHA256_Update(&working, in, size);
    put_down(working, *state);
    return 0;
}

extern "C" int __wrap_crypto_hash_sha256_final(crypto_hash_sha256_state* state,
                                               unsigned char* out) {
    SHA256_CTX working = taken_up(*state);
    SHA256_Final(out, &working);
    return 0;
}

extern "C" int __wrap_crypto_hash_sha256(unsigned char* out,
                                         const unsigned char* in,
                                         unsigned long long size) {
    SHA256_CTX working{};
    SHA256_Init(&working);
    SHA256_Update(&working, in, size);
    SHA256_Final(out, &working);
    return 0;
}
