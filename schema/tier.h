// How far something may travel (domain.md section 4): L0 never leaves the node, T0 has no person in
// it, T1 is de-identified, T2 is placement, T3 clinical, T4 evidence.
#pragma once

#include <optional>
#include <string_view>

#include "schema/lifecycle.h"

namespace leeward::schema {

enum class Tier : Byte { L0, T0, T1, T2, T3, T4 };

inline constexpr Names<Tier, 6> tier_names{{"L0", "T0", "T1", "T2", "T3", "T4"}};
[[nodiscard]] constexpr std::string_view name(Tier tier) {
    return tier_names.of(tier);
}
[[nodiscard]] constexpr std::optional<Tier> tier_from(std::string_view word) {
    return tier_names.find(word);
}

}  // namespace leeward::schema
