// Rows 3.1 to 3.17.
#include <catch2/catch_test_macros.hpp>

#include "schema/codes.h"
#include "tests/scenarios/rules.h"
#include "tests/scenarios/s3/trouble.h"
#include "tests/support/words.h"

namespace leeward::test {
namespace {

Json northern_record() {
    return Json::object({{"preferred_name", "Invented words."}, {"age_years", 16}});
}

}  // namespace

void Trouble::wrong_house() {
    step("3.1", "0:00", "Alder Court is asked by mistake");
    asks(House::ALD);
    expect("OPEN/INQUIRING | DELIVERED, –, –");
}

void Trouble::noticed() {
    step("3.2", "0:03", "Alder Court has opened it when Ada notices");
    dora.does("opens the card", "leg.show", {{"id", leg(House::ALD)}});
    world().pump();
    ada.does("says that it was not for them",
             "leg.discard",
             {{"id", leg(House::ALD)}, {"code", "MISDIRECT_WRONG_RECIPIENT"}});
    expect("OPEN/INQUIRING | MISDIRECTED, –, –");
    const Json theirs = dora.looks("leg.show", {{"id", leg(House::ALD)}});
    CHECK(texts(member(theirs, "possible")) == std::vector<std::string>{"W20"});
    CHECK(incident(House::HLR, "INCIDENT_MISDIRECTED").text_at("state") == "OPEN");
    CHECK(called(House::HLR, "INCIDENT_MISDIRECTED"));
}

void Trouble::discarded() {
    step("3.3", "0:04", "Alder Court discards it and says so, although the incident is open");
    dora.does(
        "discards it", "leg.discard", {{"id", leg(House::ALD)}, {"code", "MISDIRECT_NOT_OURS"}});
    expect("OPEN/INQUIRING | DISCARDED, –, –");
    CHECK(incident(House::HLR, "INCIDENT_MISDIRECTED").text_at("state") == "CONTAINED");
    CHECK(dora.looks("leg.show", {{"id", leg(House::ALD)}}).text_at("card") == "erased");
    sees(House::HLR, "contained, and still recorded; no name was ever there");
}

void Trouble::nothing_for_alder() {
    step("3.4", "0:05", "No paper names Alder Court: nothing can be shared with it");
    const std::string other = ada.does("drafts a release to Juniper House",
                                       "release.new",
                                       {{"case", case_id},
                                        {"to", name_of(House::JUN)},
                                        {"fields", listed("preferred_name")},
                                        {"purpose", "PURPOSE_PLACEMENT"}})
                                  .text_at("id");
    const Error unsigned_yet =
        ada.refused("tries to send what nobody has signed", "grant.send", {{"release", other}});
    CHECK(unsigned_yet.code == Errc::not_released);
    wrong_recipient(other);
    ada.does("ends the draft", "release.present", {{"id", other}});
    ada.does("ends the draft", "release.withdraw", {{"id", other}});
    expect("″ | ″, ″, ″");
    CHECK(eye(House::ALD, "grant.list", {{"all", true}}).array_at("grants").empty());
}

void Trouble::wrong_recipient(const std::string& release) {
    step("3.5", "0:10", "The release is for Juniper House, and Ada names Alder Court");
    const Error refused = ada.refused("tries to send it to another than it names",
                                      "grant.send",
                                      {{"release", release}, {"to", name_of(House::ALD)}});
    CHECK(refused.code == Errc::not_released);
    CHECK(refused.detail.find("RECIPIENT_MISMATCH") != std::string::npos);
    CHECK(eye(House::HLR, "grant.list", {{"all", true}}).array_at("grants").empty());
    const schema::AuditRecord newest = node(House::HLR).newest_entry();
    CHECK(newest.kind == schema::EventKind::REFUSED);
    CHECK(newest.reason == schema::code_tag("RECIPIENT_MISMATCH"));
    sees(House::HLR, "refused before anything left; that it was tried is in the log");
}

void Trouble::known_twice() {
    step("3.6", "1:00", "Another referrer knows the same young person, and asks Juniper House too");
    asks(House::JUN);
    const std::string theirs =
        nora.does("opens a case of her own",
                  "case.new",
                  {{"record", northern_record().dump()}, {"duplicate-check", "none"}})
            .text_at("id");
    const Json need = Json::object({{"service", "PLACEMENT"},
                                    {"priority", "URGENT"},
                                    {"fields", Json::object({{"age_band", "15_to_17"}})},
                                    {"wishes_asked", true}});
    northern = nora.does("needs a place", "need.new", {{"case", theirs}, {"need", need.dump()}})
                   .text_at("id");
    asked_by_northgate =
        nora.does("asks Juniper House",
                  "need.ask",
                  {{"id", northern}, {"to", Json(Json::Array{name_of(House::JUN)})}})
            .array_at("legs")
            .front()
            .text_at("id");
    expect("OPEN/INQUIRING | DISCARDED, DELIVERED, –");
    bea.does("opens both cards", "leg.show", {{"id", leg(House::JUN)}});
    bea.does("opens both cards", "leg.show", {{"id", asked_by_northgate}});
    const std::size_t before = wire().read().size();
    bea.does("thinks that they may be of one and the same",
             "leg.duplicate",
             {{"id", leg(House::JUN)}, {"with", asked_by_northgate}});
    expect("OPEN/INQUIRING | DISCARDED, SEEN, –");
    for (std::size_t i = before; i < wire().read().size(); ++i)
        for (const House house : {House::HLR, House::HRB2, House::JUN})
            CHECK(wire().read()[i].message.body.find(std::string(name_of(house))) ==
                  std::string::npos);
    for (const House house : {House::HLR, House::HRB2})
        CHECK(called(house, "DUPLICATE_ASKED"));
    nobody_saw("at either referrer, who the other one is");
}

void Trouble::both_agree() {
    step("3.7", "1:05", "Both want to talk; only now each is told whom to phone");
    const std::string ours = leg(House::JUN);
    ada.does("agrees", "leg.duplicate", {{"id", ours}, {"agree", true}});
    expect("″ | ″, ″, ″");
    CHECK(ada.looks("leg.duplicate", {{"id", ours}}).find("phone_them") == nullptr);
    nora.does("agrees", "leg.duplicate", {{"id", asked_by_northgate}, {"agree", true}});
    expect("″ | ″, ″, ″");
    const Json at_ours = ada.looks("leg.duplicate", {{"id", ours}});
    CHECK(member(at_ours, "phone_them").text_at("organisation") == name_of(House::HRB2));
    sees(House::HLR, "whom to phone: they talk by voice, each under its own authority");
}

void Trouble::northgate_stands_down() {
    step("3.8", "1:40", "Northgate stands down");
    nora.does("ends her need", "need.duplicate", {{"id", northern}, {"spoken", true}});
    expect("OPEN/INQUIRING | DISCARDED, SEEN, –");
    CHECK(eye(House::HRB2, "need.show", {{"id", northern}}).text_at("state") == "DUPLICATE_LINKED");
    CHECK(leg_at(House::JUN, asked_by_northgate).text_at("state") == "CANCEL_CONFIRMED");
}

void Trouble::emergency() {
    step("3.10",
         "3:00",
         "Her counsellor fears for her tonight, and lacks one field; no release covers it");
    talks_to_tide();
    access = asks_for_emergency("allergies");
    CHECK(state_of_access(House::HLR, access) == "REQUESTED");
    CHECK(called(House::HLR, "ACCESS_ASKED"));
    expect("″ | ″, ″, ″");
    grants_by_telephone(access, ada);
    CHECK(state_of_access(House::TID, access) == "ACTIVE");
    expect("″ | ″, ″, ″");
}

void Trouble::read_in_the_emergency() {
    step("3.11", "3:05", "Tide reads that field, and no other");
    const Json list = tess.looks("grant.list");
    REQUIRE(list.array_at("grants").size() == 1);
    const Json read = tess.does("reads it",
                                "grant.open",
                                {{"id", list.array_at("grants").front().text_at("id")},
                                 {"purpose", "PURPOSE_BREAK_GLASS"}});
    CHECK(member(read, "record").as_object()->size() == 1);
    CHECK(member(read, "record").find("allergies") != nullptr);
    expect("″ | ″, ″, ″");
}

void Trouble::emergency_over() {
    step("3.12", "7:10", "Four hours later it ends by itself");
    CHECK(state_of_access(House::HLR, access) == "ENDED");
    CHECK(state_of_access(House::TID, access) == "ENDED");
    CHECK(tess.looks("grant.list").array_at("grants").empty());
    const Json waiting = eye(House::HLR, "approval.list");
    grace.does("countersigns what she said on the telephone",
               "approval.give",
               {{"id", waiting.array_at("approvals").front().text_at("id")}});
    world().pump();
    CHECK(incident(House::HLR, "INCIDENT_NOT_COUNTERSIGNED").is_null());
}

void Trouble::reviewed() {
    step("3.13", "3d", "Somebody who had no part in it reviews it");
    ada.refused(
        "wants to review her own act", "access.review", {{"id", access}, {"justified", true}});
    grace.refused("wants to review what she approved",
                  "access.review",
                  {{"id", access}, {"justified", true}});
    ines.does("finds it justified", "access.review", {{"id", access}, {"justified", true}});
    world().pump();
    CHECK(state_of_access(House::HLR, access) == "REVIEWED_JUSTIFIED");
    CHECK(state_of_access(House::TID, access) == "REVIEWED_JUSTIFIED");
    const Json list = eye(House::HLR, "release.list");
    const Json authority = item_with(member(list, "releases"), "basis", "EMERGENCY");
    ada.does("has told her",
             "release.notice",
             {{"id", authority.text_at("id")}, {"code", "TOLD_SURVIVOR"}});
    CHECK_FALSE(called(House::HLR, "SURVIVOR_NOTICE_DUE"));
}

void Trouble::under_way() {
    step("3.15", "2:00", "Lantern House has a bed for her, and the way there is agreed");
    firm_at_lantern();
    plans("5:00", "7:00");
    cleo.does("agrees", "leg.plan", {{"id", leg(House::LAN)}, {"person", "the night worker"}});
    expect("OPEN/HANDOFF | ″, " + std::string(leg(House::JUN).empty() ? "–" : "NOT_SELECTED") +
           ", HANDOFF_SCHEDULED");
}

void Trouble::they_leave() {
    step("3.16", "5:00", "They leave");
    ada.does("says so", "leg.departed", {{"id", leg(House::LAN)}});
    expect("OPEN/HANDOFF | ″, ″, IN_TRANSIT");
}

void Trouble::not_arrived() {
    step("3.16", "8:50", "The link to Lantern House is down, and nothing is heard");
    world().network().partition({{node(House::LAN).link(), 1}});
    step("3.16", "9:05", "Two hours after the window each side misses her by its own clock");
    expect("OPEN/HANDOFF | ″, ″, NOT_ARRIVED");
    for (const House house : {House::HLR, House::LAN}) {
        CHECK(called(house, "NOT_ARRIVED"));
        sees(house, "a child is not where she should be: phone first");
    }
    for (const House house : {House::JUN, House::ALD, House::HRB2})
        CHECK_FALSE(called(house, "NOT_ARRIVED"));
}

void Trouble::found_late() {
    step("3.17", "9:30", "She is found, late and safe; the link is up again");
    world().network().heal();
    cleo.does(
        "says that she is there, late", "leg.arrived", {{"id", leg(House::LAN)}, {"late", true}});
    expect("OPEN/PLACED | ″, ″, ARRIVED");
    CHECK_FALSE(called(House::HLR, "NOT_ARRIVED"));
}

void Trouble::asked_again_later() {
    step(
        "3.9", "8d", "A week later Northgate asks again: what was ended does not stand in its way");
    const Json before = eye(House::HRB2, "need.show", {{"id", northern}});
    const Json need = Json::object({{"service", "PLACEMENT"},
                                    {"priority", "URGENT"},
                                    {"fields", Json::object({{"age_band", "15_to_17"}})},
                                    {"wishes_asked", true}});
    olga.does("opens her case again",
              "case.reopen",
              {{"id", before.text_at("case")}, {"code", "REOPEN_SURVIVOR_CAME_BACK"}});
    const std::string again = nora.does("writes down a new need",
                                        "need.new",
                                        {{"case", before.text_at("case")}, {"need", need.dump()}})
                                  .text_at("id");
    follow(House::HRB2, again, {House::JUN});
    nora.does("asks Juniper House",
              "need.ask",
              {{"id", again}, {"to", Json(Json::Array{name_of(House::JUN)})}});
    expect("OPEN/INQUIRING | DELIVERED");
}

void Trouble::the_auditor() {
    step("3.26", "8d", "The panel looks at all of it, without any key");
    const auto report = audit(*this);
    for (const auto& finding : report.findings)
        FAIL_CHECK(finding.organisation << ": " << schema::name(finding.kind));
    for (const auto& log : report.logs)
        sees(House::OMB, log.organisation + ": " + std::to_string(log.size) + " entries");
    nobody_saw("in any of them, a name, a place or which entry is whose");
}

}  // namespace leeward::test
