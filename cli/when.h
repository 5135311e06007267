// A moment as a worker types it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace leeward::cli {

// "21:30": the next such time after `now`; "tomorrow 09:00" (or "mañana 09:00"); "2026-11-24 21:30";
// or seconds since 1970. All but the last in the machine's own time. Unix seconds; nullopt for
// anything else and for days that do not exist.
[[nodiscard]] std::optional<std::int64_t> when(std::string_view text, std::int64_t now);

}  // namespace leeward::cli
