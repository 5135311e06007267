#include "schema/risk.h"

#include <catch2/catch_test_macros.hpp>

using namespace leeward::schema;

namespace {

Json basic_card() {
    return Json::object({{"priority", "urgent"},
                         {"age_band", "12_to_14"},
                         {"programme_gender_need", "girls"},
                         {"start_window", "today"}});
}

}  // namespace

TEST_CASE("priority, age band, programme and start make 7.2 bits") {
    const Meter meter = measure(basic_card());
    CHECK(meter.counted == 7200);
    CHECK(bits_text(meter) == "7.2");
    CHECK(meter.fields.size() == 4);
    CHECK_FALSE(over_recipient_budget(meter));
}

TEST_CASE("length and special request bring it to 10.2, access and language stay beside") {
    Json card = basic_card();
    card.set("length_expected", "interim")
        .set("special_request", Json::Array{Json("kin_contact")})
        .set("access_needs", "step_free")
        .set("language_support", "interpreter_needed");
    const Meter meter = measure(card);
    CHECK(meter.counted == 10200);
    CHECK(meter.beside == 3900);
    CHECK(bits_text(meter) == "10.2");
    CHECK(over_recipient_budget(meter));
    CHECK_FALSE(over_case_budget(meter));
}

TEST_CASE("what says nothing costs nothing") {
    Json card = Json::object({{"age_band", "prefers_later"},
                              {"programme_gender_need", "discuss"},
                              {"distance_need", "any"},
                              {"support_level", "unknown"},
                              {"start_window", "prefers_not_to_say"},
                              {"special_request", Json::array()},
                              {"questions_allowed", true}});
    CHECK(measure(card).fields.empty());
    CHECK(measure(Json::object()).counted == 0);
}

TEST_CASE("the whole card is 18.9 bits in rounded steps, 5.5 of them beside") {
    Json card = basic_card();
    card.set("group", "two")
        .set("access_needs", "sensory")
        .set("language_support", "none")
        .set("support_level", "awake_24h")
        .set("distance_need", "far")
        .set("length_expected", "longer")
        .set("special_request", Json::Array{Json("can_discuss")});
    const Meter meter = measure(card);
    CHECK(meter.counted == 13400);
    CHECK(meter.beside == 5500);
    CHECK(over_case_budget(meter));
}

TEST_CASE("over a case, a field that was said once is said") {
    const std::vector<Json> cards{
        Json::object({{"age_band", "discuss"}, {"priority", "urgent"}}),
        Json::object({{"age_band", "under_12"}}),
        Json::object({{"age_band", "under_12"}, {"distance_need", "near"}})};
    CHECK(measure_union(cards).counted == 5200);
    CHECK(measure_union({}).counted == 0);
}

TEST_CASE("the budgets themselves are still within") {
    Meter meter;
    meter.counted = 8000;
    CHECK_FALSE(over_recipient_budget(meter));
    meter.counted = 8001;
    CHECK(over_recipient_budget(meter));
    meter.counted = 12000;
    CHECK_FALSE(over_case_budget(meter));
    meter.counted = 12001;
    CHECK(over_case_budget(meter));
}

TEST_CASE("the meter tells each field what it costs") {
    const Json json =
        meter_json(measure(Json::object({{"group", "two"}, {"priority", "routine"}})));
    CHECK(json.dump() == R"({"bits":"1.6","millibits":1600,"beside_millibits":1600,"fields":[)"
                         R"({"field":"priority","millibits":1600,"counts":true},)"
                         R"({"field":"group","millibits":1600,"counts":false}]})");
}

TEST_CASE("the meter tells its budget and whether it is over") {
    Meter meter;
    meter.counted = 10200;
    const Json one = meter_json(meter, recipient_budget);
    CHECK(one.text_at("bits") == "10.2");
    CHECK(one.text_at("budget") == "8.0");
    CHECK(one.bool_at("over"));
    const Json all = meter_json(meter, case_budget);
    CHECK(all.text_at("budget") == "12.0");
    CHECK_FALSE(all.bool_at("over"));
}
