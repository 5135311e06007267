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

namespace {

Json card_of(std::string_view age, std::string_view support) {
    return Json::object({{"age_band", age}, {"support_level", support}});
}

// 99 closed needs: with the one that is added, a hundred.
Prevalence hundred(std::size_t of_first, const Json& first, const Json& second) {
    std::vector<Json> cards(of_first, first);
    cards.insert(cards.end(), 99 - of_first, second);
    return Prevalence(std::move(cards));
}

}  // namespace

TEST_CASE("below 50 closed needs the worst case stands") {
    const Json card = card_of("15_to_17", "standard");
    const Prevalence few(std::vector<Json>(49, card));
    CHECK(measure(card, few).counted == measure(card).counted);
    CHECK(meter_json(measure(card, few)).find("closed_needs") == nullptr);
    CHECK(measure(card, Prevalence(std::vector<Json>(50, card))).counted == 0);
}

TEST_CASE("where needs were closed a common value costs less than the average, a rare one more") {
    const Json girls = Json::object({{"programme_gender_need", "girls"}});
    const Json boys = Json::object({{"programme_gender_need", "boys"}});
    const auto local = hundred(89, girls, boys);
    CHECK(measure(girls).counted == 2000);
    CHECK(measure(girls, local).counted == 152);  // -log2 0.90
    CHECK(measure(boys, local).counted == 3184);  // -log2 0.11
    CHECK(meter_json(measure(boys, local)).int_at("closed_needs") == 99);
}

TEST_CASE("a combination that never came is rare, however common each of its values") {
    const auto local =
        hundred(50, card_of("under_12", "standard"), card_of("15_to_17", "awake_24h"));
    CHECK(measure(card_of("under_12", "standard"), local).counted < 2000);
    CHECK(measure(card_of("under_12", "awake_24h"), local).counted == 6644);  // log2 100
}
