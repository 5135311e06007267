// leeward-sim: universes and power losses by the thousand.
//   leeward-sim --seeds A..B [--for SECONDS]         universes
//   leeward-sim --power-losses A..B [--for SECONDS]  twenty losses a seed
//   leeward-sim-planted --bug NAME --seeds A..B      where is it found?
// Prints what it played, when it is told to end (SIGTERM, SIGINT) too; a broken promise ends it with 1 and the seed that shows it again.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "crypto/base/hex.h"
#include "tests/planted/planted.h"
#include "tests/sim/broken.h"
#include "tests/sim/power_losses.h"
#include "tests/sim/universe.h"

namespace {

using leeward::sim::Broken;

struct Asked {
    std::string_view what;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    double seconds = 0;  // 0: until all are played
};

int usage() {
    std::fputs("leeward-sim --seeds A..B | --power-losses A..B [--for SECONDS] [--bug NAME]\n",
               stderr);
    return 2;
}

bool read_range(const char* text, Asked& asked) {
    char* end = nullptr;
    asked.first = std::strtoull(text, &end, 10);
    if (end[0] != '.' || end[1] != '.') return false;
    asked.last = std::strtoull(end + 2, &end, 10);
    return *end == '\0' && asked.first <= asked.last;
}

volatile std::sig_atomic_t is_over = 0;

// The last seed that was played.
std::uint64_t each_seed(const Asked& asked, const std::function<void(std::uint64_t)>& work) {
    const auto started = std::chrono::steady_clock::now();
    std::uint64_t seed = asked.first;
    for (;; ++seed) {
        work(seed);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
        const bool ends = seed == asked.last || is_over != 0;
        if (ends || (asked.seconds > 0 && took.count() >= asked.seconds)) return seed;
    }
}

using Number = unsigned long long;

Number sum_of(const std::map<std::string, std::uint64_t>& counts) {
    Number sum = 0;
    for (const auto& [what, count] : counts)
        sum += count;
    return sum;
}

void universes(const Asked& asked) {
    leeward::sim::Universe sum;
    const std::uint64_t last =
        each_seed(asked, [&](std::uint64_t seed) { sum += leeward::sim::play(seed); });
    std::printf(
        "universes seeds=%llu..%llu count=%llu acts=%llu signatures=%llu readings=%llu "
        "delivered=%llu power_losses=%llu kills=%llu faults=%llu restores=%llu last_trace=%s\n",
        Number{asked.first},
        Number{last},
        Number{last - asked.first + 1},
        sum_of(sum.acts),
        Number{sum.acts["release.sign"]},
        Number{sum.acts["grant.open"]},
        Number{sum.delivered},
        Number{sum.power_losses},
        Number{sum.kills},
        Number{sum.faults},
        Number{sum.restores},
        leeward::hex::encode(leeward::BytesView(sum.trace).first(8)).c_str());
}

void power_losses(const Asked& asked) {
    constexpr std::uint64_t losses_a_seed = 20;
    leeward::sim::PowerLosses sum;
    const std::uint64_t last = each_seed(asked, [&](std::uint64_t seed) {
        const auto one = leeward::sim::lose_power(seed, losses_a_seed);
        sum.losses += one.losses;
        sum.acknowledged += one.acknowledged;
        sum.in_doubt += one.in_doubt;
    });
    std::printf("power-losses seeds=%llu..%llu count=%llu acknowledged=%llu in_doubt=%llu\n",
                Number{asked.first},
                Number{last},
                Number{sum.losses},
                Number{sum.acknowledged},
                Number{sum.in_doubt});
}

}  // namespace

int main(int count, char** words) {
    Asked asked;
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string_view word = words[i];
        if (word == "--for")
            asked.seconds = std::strtod(words[i + 1], nullptr);
        else if (word == "--bug")
            leeward::test::plant(words[i + 1]);
        else if ((word == "--seeds" || word == "--power-losses") && read_range(words[i + 1], asked))
            asked.what = word;
        else
            return usage();
    }
    if (asked.what.empty() || count % 2 == 0) return usage();
    for (const int signal : {SIGTERM, SIGINT})
        std::signal(signal, [](int) { is_over = 1; });
    try {
        asked.what == "--seeds" ? universes(asked) : power_losses(asked);
        return 0;
    } catch (const Broken& broken) {
        std::printf("BROKEN %s\n", broken.what());
        return 1;
    }
}
