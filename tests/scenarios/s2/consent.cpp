// The beginning of scenario 2, and what its rows and its variants share.
#include "tests/scenarios/s2/consent.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/scenarios/record.h"
#include "tests/support/words.h"

namespace leeward::test {
namespace {

constexpr std::string_view uncle = "Bruno Example";

Json need_of(std::string_view service, Json fields) {
    return Json::object({{"service", service},
                         {"priority", "URGENT"},
                         {"fields", std::move(fields)},
                         {"wishes_asked", true}});
}

Json only(House house) {
    return Json(Json::Array{name_of(house)});
}

bool is_readable(const Json& grant) {
    const std::string state = grant.text_at("state");
    return state == "OPENABLE" || state == "OPENED";
}

}  // namespace

Consent::Consent(std::string name, std::string_view title)
    : Scenario(
          std::move(name), title, {House::HLR, House::JUN, House::LAN, House::TID, House::OMB}),
      ada(*this, House::HLR, "Ada", "INVESTIGATOR"),
      grace(*this, House::HLR, "Grace", "INVESTIGATION_SUPERVISOR"),
      bea(*this, House::JUN, "Bea", "SHELTER_INTAKE"),
      june(*this, House::JUN, "June", "SHELTER_SUPERVISOR"),
      cleo(*this, House::LAN, "Cleo", "SHELTER_INTAKE"),
      tess(*this, House::TID, "Tess", "COUNSELLOR") {
    open_the_case();
    find_a_place();
    find_a_counsellor();
    follow(House::HLR, placement, {House::JUN, House::LAN, House::TID});
    begin_after(std::chrono::minutes(5));
}

void Consent::open_the_case() {
    prologue("One survivor, two needs: a place, and somebody to talk to");
    Json record = planted_record(canaries());
    Json unsafe = Json(record.array_at("unsafe_persons"));
    unsafe.push(uncle);
    record.set("unsafe_persons", std::move(unsafe));
    case_id =
        ada.does(
               "opens a case", "case.new", {{"record", record.dump()}, {"duplicate-check", "none"}})
            .text_at("id");
}

void Consent::find_a_place() {
    const Json need = need_of("PLACEMENT", Json::object({{"age_band", "15_to_17"}}));
    placement = ada.does("needs a place", "need.new", {{"case", case_id}, {"need", need.dump()}})
                    .text_at("id");
    follow(House::HLR, placement, {House::JUN});
    ada.does("asks Juniper House", "need.ask", {{"id", placement}, {"to", only(House::JUN)}});
    world().pump();
    bea.does("opens the card", "leg.show", {{"id", leg(House::JUN)}});
    bea.does("offers a bed", "leg.offer", {{"id", leg(House::JUN)}});
    world().pump();
    ada.does("reads it to her, and back; she wants it",
             "need.choose",
             {{"id", placement},
              {"leg", leg(House::JUN)},
              {"basis", "CHOICE_BASIS_IN_PERSON"},
              {"read-back", true}});
    world().pump();
    bea.does("makes it firm", "leg.confirm", {{"id", leg(House::JUN)}});
    expect("OPEN/CONFIRMED | ACCEPTED");
}

void Consent::find_a_counsellor() {
    const Json need = need_of("COUNSELLING", Json::object({{"age_band", "15_to_17"}}));
    counselling =
        ada.does(
               "needs somebody to talk to", "need.new", {{"case", case_id}, {"need", need.dump()}})
            .text_at("id");
    follow(House::HLR, counselling, {House::TID});
    ada.does("asks Tide", "need.ask", {{"id", counselling}, {"to", only(House::TID)}});
    world().pump();
    talk = leg(House::TID);
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
    expect("OPEN/CONFIRMED | ACCEPTED");
}

std::string Consent::drafts(Person& who,
                            House to,
                            std::string_view fields,
                            std::string_view purpose) {
    return who
        .does("drafts a release to " + std::string(called_of(to)) + " alone",
              "release.new",
              {{"case", case_id},
               {"to", name_of(to)},
               {"fields", listed(fields)},
               {"purpose", purpose},
               {"days", 30}})
        .text_at("id");
}

void Consent::signs(
    Person& who, const std::string& id, std::string_view signer, std::string_view name, Args more) {
    Args args{{"id", id}, {"signer", signer}, {"name", name}, {"read-back", true}};
    for (auto& one : more)
        args.push_back(std::move(one));
    who.does("reads the text aloud, and writes down what " + std::string(name) + " says",
             "release.sign",
             std::move(args));
}

std::string Consent::state_of_release(const std::string& id) {
    const Json list = eye(House::HLR, "release.list");
    return item_with(member(list, "releases"), "id", id).text_at("state");
}

std::vector<std::string> Consent::grants(House at, House peer) {
    const Json list = eye(at, "grant.list", {{"all", true}});
    std::vector<std::string> out;
    for (const auto& one : list.array_at("grants"))
        if (one.text_at("peer") == name_of(peer)) out.push_back(one.text_at("state"));
    std::sort(out.begin(), out.end());
    return out;
}

Json Consent::reads_all(Person& who, std::string_view purpose) {
    Json all = Json::object();
    const Json list = who.looks("grant.list");
    for (const auto& one : list.array_at("grants")) {
        if (!is_readable(one)) continue;  // listed until it is erased
        const Json read = who.does("opens what was shared",
                                   "grant.open",
                                   {{"id", one.text_at("id")}, {"purpose", purpose}});
        const Json record = member(read, "record");
        for (const auto& [key, value] : *record.as_object())
            all.set(key, value);
    }
    return all;
}

bool Consent::called(House house, std::string_view code) {
    const auto all = notices(house);
    return std::find(all.begin(), all.end(), code) != all.end();
}

void Consent::papers_in_force() {
    step("2.0", "0:20", "She and her guardian sign for Juniper House, and it is read there");
    signed_and_read();
    expect("OPEN/CONFIRMED | ACCEPTED, –, –");
}

void Consent::signed_and_read() {
    release = drafts(ada, House::JUN, "T2", "PURPOSE_PLACEMENT");
    signs(ada, release, "MINOR", "she herself", {{"capacity", whole_capacity()}});
    signs(ada, release, "GUARDIAN", "an aunt", {{"authority", "AUTHORITY_LEGAL_GUARDIAN"}});
    world().pump();
    const Json read = reads_all(bea, "PURPOSE_INTAKE");
    CHECK(read.find("preferred_name") != nullptr);
}

void Consent::under_way() {
    step("2.0", "1:00", "How she gets there is agreed, and they leave");
    ada.does("proposes when, and the word at the door",
             "leg.plan",
             {{"id", leg(House::JUN)},
              {"window-start", moment("2:00")},
              {"window-end", moment("4:00")},
              {"roles", Json(Json::Array{"INVESTIGATOR"})},
              {"code-word", "lamplight"},
              {"person", "Ada"}});
    world().pump();
    bea.does("agrees", "leg.plan", {{"id", leg(House::JUN)}, {"person", "the night worker"}});
    world().pump();
    ada.does("says that they have left", "leg.departed", {{"id", leg(House::JUN)}});
    expect("OPEN/HANDOFF | IN_TRANSIT, –, –");
}

}  // namespace leeward::test
