// Values for a field: right ones for every kind, and wrong ones.
#pragma once

#include <rapidcheck.h>

#include "schema/record.h"

namespace leeward::schema::tests {

inline std::string word_of(std::size_t max_length) {
    return std::string(*rc::gen::inRange<std::size_t>(0, max_length + 1), 'x');
}

inline std::string one_of(const std::vector<std::string>& values) {
    return *rc::gen::elementOf(values);
}

inline Json right_list(const FieldSpec& spec) {
    Json list = Json::array();
    const auto size = *rc::gen::inRange<std::size_t>(0, record_list_items + 1);
    for (std::size_t i = 0; i < size; ++i)
        list.push(spec.values.empty() ? word_of(record_item_bytes) : one_of(spec.values));
    return list;
}

inline Json right_value(const FieldSpec& spec) {
    switch (spec.type) {
        case FieldType::ENUM:
            return one_of(spec.values);
        case FieldType::TEXT:
            return word_of(record_text_bytes);
        case FieldType::FLAG:
            return Json(*rc::gen::arbitrary<bool>());
        case FieldType::DATE:
            return *rc::gen::element<std::string>("2011-02-28", "1999-12-31", "2030-04-30");
        case FieldType::ID:
            return std::string(32, *rc::gen::element('0', '9', 'a', 'f'));
        case FieldType::NUMBER:
            return Json(*rc::gen::inRange(spec.min, spec.max + 1));
        case FieldType::LIST:
            return right_list(spec);
    }
    return {};
}

// Often wrong for the field, now and then right: both judges must agree on it.
inline Json any_value() {
    return *rc::gen::element<Json>(Json(),
                                   Json(true),
                                   Json(-1),
                                   Json(15),
                                   Json(5000),
                                   Json(1.5),
                                   Json("unknown"),
                                   Json("urgent"),
                                   Json("URGENT"),
                                   Json(""),
                                   Json("2011-02-30"),
                                   Json("2011-13-01"),
                                   Json("2011-04-31"),
                                   Json("2011-4-30"),
                                   Json("x2011-04-30"),
                                   Json(std::string(32, 'a')),
                                   Json(std::string(32, 'A')),
                                   Json(std::string(33, 'a')),
                                   Json(std::string(record_text_bytes + 1, 'x')),
                                   Json::array(),
                                   Json(Json::Array{Json("kin_contact")}),
                                   Json(Json::Array{Json("nonsense")}),
                                   Json(Json::Array{Json(1)}),
                                   Json(Json::Array{Json(std::string(record_item_bytes + 1, 'x'))}),
                                   Json(Json::Array(record_list_items + 1, Json("other"))),
                                   Json::object());
}

inline Json arbitrary_record() {
    Json record = Json::object();
    const auto fields = *rc::gen::inRange(0, 6);
    for (int i = 0; i < fields; ++i) {
        const FieldSpec& spec = catalogue()[*rc::gen::inRange<std::size_t>(0, catalogue().size())];
        const bool right = *rc::gen::inRange(0, 4) != 0;
        record.set(spec.id, right ? right_value(spec) : any_value());
    }
    if (*rc::gen::inRange(0, 8) == 0) record.set("shoe_size", 38);
    return record;
}

}  // namespace leeward::schema::tests
