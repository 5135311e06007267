#include "schema/json_schema.h"

#include "schema/record.h"

namespace leeward::schema {

namespace {

constexpr std::string_view date_pattern =
    "^[0-9]{4}-(((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01]))|"
    "((0[469]|11)-(0[1-9]|[12][0-9]|30))|(02-(0[1-9]|[12][0-9])))$";

Json one_of(const std::vector<std::string>& values) {
    Json array = Json::array();
    for (const std::string& value : values)
        array.push(value);
    return array;
}

Json text_schema(std::uint64_t max_length) {
    return Json::object({{"type", "string"}, {"maxLength", max_length}});
}

Json item_schema(const FieldSpec& spec) {
    if (spec.values.empty()) return text_schema(record_item_bytes);
    return Json::object({{"enum", one_of(spec.values)}});
}

Json value_schema(const FieldSpec& spec) {
    switch (spec.type) {
        case FieldType::ENUM:
            return Json::object({{"enum", one_of(spec.values)}});
        case FieldType::TEXT:
            return text_schema(record_text_bytes);
        case FieldType::FLAG:
            return Json::object({{"type", "boolean"}});
        case FieldType::DATE:
            return Json::object({{"type", "string"}, {"pattern", date_pattern}});
        case FieldType::ID:
            return Json::object({{"type", "string"}, {"pattern", "^[0-9a-f]{32}$"}});
        case FieldType::NUMBER:
            return Json::object(
                {{"type", "integer"}, {"minimum", spec.min}, {"maximum", spec.max}});
        case FieldType::LIST:
            return Json::object({{"type", "array"},
                                 {"maxItems", std::uint64_t{record_list_items}},
                                 {"items", item_schema(spec)}});
    }
    return Json(false);
}

}  // namespace

Json record_schema(Tier max) {
    Json properties = Json::object();
    for (const FieldSpec& spec : catalogue()) {
        const bool held = max == Tier::L0 || (spec.tier != Tier::L0 && spec.tier <= max);
        if (!held) continue;
        Json value = value_schema(spec);
        value.set("title", spec.label_en);
        properties.set(spec.id, std::move(value));
    }
    return Json::object({{"$schema", "http://json-schema.org/draft-07/schema#"},
                         {"title", "Leeward record up to " + std::string(name(max))},
                         {"type", "object"},
                         {"properties", std::move(properties)},
                         {"additionalProperties", false}});
}

}  // namespace leeward::schema
