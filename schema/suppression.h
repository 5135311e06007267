// Which numbers of tables that add up may be published (statistical disclosure control).
//
// A number is the flow along an arc: what goes into a node comes out of it, so every sum that a
// reader can form out of the tables is a sum along arcs. Numbers under 11 are withheld (primary
// suppression), none among them; and with them as many others (complementary suppression) as it
// takes that nobody who adds and subtracts can tell a small number from none or know that it is
// small: for each there is another population that fits all that is shown and has nobody there, and
// one that has eleven, even if what is shown were exact.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace leeward::schema {

inline constexpr std::int64_t smallest_shown = 11;
inline constexpr std::int64_t shown_step = 5;

struct Flow {
    std::size_t from = 0;
    std::size_t to = 0;
    std::int64_t count = 0;
    std::int64_t worth = 1;  // what is worth more is withheld later for the sake of another
};

// To the nearest 5: what is shown of a number of 11 or more.
[[nodiscard]] std::int64_t rounded(std::int64_t count);

// One entry for each flow: true where nothing may be shown. The flows are a circulation: at each
// node as much goes in as comes out.
[[nodiscard]] std::vector<bool> withheld(std::span<const Flow> flows);

}  // namespace leeward::schema
