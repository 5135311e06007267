// A moment as a worker types it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace leeward::cli {

enum class TimeOfDay { NEXT, LAST };  // seen from `now`: of what is to come, or of what has been

// "21:30": the next or the last such time; "tomorrow 09:00" (or "mañana 09:00"); "2026-11-24 21:30"; or
// seconds since 1970, of at least nine digits, for fewer are a time of day without its colon. All but the last
// in the machine's own time. Unix seconds; nullopt for anything else and for days that do not exist.
[[nodiscard]] std::optional<std::int64_t> when(std::string_view text,
                                               std::int64_t now,
                                               TimeOfDay which = TimeOfDay::NEXT);

}  // namespace leeward::cli
