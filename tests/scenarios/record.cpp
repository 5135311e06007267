#include "tests/scenarios/record.h"

#include "schema/catalogue.h"
#include "schema/tier.h"

namespace leeward::test {
namespace {

using schema::FieldSpec;
using schema::FieldType;
using schema::Json;
using schema::Tier;

bool is_held(const FieldSpec& field) {
    return field.tier != Tier::T0 && field.tier != Tier::T1;
}

Json planted(const FieldSpec& field, Canaries& canaries) {
    const auto word = [&] {
        return canaries.plant(std::string(schema::name(field.tier)) + "-" + field.id);
    };
    if (field.type == FieldType::TEXT) return "Invented words. " + word();
    if (field.type == FieldType::LIST && field.values.empty())
        return Json(Json::Array{word(), "Invented words."});
    return {};
}

}  // namespace

Json planted_record(Canaries& canaries) {
    Json record = Json::object();
    for (const auto& field : schema::catalogue()) {
        if (!is_held(field)) continue;
        Json value = planted(field, canaries);
        if (!value.is_null()) record.set(field.id, std::move(value));
    }
    record.set("unsafe_organisations", Json(Json::Array{"Alder Court"}));
    return record;
}

}  // namespace leeward::test
