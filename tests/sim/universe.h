// One universe: whole nodes in one thread, played from one seed. People work while frames are lost,
// doubled, delayed, replayed, changed and sent to the wrong node; nodes are killed, lose their power in
// the middle of a write, meet failing, full and slow disks, and clocks that jump; some have a hostile
// member; in some a machine is lost and its node comes back from an old copy (restores.h). Then all is mended, and everything promised must hold (watch.h).
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "crypto/hash.h"

namespace leeward::sim {

struct Universe {
    std::uint64_t seed = 0;
    crypto::Hash trace{};                         // of all that was written and all that arrived
    std::map<std::string, std::uint64_t> acts{};  // of people, by command; what was refused is none
    std::uint64_t power_losses = 0;
    std::uint64_t kills = 0;
    std::uint64_t faults = 0;
    std::uint64_t restores = 0;
    std::uint64_t delivered = 0;  // messages that took effect

    Universe& operator+=(const Universe& other);  // seed and trace become the other's
};

// Throws Broken, whose text begins with the seed.
Universe play(std::uint64_t seed);

}  // namespace leeward::sim
