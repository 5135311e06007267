#include "schema/record.h"

#include <algorithm>

namespace leeward::schema {

namespace {

bool is_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// YYYY-MM-DD with a month and a day that some year has: what a pattern of JSON Schema can say too.
bool is_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
    if (!is_digits(text.substr(0, 4)) || !is_digits(text.substr(5, 2)) ||
        !is_digits(text.substr(8, 2)))
        return false;
    const int month = (text[5] - '0') * 10 + (text[6] - '0');
    const int day = (text[8] - '0') * 10 + (text[9] - '0');
    if (month < 1 || month > 12 || day < 1) return false;
    const bool short_month = month == 4 || month == 6 || month == 9 || month == 11;
    return day <= (month == 2 ? 29 : short_month ? 30 : 31);
}

bool is_id(std::string_view text) {
    return text.size() == 32 &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Each returns what is wrong, or "".
std::string_view fault_in_text(const FieldSpec& spec, const std::string& text) {
    switch (spec.type) {
        case FieldType::ENUM:
            return spec.has_value(text) ? "" : "holds an unknown value";
        case FieldType::DATE:
            return is_date(text) ? "" : "is not a date";
        case FieldType::ID:
            return is_id(text) ? "" : "is not an id";
        case FieldType::TEXT:
            return text.size() <= record_text_bytes ? "" : "is too long";
        case FieldType::FLAG:
        case FieldType::LIST:
        case FieldType::NUMBER:
            break;
    }
    return "has the wrong type";
}

std::string_view fault_in_list(const FieldSpec& spec, const Json::Array& list) {
    if (list.size() > record_list_items) return "has too many entries";
    for (const Json& entry : list) {
        const std::string* text = entry.as_string();
        if (text == nullptr) return "has an entry of the wrong type";
        if (!spec.values.empty() && !spec.has_value(*text)) return "holds an unknown value";
        if (text->size() > record_item_bytes) return "has an entry that is too long";
    }
    return "";
}

std::string_view fault_in_value(const FieldSpec& spec, const Json& value) {
    if (const auto* text = value.as_string()) return fault_in_text(spec, *text);
    if (const auto* list = value.as_array(); list != nullptr && spec.type == FieldType::LIST)
        return fault_in_list(spec, *list);
    if (const auto* number = value.as_int(); number != nullptr && spec.type == FieldType::NUMBER)
        return *number >= spec.min && *number <= spec.max ? "" : "is out of range";
    if (value.as_bool() != nullptr && spec.type == FieldType::FLAG) return "";
    return "has the wrong type";
}

bool may_hold(Tier max, Tier tier) {
    if (max == Tier::L0) return true;
    return tier != Tier::L0 && tier <= max;
}

}  // namespace

Outcome check_record(const Json& record, Tier max) {
    const Json::Object* members = record.as_object();
    if (members == nullptr) return Error{Errc::malformed, "a record is an object of fields"};
    for (const auto& [id, value] : *members) {
        const auto found = find_field(id);
        if (!found) return Error{Errc::malformed, "a field is not in the catalogue"};
        const FieldSpec& spec = field(*found);
        if (!may_hold(max, spec.tier))
            return Error{Errc::malformed,
                         spec.id + " is " + std::string(name(spec.tier)) +
                             ", this may hold up to " + std::string(name(max))};
        if (const auto fault = fault_in_value(spec, value); !fault.empty())
            return Error{Errc::malformed, spec.id + " " + std::string(fault)};
    }
    return Done{};
}

FieldSet fields_of(const Json& record) {
    FieldSet out;
    if (const auto* members = record.as_object())
        for (const auto& [id, value] : *members)
            if (const auto found = find_field(id)) out.insert(*found);
    return out;
}

Json redact(const Json& record, const FieldSet& keep) {
    Json out = Json::object();
    for (const FieldId id : (fields_of(record) & keep).members())
        out.set(field(id).id, *record.find(field(id).id));
    return out;
}

Tier strictest_tier(const FieldSet& fields) {
    Tier highest = Tier::T0;
    for (const FieldId id : fields.members()) {
        if (field(id).tier == Tier::L0) return Tier::L0;
        highest = std::max(highest, field(id).tier);
    }
    return highest;
}

Json t1_card(const Json& need_fields) {
    return redact(need_fields, fields_of_tier(Tier::T1));
}

}  // namespace leeward::schema
