// A result as people read it: blocks of "key: value", tables for lists, local times, short ids.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "schema/json/json.h"

namespace leeward::cli {

struct Page {
    std::size_t columns = 0;  // a wider table is printed as blocks instead; 0: never
    bool whole_ids = false;   // otherwise the first eight digits
};

// Nulls, empty texts and empty lists are left out; whole seconds since 1970 under a name of time
// become "2026-11-24 21:05" in local time. Ends with a line feed unless it is empty.
[[nodiscard]] std::string print(const schema::Json& result, const Page& page);

[[nodiscard]] bool is_time_name(std::string_view key);
[[nodiscard]] std::string local_time(std::int64_t unix_seconds);

}  // namespace leeward::cli
