#include "schema/capacity.h"

#include <algorithm>
#include <array>
#include <utility>

namespace leeward::schema {
namespace {

template <class Enum>
struct Named {
    Enum value;
    std::string_view name;
};

constexpr std::array<Named<AgeBand>, 3> age_band_names{{
    {AgeBand::UNDER_12, "under_12"},
    {AgeBand::FROM_12_TO_14, "12_14"},
    {AgeBand::FROM_15_TO_17, "15_17"},
}};
constexpr std::array<Named<Feature>, 6> feature_names{{
    {Feature::STEP_FREE, "step_free"},
    {Feature::PRIVATE_ROOM, "private_room"},
    {Feature::STAFF_AWAKE_AT_NIGHT, "staff_awake_at_night"},
    {Feature::INTERPRETER_ON_CALL, "interpreter_on_call"},
    {Feature::SENSORY, "sensory"},
    {Feature::MEDICAL_ON_SITE, "medical_on_site"},
}};
constexpr std::array<Named<CapacityLevel>, 4> level_names{{
    {CapacityLevel::HAS, "has"},
    {CapacityLevel::NONE, "none"},
    {CapacityLevel::NONE_WITH_WAITLIST, "none_with_waitlist"},
    {CapacityLevel::NEEDS_ASSESSMENT, "needs_assessment"},
}};
constexpr std::array<Named<BedKind>, 3> bed_kind_names{{
    {BedKind::FACILITY, "facility"},
    {BedKind::HOST_FAMILY, "host_family"},
    {BedKind::VOUCHER, "voucher"},
}};

template <class Table, class Enum>
constexpr std::string_view name_in(const Table& table, Enum value) {
    for (const auto& row : table)
        if (row.value == value) return row.name;
    return "unknown";
}

template <class Enum, std::size_t N>
std::optional<Enum> value_in(const std::array<Named<Enum>, N>& table, std::string_view text) {
    for (const auto& row : table)
        if (row.name == text) return row.value;
    return std::nullopt;
}

template <class Enum, std::size_t N>
Json names_json(const std::array<Named<Enum>, N>& table, EnumSet<Enum> set) {
    Json names = Json::array();
    for (const auto& row : table)
        if (set.contains(row.value)) names.push(row.name);
    return names;
}

constexpr std::size_t code_bytes = 32;
constexpr std::size_t intake_bytes = 200;
constexpr std::int64_t last_second = 253'402'300'799;  // 9999-12-31T23:59:59Z

template <class Enum, std::size_t N>
std::optional<Enum> read_code(ObjectReader& reader,
                              std::string_view key,
                              const std::array<Named<Enum>, N>& table) {
    const auto value = value_in(table, reader.text(key, code_bytes));
    if (!value) reader.fail(key, "holds an unknown code");
    return value;
}

template <class Enum, std::size_t N>
EnumSet<Enum> read_codes(ObjectReader& reader,
                         std::string_view key,
                         const std::array<Named<Enum>, N>& table) {
    EnumSet<Enum> set;
    const Json::Array* items = reader.any(key).as_array();
    if (items == nullptr || items->size() > N) {
        reader.fail(key, "is not a short list of codes");
        return set;
    }
    for (const Json& item : *items) {
        const std::string* text = item.as_string();
        const auto value = text != nullptr ? value_in(table, *text) : std::nullopt;
        if (!value || set.contains(*value))
            reader.fail(key, "holds an unknown or repeated code");
        else
            set = set | EnumSet<Enum>{*value};
    }
    return set;
}

// RFC 5545 section 3.3.10: parts as NAME=VALUE, upper case, separated by semicolons. Free text
// cannot be written in it.
bool is_rrule(std::string_view text) {
    constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789=;,+-";
    return text.substr(0, 5) == "FREQ=" && text.find_first_not_of(allowed) == text.npos;
}

void read_service(ObjectReader& reader, CapacityStatement& out) {
    const auto service = service_class_from(reader.text("service_class", code_bytes));
    if (!service)
        reader.fail("service_class", "holds an unknown code");
    else
        out.service = *service;
}

void read_beds(ObjectReader& reader, CapacityStatement& out) {
    const std::int64_t beds = reader.number_or("beds", 1, 999, 0);
    if (beds == 0) return;
    if (out.level != CapacityLevel::HAS) reader.fail("beds", "is told where there is no capacity");
    out.beds = static_cast<int>(beds);
}

void read_intake(ObjectReader& reader, CapacityStatement& out) {
    out.intake_hours = reader.text_or("intake_hours", intake_bytes, "");
    if (!out.intake_hours.empty() && !is_rrule(out.intake_hours))
        reader.fail("intake_hours", "is not a recurrence rule");
}

void read_as_of(ObjectReader& reader, std::optional<Time> now, CapacityStatement& out) {
    if (now) {
        out.as_of =
            from_unix(reader.number_or("as_of", 0, last_second, unix_seconds(quarter_hour(*now))));
    } else {
        out.as_of = from_unix(reader.number("as_of", 0, last_second));
    }
    if (quarter_hour(out.as_of) != out.as_of)
        reader.fail("as_of", "is not the start of a quarter of an hour");
}

}  // namespace

std::span<const AgeBand> all_age_bands() {
    static constexpr std::array bands{
        AgeBand::UNDER_12, AgeBand::FROM_12_TO_14, AgeBand::FROM_15_TO_17};
    return bands;
}
std::string_view name(AgeBand band) {
    return name_in(age_band_names, band);
}
std::optional<AgeBand> age_band_from(std::string_view text) {
    return value_in(age_band_names, text);
}
Ages ages_of(AgeBand band) {
    switch (band) {
        case AgeBand::UNDER_12:
            return {0, 11};
        case AgeBand::FROM_12_TO_14:
            return {12, 14};
        case AgeBand::FROM_15_TO_17:
            return {15, 17};
    }
    return {0, 17};
}

std::span<const Feature> all_features() {
    static constexpr std::array features{Feature::STEP_FREE,
                                         Feature::PRIVATE_ROOM,
                                         Feature::STAFF_AWAKE_AT_NIGHT,
                                         Feature::INTERPRETER_ON_CALL,
                                         Feature::SENSORY,
                                         Feature::MEDICAL_ON_SITE};
    return features;
}
std::string_view name(Feature feature) {
    return name_in(feature_names, feature);
}
std::optional<Feature> feature_from(std::string_view text) {
    return value_in(feature_names, text);
}
std::string_view name(CapacityLevel level) {
    return name_in(level_names, level);
}
std::string_view name(BedKind kind) {
    return name_in(bed_kind_names, kind);
}

Json to_json(const CapacityStatement& statement) {
    Json json = Json::object({{"service_class", name(statement.service)},
                              {"ages", names_json(age_band_names, statement.ages)},
                              {"capacity", name(statement.level)}});
    if (statement.beds) json.set("beds", *statement.beds);
    if (statement.bed_kind) json.set("bed_kind", name(*statement.bed_kind));
    json.set("features", names_json(feature_names, statement.features));
    if (!statement.intake_hours.empty()) json.set("intake_hours", statement.intake_hours);
    json.set("as_of", unix_seconds(statement.as_of));
    return json;
}

Result<CapacityStatement> capacity_from_json(const Json& json, std::optional<Time> now) {
    ObjectReader reader(json, "capacity");
    CapacityStatement out;
    read_service(reader, out);
    out.ages = read_codes(reader, "ages", age_band_names);
    if (out.ages.empty()) reader.fail("ages", "names no age band");
    out.level = read_code(reader, "capacity", level_names).value_or(CapacityLevel::NONE);
    read_beds(reader, out);
    if (json.find("bed_kind") != nullptr)
        out.bed_kind = read_code(reader, "bed_kind", bed_kind_names);
    out.features = read_codes(reader, "features", feature_names);
    read_intake(reader, out);
    read_as_of(reader, now, out);
    LEEWARD_TRY(reader.finish());
    return out;
}

bool is_stale(Time as_of, Time now) {
    return now - as_of > capacity_fresh || as_of - now > capacity_fresh;
}

std::string_view shown_capacity(CapacityLevel level, Time as_of, Time now) {
    return is_stale(as_of, now) ? "stale" : name(level);
}

}  // namespace leeward::schema
