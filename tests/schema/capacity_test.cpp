#include "schema/capacity.h"

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

namespace leeward::schema {
namespace {

constexpr Time evening = from_unix(1'700'000'100);  // divides by 900

CapacityStatement tonight() {
    CapacityStatement statement;
    statement.service = ServiceClass::PLACEMENT;
    statement.ages = {AgeBand::FROM_12_TO_14, AgeBand::FROM_15_TO_17};
    statement.level = CapacityLevel::HAS;
    statement.beds = 2;
    statement.bed_kind = BedKind::FACILITY;
    statement.features = {Feature::STEP_FREE, Feature::INTERPRETER_ON_CALL};
    statement.intake_hours = "FREQ=DAILY;BYHOUR=8,20";
    statement.as_of = evening;
    return statement;
}

Result<CapacityStatement> read(std::string_view text, std::optional<Time> now = {}) {
    LEEWARD_ASSIGN(const Json json, parse_json(text));
    return capacity_from_json(json, now);
}

std::string fault_of(Json json) {
    const auto read = capacity_from_json(json);
    return read ? "none" : read.error().detail;
}

}  // namespace

TEST_CASE("a capacity statement says the same after a journey as JSON") {
    const auto back = capacity_from_json(to_json(tonight()));
    REQUIRE(back);
    CHECK(*back == tonight());
    CHECK(to_json(tonight()).dump() ==
          R"({"service_class":"PLACEMENT","ages":["12_14","15_17"],"capacity":"has","beds":2,)"
          R"("bed_kind":"facility","features":["step_free","interpreter_on_call"],)"
          R"("intake_hours":"FREQ=DAILY;BYHOUR=8,20","as_of":1700000100})");
}

TEST_CASE("every statement that can be written can be read") {
    REQUIRE(rc::check([] {
        CapacityStatement statement;
        statement.service = static_cast<ServiceClass>(*rc::gen::inRange(0, 6));
        for (const AgeBand band : all_age_bands())
            if (*rc::gen::arbitrary<bool>()) statement.ages = statement.ages | AgeBands{band};
        RC_PRE(!statement.ages.empty());
        statement.level = static_cast<CapacityLevel>(*rc::gen::inRange(0, 4));
        if (statement.level == CapacityLevel::HAS) statement.beds = *rc::gen::inRange(1, 1000);
        for (const Feature feature : all_features())
            if (*rc::gen::arbitrary<bool>())
                statement.features = statement.features | Features{feature};
        statement.as_of = from_unix(*rc::gen::inRange<std::int64_t>(0, 4'000'000) * 900);
        const auto back = capacity_from_json(to_json(statement));
        RC_ASSERT(back && *back == statement);
    }));
}

TEST_CASE("a capacity statement that is not exactly one is refused") {
    Json json = to_json(tonight());
    SECTION("an unknown member") {
        CHECK(fault_of(json.set("address", "x")).find("address") != std::string::npos);
    }
    SECTION("an unknown code") {
        CHECK(fault_of(json.set("capacity", "plenty")) ==
              "capacity: capacity holds an unknown code");
    }
    SECTION("an age band twice") {
        CHECK(fault_of(json.set("ages", Json::Array{"12_14", "12_14"})) ==
              "capacity: ages holds an unknown or repeated code");
    }
    SECTION("no age band") {
        CHECK(fault_of(json.set("ages", Json::array())) == "capacity: ages names no age band");
    }
    SECTION("beds where there are none") {
        CHECK(fault_of(json.set("capacity", "none")) ==
              "capacity: beds is told where there is no capacity");
    }
    SECTION("words instead of a recurrence rule") {
        CHECK(fault_of(json.set("intake_hours", "ask for the manager")) ==
              "capacity: intake_hours is not a recurrence rule");
    }
    SECTION("a time that tells the minute") {
        CHECK(fault_of(json.set("as_of", 1'700'000'101)) ==
              "capacity: as_of is not the start of a quarter of an hour");
    }
    SECTION("features that are no list") {
        CHECK(fault_of(json.set("features", "step_free")) ==
              "capacity: features is not a short list of codes");
    }
}

TEST_CASE("a worker may leave the time out of a statement and a peer may not") {
    const std::string_view text =
        R"({"service_class":"LEGAL","ages":["15_17"],"capacity":"needs_assessment","features":[]})";
    CHECK_FALSE(read(text));
    const auto ours = read(text, evening + std::chrono::seconds(899));
    REQUIRE(ours);
    CHECK(ours->as_of == evening);
}

TEST_CASE("a figure older than 24 hours is shown as stale and never as has") {
    const Time day_later = evening + std::chrono::hours(24);
    CHECK(shown_capacity(CapacityLevel::HAS, evening, day_later) == "has");
    CHECK(shown_capacity(CapacityLevel::HAS, evening, day_later + std::chrono::seconds(1)) ==
          "stale");
    CHECK(shown_capacity(CapacityLevel::NONE, evening, day_later + std::chrono::hours(1)) ==
          "stale");
}

TEST_CASE("a figure from more than a day ahead is not believed") {
    CHECK_FALSE(is_stale(evening + std::chrono::hours(24), evening));
    CHECK(is_stale(evening + std::chrono::hours(25), evening));
}

}  // namespace leeward::schema
