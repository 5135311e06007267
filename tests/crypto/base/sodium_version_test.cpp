#include <array>
#include <cstdio>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <sodium.h>

namespace {

std::array<int, 3> numbers_of(const char* version) {
    std::array<int, 3> numbers{};
    REQUIRE(std::sscanf(version, "%d.%d.%d", &numbers[0], &numbers[1], &numbers[2]) == 3);
    return numbers;
}

}  // namespace

// 1.0.22 brought X-Wing. libzmq drags an older one into every default path: this tells that ours
// is the one that was linked, not only the one whose headers were read.
TEST_CASE(
    "the libsodium that is linked is 1.0.22 or newer, and the one that was compiled against") {
    CHECK(numbers_of(sodium_version_string()) >= std::array<int, 3>{1, 0, 22});
    CHECK(std::string(sodium_version_string()) == SODIUM_VERSION_STRING);
}
