// Whether the simulator would see a bug: each that is planted is found within its first thousand seeds.
#include "tests/planted/planted.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/sim/broken.h"
#include "tests/sim/power_losses.h"
#include "tests/sim/universe.h"

namespace leeward::sim {
namespace {

// 0 when it is not found.
std::uint64_t seeds_until_found(std::string_view bug) {
    test::plant(bug);
    for (std::uint64_t seed = 1; seed <= 1000; ++seed)
        try {
            play(seed);
        } catch (const Broken&) {
            test::plant("");
            return seed;
        }
    test::plant("");
    return 0;
}

}  // namespace

// What else is planted is for other tests (tests/planted/caught_test.cpp).
TEST_CASE("every planted bug is found") {
    const std::string bug = GENERATE(as<std::string>{},
                                     "repeat-taken-again",
                                     "repeat-not-answered",
                                     "sent-is-forgotten",
                                     "closing-word-expires",
                                     "last-to-come-wins",
                                     "withdrawn-still-waits",
                                     "commit-not-synced",
                                     "record-in-the-clear",
                                     "erased-in-name-only",
                                     "disk-lies-about-the-log",
                                     "disk-lies-about-the-keys");
    CAPTURE(bug);
    CHECK(seeds_until_found(bug) > 0);
}

TEST_CASE("a log that is believed from memory alone is found by power losses") {
    test::plant("log-believed-from-memory");
    CHECK_THROWS_AS(
        [] {
            for (std::uint64_t seed = 1; seed <= 100; ++seed)
                lose_power(seed, 20);
        }(),
        Broken);
    test::plant("");
}

}  // namespace leeward::sim
