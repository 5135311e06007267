// What a node keeps (its keyring, store and journal of readings, opened by the production code over a
// disk in memory) while the power goes again and again, now and then at a start after a sync that failed. After
// each loss everything that was
// acknowledged must be there, whole; what was not may be there or not, but never in part.
#pragma once

#include <cstdint>

#include "tests/sim/broken.h"

namespace leeward::sim {

// What is made worse on purpose, to see that it is found.
enum class Weakness : std::uint8_t {
    NONE,
    NORMAL,        // PRAGMA synchronous=NORMAL
    OFF,           // PRAGMA synchronous=OFF
    LYING_DISK,    // no sync makes anything durable
    LYING_LOG,     // … of the write-ahead log
    LYING_KEYS,    // … of the keyring's file
    LYING_FOLDER,  // … of the keyring's folder: names that were made or removed
    LYING_VIEWS,   // … of the journal of readings
};

struct PowerLosses {
    std::uint64_t losses = 0;
    std::uint64_t acknowledged = 0;  // acts
    std::uint64_t in_doubt = 0;      // not acknowledged, and there all the same
    std::uint64_t trace = 0;         // of all that was written
};

// `losses` one after another from this seed. Throws Broken.
PowerLosses lose_power(std::uint64_t seed,
                       std::uint64_t losses,
                       Weakness weakness = Weakness::NONE);

}  // namespace leeward::sim
