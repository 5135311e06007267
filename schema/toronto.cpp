#include "schema/toronto.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "schema/iso_time.h"
#include "schema/lines.h"

namespace leeward::schema {
namespace {

constexpr std::string_view programs_header =
    "program_id,hsds_service_id,organization_id,organization_name,program_name,sector,"
    "program_model,overnight_service_type,program_area,unit,city,iso_3166_2";
constexpr std::string_view updates_header =
    "date,program_id,unit,maximum_funded,actual,occupied,unoccupied,unavailable,"
    "service_user_count";
namespace program {
enum Field { ID, SERVICE_ID, ORG_ID, ORG, NAME, SECTOR, MODEL, TYPE, AREA, UNIT, CITY, REGION };
constexpr std::size_t fields = 12;
}  // namespace program
namespace update {
enum Field { DATE, PROGRAM_ID, UNIT, FUNDED, ACTUAL, OCCUPIED, UNOCCUPIED, UNAVAILABLE, USERS };
constexpr std::size_t fields = 9;
}  // namespace update

struct Sector {
    std::string_view name;
    Audiences audience;
};
constexpr std::array<Sector, 5> sectors{{
    {"Mixed Adult", {Audience::ADULTS}},
    {"Men", {Audience::ADULTS, Audience::MEN}},
    {"Women", {Audience::ADULTS, Audience::WOMEN}},
    {"Youth", {Audience::TEENS}},
    {"Families", {Audience::FAMILIES, Audience::CHILDREN, Audience::TEENS, Audience::ADULTS}},
}};

Error malformed(std::string_view field, std::string_view fault) {
    return {Errc::malformed, std::string(field) + " " + std::string(fault)};
}

Outcome check_header(std::string_view line, std::string_view expected) {
    if (line == expected) return Done{};
    return Error{Errc::malformed, "not the header of this feed"};
}

Result<std::vector<std::string>> fields_of(std::string_view line, std::size_t count) {
    LEEWARD_ASSIGN(auto fields, csv_fields(line));
    if (fields.size() != count)
        return Error{Errc::malformed, "has another number of fields than the header"};
    return fields;
}

Result<std::int64_t> whole(std::string_view field, const std::string& text) {
    constexpr std::int64_t most = 1'000'000;
    std::int64_t value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool read = fault == std::errc() && end == text.data() + text.size() && !text.empty();
    if (!read || value < -most || value > most) return malformed(field, "is not a whole number");
    return value;
}

Outcome check_unit(const std::string& unit) {
    if (unit == "bed" || unit == "room") return Done{};
    return malformed("unit", "is neither bed nor room");
}

Outcome take_sector(const std::string& text, DirectoryEntry& entry) {
    for (const auto& [sector, audience] : sectors) {
        if (sector != text) continue;
        entry.audience = audience;
        return Done{};
    }
    return malformed("sector", "is not known");
}

}  // namespace

Outcome check_toronto_programs_header(std::string_view line) {
    return check_header(line, programs_header);
}
Outcome check_toronto_updates_header(std::string_view line) {
    return check_header(line, updates_header);
}

Result<TorontoProgram> read_toronto_program(std::string_view line, std::string_view dataset) {
    LEEWARD_ASSIGN(auto fields, fields_of(line, program::fields));
    for (const auto at : {program::ID, program::SERVICE_ID, program::NAME})
        if (fields[at].empty() || fields[at].size() > 512)
            return malformed("program_id, hsds_service_id or program_name", "is empty or too long");
    LEEWARD_TRY(check_unit(fields[program::UNIT]));
    DirectoryEntry entry;
    LEEWARD_TRY(take_sector(fields[program::SECTOR], entry));
    entry.service_id = std::move(fields[program::SERVICE_ID]);
    entry.organisation = std::move(fields[program::ORG]);
    entry.name = std::move(fields[program::NAME]);
    entry.programme = std::move(fields[program::AREA]);
    entry.classes = ServiceClasses{ServiceClass::PLACEMENT};
    if (!fields[program::REGION].empty()) entry.regions.push_back(fields[program::REGION]);
    entry.location_withheld = true;  // the feed's address columns are not read
    entry.dataset = dataset;
    return TorontoProgram{std::move(fields[program::ID]), std::move(entry)};
}

Result<TorontoUpdate> read_toronto_update(std::string_view line) {
    LEEWARD_ASSIGN(auto fields, fields_of(line, update::fields));
    const auto day = date_from(fields[update::DATE]);
    if (!day) return malformed("date", "is not a date");
    LEEWARD_TRY(check_unit(fields[update::UNIT]));
    if (fields[update::PROGRAM_ID].empty()) return malformed("program_id", "is empty");
    LEEWARD_ASSIGN(const auto free, whole("unoccupied", fields[update::UNOCCUPIED]));
    LEEWARD_ASSIGN(const auto actual, whole("actual", fields[update::ACTUAL]));
    ListedCapacity capacity;
    capacity.unit = fields[update::UNIT];
    capacity.available = std::max<std::int64_t>(0, free);  // the feed has -1 on overfull nights
    capacity.maximum = actual;
    capacity.updated = *day + std::chrono::hours(4);
    return TorontoUpdate{std::move(fields[update::PROGRAM_ID]), std::move(capacity)};
}

}  // namespace leeward::schema
