// Dates and times as RFC 3339 writes them.
#pragma once

#include <optional>
#include <string_view>

#include "schema/time.h"

namespace leeward::schema {

// "2023-04-04": its first second in UTC. nullopt for anything else and for days that do not exist.
[[nodiscard]] std::optional<Time> date_from(std::string_view text);
// "2023-04-04T04:00:00Z", with a fraction (cut off) or an offset ("+01:00"). An hour may not be 24,
// a second not 60.
[[nodiscard]] std::optional<Time> date_time_from(std::string_view text);

}  // namespace leeward::schema
