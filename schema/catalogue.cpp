#include "schema/catalogue.h"

#include <algorithm>
#include <stdexcept>
#include <unordered_map>

#include "schema/embedded.h"
#include "schema/json/json.h"

namespace leeward::schema {

namespace {

inline constexpr Names<FieldType, 7> type_names{
    {"enum", "text", "flag", "date", "list", "number", "id"}};

std::vector<std::string> strings(const Json::Array& array) {
    std::vector<std::string> out;
    for (const Json& element : array)
        if (const auto* text = element.as_string()) out.push_back(*text);
    return out;
}

// The embedded file is part of the program: a fault in it is a broken program.
FieldSpec spec_from(const Json& json) {
    FieldSpec spec;
    spec.id = json.text_at("id");
    const auto tier = tier_from(json.text_at("tier"));
    const auto type = type_names.find(json.text_at("type"));
    if (!tier || !type) throw std::logic_error("catalogue.json: " + spec.id);
    spec.tier = *tier;
    spec.type = *type;
    spec.values = strings(json.array_at("values"));
    if (json.bool_at("unknowns"))
        for (const char* value : {"unknown", "prefers_not_to_say", "not_collected"})
            spec.values.emplace_back(value);
    spec.min = json.int_at("min");
    spec.max = json.int_at("max");
    spec.tonight = json.bool_at("tonight");
    spec.free_text = json.bool_at("free_text");
    spec.identifying = json.bool_at("identifying");
    spec.group = json.text_at("group");
    spec.purpose = json.text_at("purpose");
    spec.retention = json.text_at("retention");
    spec.millibits = static_cast<std::uint32_t>(json.int_at("risk_millibits"));
    spec.counts_in_budget = json.bool_at("counts");
    spec.source = strings(json.array_at("source"));
    spec.label_en = json.text_at("en");
    spec.label_es = json.text_at("es");
    return spec;
}

struct Catalogue {
    std::vector<FieldSpec> fields;
    std::unordered_map<std::string_view, FieldId> by_id;  // views into `fields`
    std::vector<std::string> silent;

    Catalogue() {
        const auto json = parse_json(embedded::catalogue_json, {.bytes = 1U << 20U});
        if (!json) throw std::logic_error("catalogue.json: " + json.error().detail);
        for (const Json& one : json->array_at("fields"))
            fields.push_back(spec_from(one));
        silent = strings(json->array_at("says_nothing"));
        if (fields.size() > max_fields || json->int_at("schema_version") != schema_version)
            throw std::logic_error("catalogue.json: size or version");
        for (std::size_t i = 0; i < fields.size(); ++i)
            if (!by_id.emplace(fields[i].id, static_cast<FieldId>(i)).second)
                throw std::logic_error("catalogue.json: repeats " + fields[i].id);
    }
};

const Catalogue& loaded() {
    static const Catalogue catalogue;
    return catalogue;
}

template <class Wanted>
FieldSet fields_where(Wanted wanted) {
    FieldSet out;
    for (std::size_t i = 0; i < catalogue().size(); ++i)
        if (wanted(catalogue()[i])) out.insert(static_cast<FieldId>(i));
    return out;
}

}  // namespace

std::string_view name(FieldType type) {
    return type_names.of(type);
}

bool FieldSpec::has_value(std::string_view value) const {
    return std::find(values.begin(), values.end(), value) != values.end();
}

std::vector<FieldId> FieldSet::members() const {
    std::vector<FieldId> out;
    for (std::size_t i = 0; i < max_fields; ++i)
        if (bits_.test(i)) out.push_back(static_cast<FieldId>(i));
    return out;
}

ByteArray<max_fields / 8> FieldSet::bytes() const {
    ByteArray<max_fields / 8> out{};
    for (const FieldId field : members())
        out[field / 8U] = static_cast<Byte>(out[field / 8U] | (1U << (field % 8U)));
    return out;
}

FieldSet FieldSet::from_bytes(const ByteArray<max_fields / 8>& bytes) {
    FieldSet out;
    for (std::size_t i = 0; i < max_fields; ++i)
        out.bits_.set(i, ((bytes[i / 8U] >> (i % 8U)) & 1U) != 0);
    return out;
}

std::string FieldSet::hex() const {
    return leeward::hex::encode(bytes());
}

Result<FieldSet> FieldSet::from_hex(std::string_view text) {
    LEEWARD_ASSIGN(const auto bytes, leeward::hex::decode_array<max_fields / 8>(text));
    return from_bytes(bytes);
}

std::span<const FieldSpec> catalogue() {
    return loaded().fields;
}

const FieldSpec& field(FieldId id) {
    return loaded().fields.at(id);
}

std::optional<FieldId> find_field(std::string_view id) {
    const auto it = loaded().by_id.find(id);
    if (it == loaded().by_id.end()) return std::nullopt;
    return it->second;
}

FieldSet fields_of_tier(Tier tier) {
    return fields_where([tier](const FieldSpec& spec) { return spec.tier == tier; });
}

FieldSet fields_of_group(std::string_view group) {
    return fields_where([group](const FieldSpec& spec) { return spec.group == group; });
}

FieldSet tonight_fields() {
    return fields_where([](const FieldSpec& spec) { return spec.tonight; });
}

bool says_nothing(std::string_view value) {
    const auto& silent = loaded().silent;
    return std::find(silent.begin(), silent.end(), value) != silent.end();
}

ByteArray<max_fields / 8> logged_bitmap(const FieldSet& fields) {
    static const FieldSet clinical = fields_of_tier(Tier::T3);
    static const FieldSet named = fields_of_group("named_release");
    FieldSet shown = (fields - clinical) | (fields & named);
    if (!(fields & clinical).empty()) shown.insert(clinical.members().front());
    return shown.bytes();
}

}  // namespace leeward::schema
