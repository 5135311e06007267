// Two thousand power losses under the production code of keyring, store and journal. That the search
// would see a loss is tested too: each way of being careless is found.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/sim/power_losses.h"

namespace leeward::sim {
namespace {

constexpr std::uint64_t losses_a_seed = 20;

// The seeds up to the first at which it is found; 0 when it is not.
std::uint64_t seeds_until_found(Weakness weakness) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed)
        try {
            lose_power(seed, losses_a_seed, weakness);
        } catch (const Broken&) {
            return seed;
        }
    return 0;
}

}  // namespace

TEST_CASE("after two thousand power losses all that was acknowledged is there, and whole") {
    PowerLosses sum;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        const PowerLosses told = lose_power(seed, losses_a_seed);
        sum.losses += told.losses;
        sum.acknowledged += told.acknowledged;
        sum.in_doubt += told.in_doubt;
    }
    CHECK(sum.losses == 2000);
    CHECK(sum.acknowledged > 2000);
    CHECK(sum.in_doubt > 0);  // a failed commit may have happened
}

TEST_CASE("one seed is one history of power losses, to the byte") {
    const PowerLosses first = lose_power(7, losses_a_seed);
    lose_power(8, 3);
    const PowerLosses again = lose_power(7, losses_a_seed);
    CHECK(first.trace == again.trace);
    CHECK(first.acknowledged == again.acknowledged);
    CHECK(lose_power(8, losses_a_seed).trace != first.trace);
}

TEST_CASE("each careless way of storing is found by its power losses") {
    const auto weakness = GENERATE(Weakness::NORMAL,
                                   Weakness::OFF,
                                   Weakness::LYING_DISK,
                                   Weakness::LYING_LOG,
                                   Weakness::LYING_KEYS,
                                   Weakness::LYING_FOLDER,
                                   Weakness::LYING_VIEWS);
    CAPTURE(static_cast<int>(weakness));
    CHECK(seeds_until_found(weakness) > 0);
}

}  // namespace leeward::sim
