#include "schema/hsds.h"

#include <catch2/catch_test_macros.hpp>

#include "schema/iso_time.h"
#include "schema/lines.h"
#include "schema/toronto.h"

namespace leeward::schema {
namespace {

// An invented service that uses what the reader looks at.
constexpr std::string_view harbour = R"({
 "id":"s-1","name":"Harbour House","status":"active","minimum_age":12,"maximum_age":17.5,
 "description":"kept by nobody","x_future_member":{"any":1},
 "assured_date":"2026-03-01","interpretation_services":"telephone interpreter",
 "organization":{"id":"o-1","name":"Harbour Trust","description":"d"},
 "program":{"id":"p-1","name":"Beds"},
 "attributes":[
  {"id":"a-1","taxonomy_term":{"id":"t-1","code":"1121","name":"Emergency Shelter",
   "description":"d","taxonomy_detail":{"id":"x","name":"Open Eligibility"}}},
  {"id":"a-2","taxonomy_term":{"id":"t-2","code":"20084","name":"Human Trafficking Survivors",
   "description":"d","taxonomy_detail":{"id":"x","name":"Open Eligibility"}}},
  {"id":"a-3","taxonomy_term":{"id":"t-3","code":"1206","name":"of another taxonomy",
   "description":"d","taxonomy_detail":{"id":"y","name":"Other list"}}}],
 "languages":[{"id":"l-1","code":"ES"},{"id":"l-2","name":"Yoruba"}],
 "service_areas":[{"id":"r-1","name":"Kings County","extent":"36047"},{"id":"r-2","name":"Bay"}],
 "service_at_locations":[{"id":"w-1","location":{"id":"w-2","location_type":"physical",
  "latitude":40.5,"addresses":[{"id":"d-1","address_1":"12 Planted Street"}],
  "accessibility":[{"id":"c-1","description":"Wheelchair ramp at the side"}]}}],
 "capacities":[
  {"id":"k-1","unit":{"id":"u","name":"Bed"},"available":1,"updated":"2026-01-01T00:00:00Z"},
  {"id":"k-2","unit":{"id":"u","name":"Bed"},"available":3.0,"maximum":8,
   "updated":"2026-01-02T01:30:00+01:30"}]})";

DirectoryEntry harbour_entry() {
    auto entry = read_hsds_service(harbour, "test");
    if (!entry) FAIL(entry.error().detail);
    return *entry;
}

// The fault after one piece of the service above is replaced.
std::string fault_with(std::string_view piece, std::string_view instead) {
    std::string text(harbour);
    const std::size_t at = text.find(piece);
    REQUIRE(at != std::string::npos);
    text.replace(at, piece.size(), instead);
    const auto read = read_hsds_service(text, "test");
    return read ? "none" : read.error().detail;
}

}  // namespace

TEST_CASE("an HSDS service becomes an entry of what matching needs") {
    const DirectoryEntry entry = harbour_entry();
    CHECK(entry.service_id == "s-1");
    CHECK(entry.organisation == "Harbour Trust");
    CHECK(entry.programme == "Beds");
    CHECK(entry.classes == ServiceClasses{ServiceClass::PLACEMENT});
    CHECK(entry.audience == Audiences{Audience::SURVIVORS});
    CHECK(entry.min_age == 12);
    CHECK(entry.max_age == 17);
    CHECK(entry.languages == std::vector<std::string>{"es", "yoruba"});
    CHECK(entry.features == Features{Feature::STEP_FREE, Feature::INTERPRETER_ON_CALL});
    CHECK(entry.regions == std::vector<std::string>{"36047", "Bay"});
    CHECK(entry.assured == "2026-03-01");
    CHECK_FALSE(entry.location_withheld);
    REQUIRE(entry.capacity);
    CHECK(entry.capacity->available == 3);
    CHECK(entry.capacity->maximum == 8);
    CHECK(entry.capacity->updated == from_unix(1'767'312'000));  // 2026-01-02T00:00:00Z
}

TEST_CASE("members that HSDS does not know are allowed and those it knows have its types") {
    CHECK(fault_with(R"("minimum_age":12)", R"("minimum_age":"12")") ==
          "service: minimum_age is not a number");
    CHECK(fault_with(R"("description":"kept by nobody")", R"("description":7)") ==
          "service: description is not text");
    CHECK(fault_with(R"("name":"Harbour House",)", "") == "service: name is missing");
    CHECK(fault_with(R"("id":"s-1",)", "") == "service: id is missing");
    CHECK(fault_with(R"("status":"active",)", "") == "service: status is missing");
    CHECK(fault_with(R"("status":"active")", R"("status":"open")") ==
          "service: status holds an unknown code");
    CHECK(fault_with(R"("id":"k-1",)", "") == "service.capacities: id is missing");
    CHECK(fault_with(R"("available":1,)", "") == "service.capacities: available is missing");
    CHECK(fault_with("2026-01-01T00:00:00Z", "yesterday") ==
          "service.capacities: updated is not a date and time");
    CHECK(fault_with(R"("location_type":"physical")", R"("location_type":"hidden")") ==
          "service.service_at_locations.location: location_type holds an unknown code");
    CHECK(fault_with(R"("languages":[)", R"("phones":{},"languages":[)") ==
          "service: phones is not a list");
    CHECK(fault_with(R"("maximum_age":17.5)", R"("maximum_age":4)") ==
          "service: maximum_age is below minimum_age");
    CHECK(fault_with("Harbour House", "Harbour\\u001b[2J") ==
          "service: name holds a control character");
}

TEST_CASE("a service whose place is not listed counts as withheld") {
    std::string text(harbour);
    const std::size_t at = text.find(R"("physical")");
    text.replace(at, 10, R"("postal")");
    const auto entry = read_hsds_service(text, "test");
    REQUIRE(entry);
    CHECK(entry->location_withheld);
}

TEST_CASE("a description of access that also says no claims nothing") {
    std::string text(harbour);
    const std::string_view before = "Wheelchair ramp at the side";
    text.replace(text.find(before), before.size(), "No wheelchair access");
    const auto entry = read_hsds_service(text, "test");
    REQUIRE(entry);
    CHECK(entry->features == Features{Feature::INTERPRETER_ON_CALL});
}

TEST_CASE("a line of more than 512 KiB is refused before it is parsed") {
    const std::string text(hsds_line_bytes + 1, '[');
    const auto read = read_hsds_service(text, "test");
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::too_large);
}

TEST_CASE("terms of Open Eligibility decide the service class") {
    CHECK(service_class_of_term(1125) == ServiceClass::PLACEMENT);
    CHECK(service_class_of_term(1304) == ServiceClass::COUNSELLING);
    CHECK(service_class_of_term(1136) == ServiceClass::OTHER);  // helps to find, has no bed
    CHECK(service_class_of_term(20084) == std::nullopt);
}

TEST_CASE("a stream is cut into lines however its pieces fall") {
    const std::string text = "one\r\ntwo\n\nfour";
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
        std::vector<std::pair<std::size_t, std::string>> lines;
        LineSplitter splitter(8, [&](std::size_t number, std::string_view line) -> Outcome {
            lines.emplace_back(number, line);
            return Done{};
        });
        for (std::size_t at = 0; at < text.size(); at += piece)
            REQUIRE(splitter.feed(std::string_view(text).substr(at, piece)));
        REQUIRE(splitter.finish());
        CHECK(lines == std::vector<std::pair<std::size_t, std::string>>{
                           {1, "one"}, {2, "two"}, {4, "four"}});
    }
}

TEST_CASE("a line that grows too long is refused by its number") {
    LineSplitter splitter(4, [](std::size_t, std::string_view) -> Outcome { return Done{}; });
    REQUIRE(splitter.feed("four\n12"));
    const auto fed = splitter.feed("345");
    REQUIRE_FALSE(fed);
    CHECK(fed.error().code == Errc::too_large);
    CHECK(fed.error().detail == "line 2: longer than 4 bytes");
}

TEST_CASE("fields of CSV may be quoted, empty, and hold commas and quotes") {
    const auto fields = csv_fields(R"(a,"b, ""c""",,)");
    REQUIRE(fields);
    CHECK(*fields == std::vector<std::string>{"a", "b, \"c\"", "", ""});
    CHECK_FALSE(csv_fields(R"(a,"b)"));
    CHECK_FALSE(csv_fields(R"(a,"b"c)"));
    CHECK_FALSE(csv_fields(R"(a,b"c")"));
    CHECK_FALSE(csv_fields("a\tb"));
    CHECK_FALSE(csv_fields(std::string(64, ',')));
}

TEST_CASE("dates that do not exist are no dates") {
    CHECK(date_from("2024-02-29") == from_unix(1'709'164'800));
    CHECK_FALSE(date_from("2023-02-29"));
    CHECK_FALSE(date_from("2023-2-9"));
    CHECK(date_time_from("1970-01-01T01:00:00.25+01:00") == from_unix(0));
    CHECK_FALSE(date_time_from("1970-01-01T24:00:00Z"));
    CHECK_FALSE(date_time_from("1970-01-01T00:00:00"));
    CHECK_FALSE(date_time_from("1970-01-01 00:00:00Z"));
}

TEST_CASE("a night of Toronto's feed is a figure as of four in the morning") {
    const auto update = read_toronto_update("2023-01-01,16892,room,150,148,146,2,2,614");
    REQUIRE(update);
    CHECK(update->program_id == "16892");
    CHECK(update->capacity.unit == "room");
    CHECK(update->capacity.available == 2);
    CHECK(update->capacity.maximum == 148);
    CHECK(update->capacity.updated == from_unix(1'672'545'600));  // 2023-01-01T04:00:00Z
}

TEST_CASE("an overfull night has nothing free") {
    const auto update = read_toronto_update("2023-02-01,16551,room,118,107,108,-1,11,140");
    REQUIRE(update);
    CHECK(update->capacity.available == 0);
}

TEST_CASE("a damaged line of Toronto's feed names its field") {
    const auto fault = [](std::string_view line) {
        const auto read = read_toronto_update(line);
        return read ? "none" : read.error().detail;
    };
    CHECK(fault("2023-02-31,1,bed,8,8,8,0,0,8") == "date is not a date");
    CHECK(fault("2023-02-01,1,tent,8,8,8,0,0,8") == "unit is neither bed nor room");
    CHECK(fault("2023-02-01,1,bed,8,8,8,few,0,8") == "unoccupied is not a whole number");
    CHECK(fault("2023-02-01,1,bed,8,8,8,0,0") == "has another number of fields than the header");
    CHECK_FALSE(check_toronto_updates_header("date,program_id"));
}

}  // namespace leeward::schema
