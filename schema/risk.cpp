#include "schema/risk.h"

#include <algorithm>
#include <cmath>

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

// A list counts as said or not said, as in the worst case.
bool says_the_same(const Json& card, const Json& other, const FieldSpec& spec) {
    const Json* a = card.find(spec.id);
    const Json* b = other.find(spec.id);
    if (a == nullptr || b == nullptr) return a == b;
    return spec.type == FieldType::LIST ? says_something(*a) == says_something(*b) : *a == *b;
}

std::uint32_t cost(const Json& card, FieldId id, const Prevalence& local) {
    return local.is_known() ? local.millibits(card, FieldSet{id}) : field(id).millibits;
}

std::string tenths_text(std::uint32_t millibits) {
    const std::uint32_t tenths = (millibits + 50) / 100;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

}  // namespace

// One is added to both: what was never seen is rare, not impossible.
std::uint32_t Prevalence::millibits(const Json& card, const FieldSet& fields) const {
    const auto members = fields.members();
    const auto same = std::count_if(cards_.begin(), cards_.end(), [&](const Json& other) {
        return std::all_of(members.begin(), members.end(), [&](FieldId id) {
            return says_the_same(card, other, field(id));
        });
    });
    const double share = static_cast<double>(same + 1) / static_cast<double>(cards_.size() + 1);
    return static_cast<std::uint32_t>(std::lround(-1000.0 * std::log2(share)));
}

Meter measure(const Json& card, const Prevalence& local) {
    Meter meter;
    meter.needs = local.needs();
    FieldSet counting;
    for (const FieldId id : saying(card).members()) {
        const FieldSpec& spec = field(id);
        meter.fields.push_back({id, cost(card, id, local), spec.counts_in_budget});
        (spec.counts_in_budget ? meter.counted : meter.beside) += meter.fields.back().millibits;
        if (spec.counts_in_budget) counting.insert(id);
    }
    if (local.is_known()) meter.counted = std::max(meter.counted, local.millibits(card, counting));
    return meter;
}

Meter measure_union(std::span<const Json> cards, const Prevalence& local) {
    Json all = Json::object();
    for (const Json& card : cards)
        for (const FieldId id : saying(card).members())
            if (all.find(field(id).id) == nullptr) all.set(field(id).id, *card.find(field(id).id));
    return measure(all, local);
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
    Json json = Json::object({{"bits", bits_text(meter)},
                              {"millibits", meter.counted},
                              {"beside_millibits", meter.beside},
                              {"fields", std::move(fields)}});
    if (meter.needs > 0) json.set("closed_needs", meter.needs);
    return json;
}

Json meter_json(const Meter& meter, std::uint32_t budget) {
    Json json = meter_json(meter);
    json.set("budget", tenths_text(budget)).set("over", meter.counted > budget);
    return json;
}

}  // namespace leeward::schema
