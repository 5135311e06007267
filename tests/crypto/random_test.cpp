#include "crypto/random.h"

#include <catch2/catch_test_macros.hpp>

using namespace leeward;
using crypto::SeededRandom;

TEST_CASE("the same seed gives the same bytes and another seed gives others") {
    SeededRandom first(1);
    SeededRandom again(1);
    SeededRandom other(2);
    const auto bytes = first.array<64>();
    CHECK(bytes == again.array<64>());
    CHECK(bytes != other.array<64>());
}

TEST_CASE("a seeded stream does not repeat itself") {
    SeededRandom random(1);
    CHECK(random.array<32>() != random.array<32>());
    CHECK(random.number() != random.number());
}

TEST_CASE("the system's generator fills every byte and does not repeat") {
    crypto::Random& random = crypto::system_random();
    CHECK(random.array<32>() != random.array<32>());
    ByteArray<64> ever_set{};
    for (int round = 0; round < 64; ++round) {
        const auto bytes = random.array<64>();
        for (std::size_t i = 0; i < bytes.size(); ++i)
            ever_set[i] |= bytes[i];
    }
    for (const Byte byte : ever_set)
        CHECK(byte == 0xff);
}
