// The beginning of scenario 3, and what its rows and its variants share.
#include "tests/scenarios/s3/trouble.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/scenarios/record.h"
#include "tests/support/words.h"

namespace leeward::test {
namespace {

Json need_of(std::string_view service) {
    return Json::object({{"service", service},
                         {"priority", "URGENT"},
                         {"fields", Json::object({{"age_band", "15_to_17"}})},
                         {"wishes_asked", true}});
}

Json only(House house) {
    return Json(Json::Array{name_of(house)});
}

}  // namespace

Trouble::Trouble(std::string name, std::string_view title, const std::vector<House>& on_small_disks)
    : Scenario(
          std::move(name),
          title,
          {House::HLR, House::JUN, House::LAN, House::ALD, House::TID, House::HRB2, House::OMB},
          on_small_disks),
      ada(*this, House::HLR, "Ada", "INVESTIGATOR"),
      grace(*this, House::HLR, "Grace", "INVESTIGATION_SUPERVISOR"),
      ines(*this, House::HLR, "Ines", "INVESTIGATION_SUPERVISOR"),
      bea(*this, House::JUN, "Bea", "SHELTER_INTAKE"),
      rosa(*this, House::JUN, "Rosa", "SHELTER_SUPERVISOR"),
      cleo(*this, House::LAN, "Cleo", "SHELTER_INTAKE"),
      lena(*this, House::LAN, "Lena", "SHELTER_SUPERVISOR"),
      dora(*this, House::ALD, "Dora", "SHELTER_INTAKE"),
      tess(*this, House::TID, "Tess", "COUNSELLOR"),
      tom(*this, House::TID, "Tom", "SHELTER_SUPERVISOR"),
      nora(*this, House::HRB2, "Nora", "INVESTIGATOR"),
      olga(*this, House::HRB2, "Olga", "INVESTIGATION_SUPERVISOR"),
      holders(world().random()) {
    prologue("A girl is found; Ada writes down what she needs");
    Json record = planted_record(canaries());
    record.set("unsafe_organisations", Json::array());
    case_id =
        ada.does(
               "opens a case", "case.new", {{"record", record.dump()}, {"duplicate-check", "none"}})
            .text_at("id");
    placement = ada.does("needs a place",
                         "need.new",
                         {{"case", case_id}, {"need", need_of("PLACEMENT").dump()}})
                    .text_at("id");
    follow(House::HLR, placement, {House::ALD, House::JUN, House::LAN});
    expect("OPEN/READY | –, –, –");
}

void Trouble::asks(House house) {
    ada.does("asks " + std::string(called_of(house)),
             "need.ask",
             {{"id", placement}, {"to", only(house)}});
}

void Trouble::talks_to_tide() {
    counselling = ada.does("needs somebody to talk to",
                           "need.new",
                           {{"case", case_id}, {"need", need_of("COUNSELLING").dump()}})
                      .text_at("id");
    talk = ada.does("asks Tide", "need.ask", {{"id", counselling}, {"to", only(House::TID)}})
               .array_at("legs")
               .front()
               .text_at("id");
    world().pump();
    tess.does("opens the card", "leg.show", {{"id", talk}});
    tess.does("has time for her", "leg.offer", {{"id", talk}});
    world().pump();
    ada.does("reads it to her, and back; she wants it",
             "need.choose",
             {{"id", counselling},
              {"leg", talk},
              {"basis", "CHOICE_BASIS_ONLY_OPTION"},
              {"read-back", true}});
    world().pump();
    tess.does("makes it firm", "leg.confirm", {{"id", talk}});
    world().pump();
}

void Trouble::firm_at_lantern() {
    asks(House::LAN);
    world().pump();
    cleo.does("opens the card", "leg.show", {{"id", leg(House::LAN)}});
    cleo.does("offers a bed", "leg.offer", {{"id", leg(House::LAN)}});
    world().pump();
    ada.does("reads it to her, and back; she wants it",
             "need.choose",
             {{"id", placement},
              {"leg", leg(House::LAN)},
              {"basis", "CHOICE_BASIS_IN_PERSON"},
              {"read-back", true}});
    world().pump();
    cleo.does("makes it firm", "leg.confirm", {{"id", leg(House::LAN)}});
    world().pump();
}

void Trouble::plans(std::string_view from, std::string_view to) {
    ada.does("proposes when, and the word at the door",
             "leg.plan",
             {{"id", leg(House::LAN)},
              {"window-start", moment(from)},
              {"window-end", moment(to)},
              {"roles", Json(Json::Array{"INVESTIGATOR"})},
              {"code-word", "lamplight"},
              {"person", "Ada"}});
    world().pump();
}

std::string Trouble::asks_for_emergency(std::string_view fields) {
    std::string id =
        tess.does("fears for her, and asks Harbor Light for what she does not hold",
                  "access.ask",
                  {{"leg", talk}, {"fields", listed(fields)}, {"harm", "HARM_MEDICAL_TONIGHT"}})
            .text_at("id");
    world().pump();
    return id;
}

void Trouble::grants_by_telephone(const std::string& id, Person& who) {
    who.does("grants it; " + std::string("Grace says yes on the telephone"),
             "access.grant",
             {{"id", id}, {"by-phone", "Grace"}, {"number", "555-0102"}});
    world().pump();
}

std::string Trouble::state_of_access(House at, const std::string& id) {
    const Json list = eye(at, "access.list", {{"all", true}});
    return item_with(member(list, "accesses"), "id", id).text_at("state");
}

Json Trouble::incident(House at, std::string_view kind) {
    const Json list = eye(at, "incident.list", {{"all", true}});
    return item_with(member(list, "incidents"), "kind", kind);
}

bool Trouble::called(House house, std::string_view code) {
    const auto all = notices(house);
    return std::find(all.begin(), all.end(), code) != all.end();
}

}  // namespace leeward::test
