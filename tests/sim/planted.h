// Bugs planted on purpose, to see that the simulator finds them. `leeward-sim-planted` is compiled with
// copies of a few sources of the product in which planted.cmake has spoiled a line; each copy asks here
// whether its bug is on. No program of the product knows of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leeward::sim {

[[nodiscard]] bool is_planted(std::string_view bug);
void plant(std::string_view bug);  // and no other

// What the disks of nodes lie about under the planted bug.
[[nodiscard]] std::optional<std::string> planted_lie();

}  // namespace leeward::sim
