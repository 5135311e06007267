// Who takes part in the acceptance scenarios: organisations and their workers. All are invented.
#pragma once

#include <cstdint>
#include <string_view>

#include "tests/support/test_node.h"

namespace leeward::test {

enum class House : std::uint8_t { HLR, JUN, LAN, QUA, ALD, WIL, TID, HRB2, OMB };

[[nodiscard]] std::string_view key_of(House house);     // "JUN"
[[nodiscard]] std::string_view name_of(House house);    // "Juniper House", as on its card
[[nodiscard]] std::string_view called_of(House house);  // "Juniper"
[[nodiscard]] Founder founder_of(House house);

}  // namespace leeward::test
