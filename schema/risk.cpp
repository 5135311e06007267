#include "schema/risk.h"

#include <algorithm>

namespace leeward::schema {

namespace {

bool says_something(const Json& value) {
    if (const auto* text = value.as_string()) return !says_nothing(*text);
    if (const auto* list = value.as_array())
        return std::any_of(list->begin(), list->end(), says_something);
    return !value.is_null();
}

FieldSet saying(const Json& card) {
    FieldSet out;
    for (const FieldId id : fields_of(card).members())
        if (field(id).millibits > 0 && says_something(*card.find(field(id).id))) out.insert(id);
    return out;
}

Meter measured(const FieldSet& said) {
    Meter meter;
    for (const FieldId id : said.members()) {
        const FieldSpec& spec = field(id);
        meter.fields.push_back({id, spec.millibits, spec.counts_in_budget});
        (spec.counts_in_budget ? meter.counted : meter.beside) += spec.millibits;
    }
    return meter;
}

std::string tenths_text(std::uint32_t millibits) {
    const std::uint32_t tenths = (millibits + 50) / 100;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

}  // namespace

Meter measure(const Json& card) {
    return measured(saying(card));
}

Meter measure_union(std::span<const Json> cards) {
    FieldSet said;
    for (const Json& card : cards)
        said = said | saying(card);
    return measured(said);
}

bool over_recipient_budget(const Meter& meter) {
    return meter.counted > recipient_budget;
}

bool over_case_budget(const Meter& meter) {
    return meter.counted > case_budget;
}

std::string bits_text(const Meter& meter) {
    return tenths_text(meter.counted);
}

Json meter_json(const Meter& meter) {
    Json fields = Json::array();
    for (const FieldRisk& risk : meter.fields)
        fields.push(Json::object({{"field", field(risk.field).id},
                                  {"millibits", risk.millibits},
                                  {"counts", risk.counts}}));
    return Json::object({{"bits", bits_text(meter)},
                         {"millibits", meter.counted},
                         {"beside_millibits", meter.beside},
                         {"fields", std::move(fields)}});
}

Json meter_json(const Meter& meter, std::uint32_t budget) {
    Json json = meter_json(meter);
    json.set("budget", tenths_text(budget)).set("over", meter.counted > budget);
    return json;
}

}  // namespace leeward::schema
