#include "schema/hsds.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>

#include "schema/iso_time.h"
#include "schema/json/json.h"

namespace leeward::schema {
namespace {

constexpr std::size_t id_bytes = 64;
constexpr std::size_t name_bytes = 512;
constexpr std::size_t code_bytes = 64;
constexpr std::size_t most_items = 64;  // languages and regions kept of one service
constexpr int oldest = 130;
constexpr int first_situation = 20000;  // codes from here on are about people, not services

struct TermClass {
    int code;
    ServiceClass service;
};
// clang-format off
constexpr std::array<TermClass, 20> term_classes{{
    {1121, ServiceClass::PLACEMENT},    // Emergency Shelter
    {1125, ServiceClass::PLACEMENT},    // Safe Housing
    {1145, ServiceClass::PLACEMENT},    // Residential Housing
    {1146, ServiceClass::PLACEMENT},    // Long-Term Housing
    {1152, ServiceClass::PLACEMENT},    // Short-Term Housing
    {1126, ServiceClass::COUNSELLING},  // Psychiatric Emergency Services
    {1178, ServiceClass::COUNSELLING},  // Addiction & Recovery
    {1304, ServiceClass::COUNSELLING},  // Counseling
    {1312, ServiceClass::COUNSELLING},  // Support Groups
    {1184, ServiceClass::MEDICAL},      // Dental Care
    {1206, ServiceClass::MEDICAL},      // Medical Care, Primary Care
    {1217, ServiceClass::MEDICAL},      // Maternity Care
    {1375, ServiceClass::LEGAL},        // Advocacy & Legal Aid
    {1381, ServiceClass::LEGAL},        // Citizenship & Immigration
    {1383, ServiceClass::LEGAL},        // Guardianship
    {1389, ServiceClass::LEGAL},        // Representation
    {1109, ServiceClass::EDUCATION},    // Education
    {1324, ServiceClass::EDUCATION},    // Alternative Education
    {1326, ServiceClass::EDUCATION},    // English as a Second Language
    {1343, ServiceClass::EDUCATION},    // Tutoring
}};
struct TermAudience {
    int code;
    Audience audience;
};
constexpr std::array<TermAudience, 15> term_audiences{{
    {20003, Audience::ADULTS},    {20004, Audience::TEENS},          {20005, Audience::CHILDREN},
    {20006, Audience::SENIORS},   {20036, Audience::WOMEN},          {20037, Audience::MEN},
    {20038, Audience::LGBTQ},     {20054, Audience::FAMILIES},       {20060, Audience::RUNAWAYS},
    {20067, Audience::LIMITED_ENGLISH}, {20078, Audience::LGBTQ},    {20081, Audience::SURVIVORS},
    {20083, Audience::SURVIVORS}, {20084, Audience::SURVIVORS},      {20086, Audience::SURVIVORS},
}};
constexpr std::array service_texts{
    "organization_id", "program_id", "alternate_name", "description", "url", "email",
    "interpretation_services", "application_process", "fees_description", "wait_time", "fees",
    "accreditations", "eligibility_description", "assured_date", "assurer_email", "licenses",
    "alert", "last_modified"};
constexpr std::array service_lists{
    "additional_urls", "phones", "schedules", "service_areas", "service_at_locations", "languages",
    "funding", "cost_options", "required_documents", "contacts", "capacities", "attributes",
    "metadata"};
// clang-format on

// The fault found so far, if any: members that were never asked for are allowed in HSDS.
Outcome tolerant(ObjectReader& reader) {
    return reader.ok() ? Outcome(Done{}) : reader.finish();
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
}

// A text that is kept and will be shown: required unless `fallback` is given.
std::string shown_text(ObjectReader& reader, std::string_view key, std::size_t max) {
    std::string text = reader.text(key, max);
    if (has_control(text)) reader.fail(key, "holds a control character");
    return text;
}
std::string shown_text_if(ObjectReader& reader, std::string_view key, std::size_t max) {
    return reader.any_if(key) != nullptr ? shown_text(reader, key, max) : std::string();
}
std::string any_text(ObjectReader& reader, std::string_view key) {
    return reader.text_or(key, hsds_line_bytes, "");
}

const Json::Array& list(ObjectReader& reader, std::string_view key) {
    static const Json::Array none;
    const Json* value = reader.any_if(key);
    if (value == nullptr) return none;
    if (value->as_array() != nullptr) return *value->as_array();
    reader.fail(key, "is not a list");
    return none;
}

std::optional<double> number(ObjectReader& reader, std::string_view key) {
    const Json* value = reader.any_if(key);
    if (value == nullptr) return std::nullopt;
    if (const auto* whole = value->as_int()) return static_cast<double>(*whole);
    if (const auto* real = value->as_double()) return *real;
    reader.fail(key, "is not a number");
    return std::nullopt;
}

std::optional<int> age(ObjectReader& reader, std::string_view key) {
    const auto value = number(reader, key);
    if (!value) return std::nullopt;
    if (!(*value >= 0 && *value <= oldest)) {
        reader.fail(key, "is not an age");
        return std::nullopt;
    }
    return static_cast<int>(std::floor(*value));
}

std::optional<std::int64_t> amount(ObjectReader& reader, std::string_view key) {
    constexpr double most = 1e9;
    const auto value = number(reader, key);
    if (!value) return std::nullopt;
    if (!(*value >= -most && *value <= most)) {
        reader.fail(key, "is out of range");
        return std::nullopt;
    }
    return static_cast<std::int64_t>(std::max(0.0, std::floor(*value)));
}

// Runs `read(reader)` over each object of the list `key`; stops at the first fault.
template <class Read>
Outcome each(ObjectReader& owner, const std::string& path, std::string_view key, Read read) {
    for (const Json& item : list(owner, key)) {
        ObjectReader reader(item, path + "." + std::string(key));
        LEEWARD_TRY(read(reader));
        LEEWARD_TRY(tolerant(reader));
    }
    return Done{};
}

void add_once(std::vector<std::string>& to, std::string value) {
    const bool room = to.size() < most_items && !value.empty();
    if (room && std::find(to.begin(), to.end(), value) == to.end()) to.push_back(std::move(value));
}

// A description that says both yes and no is taken as saying nothing.
bool claims(const std::string& text, std::initializer_list<std::string_view> words) {
    for (const std::string_view no : {"not ", "no ", "without", "inaccessible"})
        if (text.find(no) != text.npos) return false;
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
        return text.find(word) != text.npos;
    });
}

void take_access(const std::string& text, DirectoryEntry& entry) {
    if (claims(text, {"step-free", "step free", "wheelchair", "ramp", "elevator"}))
        entry.features = entry.features | Features{Feature::STEP_FREE};
    if (claims(text, {"sensory", "quiet room"}))
        entry.features = entry.features | Features{Feature::SENSORY};
    if (claims(text, {"nurse on site", "medical on site"}))
        entry.features = entry.features | Features{Feature::MEDICAL_ON_SITE};
}

void take_term(int code, DirectoryEntry& entry) {
    if (const auto service = service_class_of_term(code))
        entry.classes = entry.classes | ServiceClasses{*service};
    for (const auto& [term, audience] : term_audiences)
        if (term == code) entry.audience = entry.audience | Audiences{audience};
}

bool is_open_eligibility(ObjectReader& term) {
    std::string taxonomy = shown_text_if(term, "taxonomy", name_bytes);
    if (const Json* detail = term.any_if("taxonomy_detail")) taxonomy = detail->text_at("name");
    return taxonomy.rfind("Open Eligibility", 0) == 0;
}

Outcome read_term(const Json& json, DirectoryEntry& entry) {
    ObjectReader term(json, "service.attributes.taxonomy_term");
    (void)term.text("id", id_bytes);
    (void)term.text("name", name_bytes);
    const std::string code = term.text_or("code", code_bytes, "");
    int value = 0;
    const auto [end, fault] = std::from_chars(code.data(), code.data() + code.size(), value);
    const bool whole = fault == std::errc() && end == code.data() + code.size();
    if (is_open_eligibility(term) && whole) take_term(value, entry);
    return tolerant(term);
}

Outcome read_attribute(ObjectReader& attribute, DirectoryEntry& entry) {
    (void)attribute.text("id", id_bytes);
    const Json* term = attribute.any_if("taxonomy_term");
    return term != nullptr ? read_term(*term, entry) : Outcome(Done{});
}

Outcome read_language(ObjectReader& language, DirectoryEntry& entry) {
    (void)language.text("id", id_bytes);
    std::string code = shown_text_if(language, "code", code_bytes);
    if (code.empty()) code = shown_text_if(language, "name", code_bytes);
    add_once(entry.languages, lower(code));
    return Done{};
}

Outcome read_area(ObjectReader& area, DirectoryEntry& entry) {
    (void)area.text("id", id_bytes);
    std::string extent = shown_text_if(area, "extent", name_bytes);
    std::string named = shown_text_if(area, "name", name_bytes);
    add_once(entry.regions, extent.empty() ? std::move(named) : std::move(extent));
    return Done{};
}

Outcome read_location(const Json& json, DirectoryEntry& entry) {
    const std::string path = "service.service_at_locations.location";
    ObjectReader location(json, path);
    (void)location.text("id", id_bytes);
    const std::string type = location.text("location_type", code_bytes);
    if (type == "physical")
        entry.location_withheld = false;
    else if (type != "postal" && type != "virtual")
        location.fail("location_type", "holds an unknown code");
    LEEWARD_TRY(each(location, path, "accessibility", [&](ObjectReader& access) -> Outcome {
        (void)access.text("id", id_bytes);
        take_access(lower(any_text(access, "description") + " " + any_text(access, "details")),
                    entry);
        return Done{};
    }));
    LEEWARD_TRY(each(location, path, "languages", [&](ObjectReader& language) {
        return read_language(language, entry);
    }));
    return tolerant(location);
}

Outcome read_place(ObjectReader& place, DirectoryEntry& entry) {
    (void)place.text("id", id_bytes);
    const Json* location = place.any_if("location");
    return location != nullptr ? read_location(*location, entry) : Outcome(Done{});
}

std::string unit_of(ObjectReader& capacity) {
    if (const Json* unit = capacity.any_if("unit")) {
        ObjectReader reader(*unit, "service.capacities.unit");
        std::string text = lower(shown_text(reader, "name", code_bytes));
        if (!reader.ok()) capacity.fail("unit", "is not an object with a short name");
        return text;
    }
    if (capacity.text("unit_id", id_bytes).empty()) capacity.fail("unit", "is missing");
    return "unit";
}

// NYC's directory publishes what was contracted as what is free, and says so in the description.
CapacityKind kind_of(const std::string& description) {
    return description.rfind("contracted capacity", 0) == 0 ? CapacityKind::CONTRACTED
                                                            : CapacityKind::COUNTED;
}

Outcome read_capacity(ObjectReader& reader, DirectoryEntry& entry) {
    (void)reader.text("id", id_bytes);
    ListedCapacity found;
    found.unit = unit_of(reader);
    const auto available = amount(reader, "available");
    if (!available) reader.fail("available", "is missing");
    found.available = available.value_or(0);
    found.maximum = amount(reader, "maximum");
    found.kind = kind_of(lower(any_text(reader, "description")));
    const auto updated = date_time_from(reader.text("updated", code_bytes));
    if (!updated) reader.fail("updated", "is not a date and time");
    LEEWARD_TRY(tolerant(reader));
    found.updated = *updated;
    if (!entry.capacity || entry.capacity->updated < found.updated) entry.capacity = found;
    return Done{};
}

ServiceStatus read_status(ObjectReader& service) {
    const std::string status = service.text("status", code_bytes);
    for (const auto known : {ServiceStatus::ACTIVE,
                             ServiceStatus::INACTIVE,
                             ServiceStatus::DEFUNCT,
                             ServiceStatus::TEMPORARILY_CLOSED})
        if (name(known) == status) return known;
    service.fail("status", "holds an unknown code");
    return ServiceStatus::INACTIVE;
}

// assured_date; without it the day of last_modified.
std::string read_assured(ObjectReader& service) {
    std::string assured = service.text_or("assured_date", code_bytes, "");
    if (!assured.empty() && !date_from(assured)) service.fail("assured_date", "is not a date");
    if (!assured.empty()) return assured;
    const std::string modified = service.text_or("last_modified", code_bytes, "");
    if (modified.empty()) return {};
    if (!date_time_from(modified)) service.fail("last_modified", "is not a date and time");
    return modified.substr(0, 10);
}

void check_types(ObjectReader& service) {
    for (const std::string_view key : service_texts)
        (void)any_text(service, key);
    for (const std::string_view key : service_lists)
        (void)list(service, key);
}

std::string read_named(ObjectReader& service, std::string_view key) {
    const Json* json = service.any_if(key);
    if (json == nullptr) return {};
    ObjectReader reader(*json, key);
    std::string found = shown_text(reader, "name", name_bytes);
    if (!reader.ok()) service.fail(key, "is not an object with a name");
    return found;
}

void read_own_members(ObjectReader& service, DirectoryEntry& entry) {
    check_types(service);
    entry.service_id = shown_text(service, "id", id_bytes);
    if (entry.service_id.empty()) service.fail("id", "is empty");
    entry.name = shown_text(service, "name", name_bytes);
    entry.status = read_status(service);
    entry.organisation = read_named(service, "organization");
    entry.programme = read_named(service, "program");
    entry.min_age = age(service, "minimum_age");
    entry.max_age = age(service, "maximum_age");
    if (entry.min_age && entry.max_age && *entry.min_age > *entry.max_age)
        service.fail("maximum_age", "is below minimum_age");
    entry.assured = read_assured(service);
    const std::string interpretation = lower(any_text(service, "interpretation_services"));
    if (!interpretation.empty() && interpretation.rfind("no", 0) != 0)
        entry.features = entry.features | Features{Feature::INTERPRETER_ON_CALL};
}

Outcome read_lists(ObjectReader& service, DirectoryEntry& entry) {
    const auto read = [&](std::string_view key, auto reads) {
        return each(
            service, "service", key, [&](ObjectReader& item) { return reads(item, entry); });
    };
    LEEWARD_TRY(read("attributes", read_attribute));
    LEEWARD_TRY(read("languages", read_language));
    LEEWARD_TRY(read("service_areas", read_area));
    LEEWARD_TRY(read("service_at_locations", read_place));
    return read("capacities", read_capacity);
}

}  // namespace

std::optional<ServiceClass> service_class_of_term(int code) {
    if (code >= first_situation) return std::nullopt;
    for (const auto& [term, service] : term_classes)
        if (term == code) return service;
    return ServiceClass::OTHER;
}

Result<DirectoryEntry> read_hsds_service(std::string_view line, std::string_view dataset) {
    LEEWARD_ASSIGN(const Json json, parse_json(line, {hsds_line_bytes, 32}));
    ObjectReader service(json, "service");
    DirectoryEntry entry;
    entry.dataset = dataset;
    entry.location_withheld = true;  // until a physical place is listed
    read_own_members(service, entry);
    LEEWARD_TRY(tolerant(service));
    LEEWARD_TRY(read_lists(service, entry));
    LEEWARD_TRY(tolerant(service));
    if (entry.classes.empty()) entry.classes = ServiceClasses{ServiceClass::OTHER};
    return entry;
}

}  // namespace leeward::schema
