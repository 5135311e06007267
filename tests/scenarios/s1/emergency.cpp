// Variant 1.g: the pace of an emergency.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/scenarios/record.h"
#include "tests/scenarios/s1/placement.h"

namespace leeward::test {
namespace {

bool holds(const std::vector<std::string>& all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

Json named(const std::vector<House>& houses) {
    Json out = Json::array();
    for (const House house : houses)
        out.push(name_of(house));
    return out;
}

const std::vector<House> first_three{House::JUN, House::LAN, House::QUA};

}  // namespace

Emergency::Emergency()
    : Scenario("S1-1.g",
               "The pace of an emergency",
               {House::HLR, House::JUN, House::LAN, House::QUA, House::ALD, House::WIL}),
      ada(*this, House::HLR, "Ada", "INVESTIGATOR"),
      dora(*this, House::ALD, "Dora", "SHELTER_INTAKE") {}

void Emergency::asked_in_one_act() {
    step("1.g", "0:00", "Written down and asked in one act");
    Json record = planted_record(canaries());
    record.set("unsafe_organisations", Json::array());
    const Json opened = ada.does(
        "opens a case", "case.new", {{"record", record.dump()}, {"duplicate-check", "none"}});
    const Json need = Json::object(
        {{"service", "PLACEMENT"},
         {"priority", "EMERGENCY"},
         {"fields", Json::object({{"age_band", "15_to_17"}, {"start_window", "today"}})},
         {"wishes_asked", true}});
    const Json made = ada.does(
        "writes down the need and asks three",
        "need.new",
        {{"case", opened.text_at("id")}, {"need", need.dump()}, {"to", named(first_three)}});
    follow(House::HLR,
           made.text_at("id"),
           {House::JUN, House::LAN, House::QUA, House::ALD, House::WIL});
    expect("OPEN/INQUIRING | DELIVERED, DELIVERED, DELIVERED, –, –");
}

void Emergency::phoned_after_ten_minutes() {
    step("1.g", "0:10", "All three are asleep");
    expect("″ | ″, ″, ″, ″, ″");
    ada.refused("asks a fourth", "need.ask", {{"id", need()}, {"to", named({House::ALD})}});
}

void Emergency::two_more_after_fifteen() {
    step("1.g", "0:15", "Nobody has looked for a quarter of an hour: three places are free again");
    CHECK(holds(notices(House::HLR), "SLOT_FREE"));
    ada.does("asks the fourth and the fifth",
             "need.ask",
             {{"id", need()}, {"to", named({House::ALD, House::WIL})}});
    expect("″ | ″, ″, ″, DELIVERED, DELIVERED");
}

void Emergency::the_first_answer_counts() {
    step("1.g", "0:20", "The fourth is awake");
    dora.does("opens the card", "leg.show", {{"id", leg(House::ALD)}});
    dora.does("holds a bed", "leg.offer", {{"id", leg(House::ALD)}});
    expect("OPEN/OPTIONS | DELIVERED, DELIVERED, DELIVERED, OFFERED, DELIVERED");
}

}  // namespace leeward::test
