// Randomness comes in from outside: production uses the operating system's, the simulator a seed.
#pragma once

#include <cstdint>
#include <span>

#include "crypto/base/bytes.h"

namespace leeward::crypto {

class Random {
public:
    virtual ~Random() = default;
    virtual void fill(std::span<Byte> out) = 0;

    template <std::size_t N>
    [[nodiscard]] ByteArray<N> array() {
        ByteArray<N> out{};
        fill(out);
        return out;
    }
    [[nodiscard]] std::uint64_t number() { return read_be(array<8>()); }
};

// The operating system's generator, through libsodium. Safe from any thread.
[[nodiscard]] Random& system_random();

// A ChaCha20 stream from `seed`: the same bytes every time. Tests and the simulator only.
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed);
    void fill(std::span<Byte> out) override;

private:
    ByteArray<32> key_{};
    std::uint64_t block_ = 0;
};

}  // namespace leeward::crypto
