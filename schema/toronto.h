// Reads the City of Toronto's daily shelter feed (Open Data, "Daily Shelter & Overnight Service
// Occupancy & Capacity"): programs.csv as services, capacity_updates.csv as what was free when.
//
// The first line must be exactly the header of that file; each further line has as many fields.
// Errc::malformed names the field, never its value. A day's figure is as of 04:00 UTC of that day.
#pragma once

#include <string>
#include <string_view>

#include "crypto/base/result.h"
#include "schema/directory_entry.h"

namespace leeward::schema {

inline constexpr std::size_t toronto_line_bytes = 4 * 1024;

struct TorontoProgram {
    std::string program_id;  // by which capacity updates refer to it
    DirectoryEntry entry;
};
struct TorontoUpdate {
    std::string program_id;
    ListedCapacity capacity;
};

Outcome check_toronto_programs_header(std::string_view line);
Outcome check_toronto_updates_header(std::string_view line);
Result<TorontoProgram> read_toronto_program(std::string_view line, std::string_view dataset);
Result<TorontoUpdate> read_toronto_update(std::string_view line);

}  // namespace leeward::schema
