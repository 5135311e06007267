#include "crypto/random.h"

#include <sodium.h>

namespace leeward::crypto {
namespace {

class SystemRandom final : public Random {
public:
    SystemRandom() {
        if (sodium_init() < 0) std::abort();  // no entropy source: nothing here may run
    }
    void fill(std::span<Byte> out) override {
        if (!out.empty()) randombytes_buf(out.data(), out.size());
    }
};

}  // namespace

Random& system_random() {
    static SystemRandom random;
    return random;
}

SeededRandom::SeededRandom(std::uint64_t seed) {
    for (std::size_t i = 0; i < 8; ++i)
        key_[i] = static_cast<Byte>(seed >> (8 * i));
}

void SeededRandom::fill(std::span<Byte> out) {
    if (out.empty()) return;
    ByteArray<crypto_stream_chacha20_ietf_NONCEBYTES> nonce{};
    ++block_;
    for (std::size_t i = 0; i < 8; ++i)
        nonce[i] = static_cast<Byte>(block_ >> (8 * i));
    crypto_stream_chacha20_ietf(out.data(), out.size(), nonce.data(), key_.data());
}

}  // namespace leeward::crypto
