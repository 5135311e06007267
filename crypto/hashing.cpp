#include "crypto/hashing.h"

#include <sodium.h>

namespace leeward::crypto {

struct Sha256::State {
    crypto_hash_sha256_state hash;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
    crypto_hash_sha256_init(&state_->hash);
}
Sha256::~Sha256() = default;

void Sha256::add(BytesView piece) {
    crypto_hash_sha256_update(&state_->hash, piece.data(), piece.size());
}

Hash Sha256::finish() {
    Hash out{};
    crypto_hash_sha256_final(&state_->hash, out.data());
    return out;
}

}  // namespace leeward::crypto
