#include "crypto/argon2id.h"

#include <sodium.h>

namespace leeward::crypto::argon2id {
namespace {

constexpr std::uint32_t min_memory_kib = 8;
constexpr std::size_t max_length = 1'024;

bool acceptable(Cost cost) {
    return cost.passes >= 1 && cost.passes <= max_cost.passes &&
           cost.memory_kib >= min_memory_kib && cost.memory_kib <= max_cost.memory_kib;
}

}  // namespace

static_assert(salt_size == crypto_pwhash_SALTBYTES);

Result<SecretBytes> derive(BytesView passphrase,
                           std::span<const Byte, salt_size> salt,
                           Cost cost,
                           std::size_t length) {
    if (!acceptable(cost)) return Error{Errc::invalid_argument, "Argon2id cost out of range"};
    if (length < crypto_pwhash_BYTES_MIN || length > max_length)
        return Error{Errc::invalid_argument, "Argon2id output length out of range"};
    SecretBytes out(length);
    // Fails only when the memory cannot be had.
    if (crypto_pwhash(out.reveal().data(),
                      out.size(),
                      passphrase.empty() ? "" : as_text(passphrase).data(),
                      passphrase.size(),
                      salt.data(),
                      cost.passes,
                      std::size_t{cost.memory_kib} * 1'024,
                      crypto_pwhash_ALG_ARGON2ID13) != 0)
        return Error{Errc::busy, "not enough memory for the passphrase key"};
    return out;
}

}  // namespace leeward::crypto::argon2id
