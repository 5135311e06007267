// Three hundred universes, each from its seed; and that one seed is one history.
#include <array>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "tests/sim/universe.h"

namespace leeward::sim {
namespace {

// What people try must succeed now and then, or what follows from it is never seen.
constexpr std::array succeeds{
    "case.new",           "need.new",          "need.ask",     "need.choose",  "need.withdraw",
    "leg.show",           "leg.offer",         "leg.confirm",  "leg.plan",     "leg.departed",
    "leg.arrived",        "leg.ended",         "leg.waitlist", "leg.question", "leg.decline",
    "leg.review",         "leg.missing",       "leg.cancel",   "leg.discard",  "leg.lost",
    "leg.phone-accepted", "leg.phone-arrived", "release.new",  "release.sign", "release.withdraw",
    "grant.open"};

void play_all(std::uint64_t first, std::uint64_t last) {
    Universe sum;
    for (std::uint64_t seed = first; seed <= last; ++seed)
        sum += play(seed);
    for (const std::string command : succeeds) {
        CAPTURE(command);
        CHECK(sum.acts[command] > 0);
    }
    CHECK(sum.power_losses > 0);
    CHECK(sum.restores > 0);
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
