// Three hundred universes, each from its seed; and that one seed is one history.
#include <catch2/catch_test_macros.hpp>

#include "tests/sim/universe.h"

namespace leeward::sim {
namespace {

void play_all(std::uint64_t first, std::uint64_t last) {
    Universe sum;
    for (std::uint64_t seed = first; seed <= last; ++seed) {
        const Universe one = play(seed);
        sum.acts += one.acts;
        sum.power_losses += one.power_losses;
        sum.delivered += one.delivered;
    }
    CHECK(sum.acts > last - first);
    CHECK(sum.power_losses > 0);
    CHECK(sum.delivered > last - first);
}

}  // namespace

TEST_CASE("in the first hundred and fifty universes every promise holds at every step") {
    play_all(1, 150);
}

TEST_CASE("in the second hundred and fifty universes every promise holds at every step") {
    play_all(151, 300);
}

TEST_CASE("one seed is one universe, to the last byte written and the last frame that arrived") {
    const Universe first = play(11);
    play(12);
    const Universe again = play(11);
    CHECK(first.trace == again.trace);
    CHECK(first.acts == again.acts);
    CHECK(play(12).trace != first.trace);
}

}  // namespace leeward::sim
