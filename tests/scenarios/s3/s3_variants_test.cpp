// What else can go wrong on the same night.
#include <catch2/catch_test_macros.hpp>

#include "tests/scenarios/s3/trouble.h"
#include "tests/support/words.h"

namespace leeward::test {
namespace {

constexpr const char* overdue = "INCIDENT_NOT_COUNTERSIGNED";
constexpr unsigned opened_without_its_word = 27;  // of the machine NODE (SPEC.md)

const Args harbor_light{{"peer", name_of(House::HLR)}};

Args name_at_lantern(Trouble& s) {
    const Json list = s.eye(House::LAN, "grant.list", {{"all", true}});
    return {{"id", list.array_at("grants").front().text_at("id")}, {"purpose", "PURPOSE_INTAKE"}};
}

}  // namespace

TEST_CASE("S3 3.1: what has not left yet is called back for certain") {
    Trouble s("S3-3.1-recall", "Called back in time");
    s.step("3.1", "0:00", "Alder Court is asked by mistake, and Ada sees it at once");
    s.asks(House::ALD);
    s.ada.does(
        "calls it back", "leg.cancel", {{"id", s.leg(House::ALD)}, {"code", "CANCEL_USER_ERROR"}});
    s.expect("OPEN/INQUIRING | CANCEL_CONFIRMED, –, –");
    CHECK(s.leg_at(House::HLR, s.leg(House::ALD)).text_at("reason") == "RECALLED");
    CHECK(s.leg_at(House::ALD, s.leg(House::ALD)).is_null());
    s.nobody_saw("anything of it, at Alder Court");
}

TEST_CASE("S3 3.3: Alder Court notices first, and Ada settles it") {
    Trouble s("S3-3.3-first", "Who was asked in error says so");
    s.wrong_house();
    s.step("3.3", "0:05", "Alder Court sees that it cannot be meant for them");
    s.dora.does(
        "discards it", "leg.discard", {{"id", s.leg(House::ALD)}, {"code", "MISDIRECT_NOT_OURS"}});
    s.expect("OPEN/INQUIRING | MISDIRECTED, –, –");
    CHECK(s.incident(House::HLR, "INCIDENT_MISDIRECTED").text_at("state") == "OPEN");
    s.ada.does("says so too",
               "leg.discard",
               {{"id", s.leg(House::ALD)}, {"code", "MISDIRECT_WRONG_RECIPIENT"}});
    s.expect("OPEN/INQUIRING | DISCARDED, –, –");
    CHECK(s.incident(House::HLR, "INCIDENT_MISDIRECTED").text_at("state") == "CONTAINED");
}

TEST_CASE("S3 3.7: one of the two does not want to talk, and the other learns nothing more") {
    Trouble s("S3-3.7-alone", "Only one agrees");
    s.wrong_house();
    s.noticed();
    s.discarded();
    s.known_twice();
    s.step("3.7", "1:05", "Ada agrees; Northgate does not answer");
    s.ada.does("agrees", "leg.duplicate", {{"id", s.leg(House::JUN)}, {"agree", true}});
    s.expect("″ | ″, ″, ″");
    s.step("3.7", "20:00", "The next day");
    CHECK(s.ada.looks("leg.duplicate", {{"id", s.leg(House::JUN)}}).find("phone_them") == nullptr);
    CHECK(s.nora.looks("leg.duplicate", {{"id", s.asked_by_northgate}}).find("phone_them") ==
          nullptr);
    s.nobody_saw("at either of them, who the other is");
    s.expect("″ | ″, ″, ″");
}

TEST_CASE("S3 3.10: nobody is at Harbor Light for an hour: it is denied, and says so") {
    Trouble s("S3-3.10-nobody", "Nobody there");
    s.step("3.10", "3:00", "Her counsellor fears for her");
    s.talks_to_tide();
    const std::string id = s.asks_for_emergency("allergies");
    s.step("3.10", "4:05", "An hour later nobody has answered");
    CHECK(s.state_of_access(House::HLR, id) == "DENIED");
    CHECK(s.state_of_access(House::TID, id) == "DENIED");
    CHECK(s.called(House::TID, "ACCESS_DENIED"));
    s.expect("OPEN/READY | –, –, –");
    CHECK(s.eye(House::TID, "grant.list", {{"all", true}}).array_at("grants").empty());
}

TEST_CASE("S3 3.10: a yes by telephone that Grace never countersigns is an incident") {
    Trouble s("S3-3.10-unsigned", "Never countersigned");
    s.step("3.10", "3:00", "Her counsellor fears for her");
    s.talks_to_tide();
    const std::string id = s.asks_for_emergency("allergies");
    s.grants_by_telephone(id, s.ada);
    s.step("3.10", "28:00", "A day later");
    CHECK(s.called(House::HLR, "COUNTERSIGN_PHONE_YES"));
    s.step("3.10", "5d", "After her next working day, and at most four days");
    CHECK(s.incident(House::HLR, overdue).text_at("state") == "OPEN");
    CHECK(s.called(House::HLR, overdue));
    const Json all = s.eye(House::HLR, "approval.list");
    s.grace.does("countersigns it after all",
                 "approval.give",
                 {{"id", all.array_at("approvals").front().text_at("id")}});
    CHECK(s.incident(House::HLR, overdue).text_at("state") == "CONTAINED");
}

TEST_CASE("S3 3.14: nobody reviews it; the next rescue is not blocked, only flagged and counted") {
    Trouble s("S3-3.14", "Nobody reviews it");
    s.step("3.10", "3:00", "Her counsellor fears for her");
    s.talks_to_tide();
    const std::string first = s.asks_for_emergency("allergies");
    s.grants_by_telephone(first, s.ada);
    s.step("3.14", "6d", "Three working days later nobody has looked at it");
    CHECK(s.state_of_access(House::HLR, first) == "REVIEW_OVERDUE");
    CHECK(s.called(House::HLR, "REVIEW_OVERDUE"));
    CHECK(s.eye(House::HLR, "access.list").int_at("reviews_overdue") == 1);
    const std::string second = s.asks_for_emergency("medicine_tonight");
    s.ada.refused("wants to grant it without a supervisor here",
                  "access.grant",
                  {{"id", second}, {"by-phone", "Grace"}, {"number", "555-0102"}});
    s.ines.does("grants it; Grace says yes on the telephone",
                "access.grant",
                {{"id", second}, {"by-phone", "Grace"}, {"number", "555-0102"}});
    s.world().pump();
    CHECK(s.state_of_access(House::TID, second) == "ACTIVE");
    CHECK(s.called(House::HLR, "ACCESS_FLAGGED"));
}

TEST_CASE("S3 3.15: nobody is her own second person") {
    Trouble s("S3-3.15", "Her own second person");
    s.step("3.10", "3:00", "Her counsellor fears for her");
    s.talks_to_tide();
    const std::string id = s.asks_for_emergency("allergies");
    const Error own = s.grace.refused("names herself",
                                      "access.grant",
                                      {{"id", id}, {"by-phone", "Grace"}, {"number", "555-0102"}});
    CHECK(own.code == Errc::not_permitted);
    const Json waits = s.grace.does("asks for a second person", "access.grant", {{"id", id}});
    CHECK(waits.bool_at("needs_second_person"));
    s.grace.refused("agrees to her own request", "approval.give", {{"id", waits.text_at("id")}});
    CHECK(s.state_of_access(House::HLR, id) == "REQUESTED");
    s.ines.does("agrees", "approval.give", {{"id", waits.text_at("id")}});
    s.world().pump();
    CHECK(s.state_of_access(House::TID, id) == "ACTIVE");
    s.expect("OPEN/READY | –, –, –");
}

TEST_CASE("S3 3.16: her papers were ended on the way, and she is missed all the same") {
    Trouble s("S3-3.16-papers", "Missed without papers");
    s.under_way();
    s.step("3.16", "3:00", "Lantern House is told her name; no word back was agreed");
    s.shared_with_lantern();
    s.they_leave();
    s.step("3.16", "6:00", "On the way she says that nothing more of her is to be shared");
    s.ada.does("ends the release: she said so", "release.withdraw", {{"id", s.released}});
    s.expect("″ | ″, ″, ″");
    s.not_arrived();
    const auto times_called = [&s] {
        const Json inbox = s.ada.looks("inbox");
        return item_with(member(inbox, "notices"), "code", "NOT_ARRIVED").int_at("times");
    };
    const auto before = times_called();
    s.step("3.16", "9:40", "Half an hour later Ada is called again");
    CHECK(times_called() == before + 1);
    CHECK_FALSE(s.called(House::HLR, "STILL_NOT_ARRIVED"));
    s.step("3.16", "10:10", "After an hour it is Grace who is called");
    CHECK(s.called(House::HLR, "STILL_NOT_ARRIVED"));
    s.step("3.16", "10:40", "And so on, for as long as nobody has said where she is");
    CHECK(times_called() == before + 2);
    s.expect("OPEN/HANDOFF | ″, ″, NOT_ARRIVED");
    for (const House house : {House::JUN, House::ALD, House::TID, House::HRB2})
        CHECK_FALSE(s.called(house, "NOT_ARRIVED"));
    s.found_late();
}

TEST_CASE("S3 3.17: another time is agreed, and the alarm stands until the house has agreed") {
    Trouble s("S3-3.17-later", "Another time");
    s.under_way();
    s.they_leave();
    s.step("3.16", "9:05", "Two hours after the window");
    s.expect("OPEN/HANDOFF | –, –, NOT_ARRIVED");
    s.step("3.17", "9:30", "She is safe, and comes tomorrow");
    s.plans("20:00", "22:00");
    s.expect("OPEN/HANDOFF | –, –, NOT_ARRIVED");
    s.cleo.does("agrees", "leg.plan", {{"id", s.leg(House::LAN)}, {"person", "the day worker"}});
    s.expect("OPEN/HANDOFF | –, –, HANDOFF_SCHEDULED");
}

TEST_CASE("S3 3.20: a partner does not call back for a week: two persons open what it shared") {
    Trouble s("S3-3.20-silent", "Nobody calls back");
    Person lara(s, House::LAN, "Lara", "SHELTER_SUPERVISOR");
    s.step("3.20", "1:00", "Lantern House has a bed, and knows her name");
    s.firm_at_lantern();
    s.shared_with_lantern();
    s.expect("OPEN/CONFIRMED | –, –, ACCEPTED");
    s.backed_up_at_lantern();
    s.step("3.20", "3:00", "The machine dies; two holders open the backup of that night");
    restore(s.node(House::LAN), s.backup, s.holders, s.world().random());
    s.world().pump();
    for (const House house : s.houses())
        if (house != House::LAN && house != House::HLR) s.meets_again(house, House::LAN);
    s.admits(House::LAN, schema::FindingKind::ENTRIES_LOST);
    s.expect("″ | ″, ″, ″");
    s.cleo.refused("wants to read her name", "grant.open", name_at_lantern(s));
    s.lena.refused("wants to open it without Harbor Light", "peer.reopen", harbor_light);
    s.step("3.20", "8d", "Nobody at Harbor Light has called back for a week");
    CHECK(s.called(House::LAN, "RESYNC_AWAITED"));
    const Json waits =
        s.lena.does("asks for a second person to open it", "peer.reopen", harbor_light);
    CHECK(waits.bool_at("needs_second_person"));
    s.lena.refused("agrees to her own request", "approval.give", {{"id", waits.text_at("id")}});
    lara.does("agrees", "approval.give", {{"id", waits.text_at("id")}});
    CHECK(s.node(House::LAN).logged(schema::Machine::NODE, opened_without_its_word) == 1);
    s.expect("OPEN/CONFIRMED | –, –, ACCEPTED");
    const Json read = s.cleo.does("reads her name", "grant.open", name_at_lantern(s));
    CHECK(member(read, "record").find("preferred_name") != nullptr);
    s.sees(House::LAN, "what was shared with it; that two persons decided so is in the log");
    s.expect("″ | ″, ″, ″");
}

TEST_CASE("S3 3.21: a house leaves for good: what it holds is counted as out of reach") {
    Trouble s("S3-3.21", "A house leaves the network");
    s.step("3.21", "1:00", "Lantern House knows her name when it closes for good");
    s.firm_at_lantern();
    const std::string release = s.ada
                                    .does("drafts a release",
                                          "release.new",
                                          {{"case", s.case_id},
                                           {"to", name_of(House::LAN)},
                                           {"fields", listed("preferred_name")},
                                           {"purpose", "PURPOSE_PLACEMENT"}})
                                    .text_at("id");
    for (const char* signer : {"MINOR", "GUARDIAN"})
        s.ada.does("reads it aloud; it is signed",
                   "release.sign",
                   {{"id", release},
                    {"signer", signer},
                    {"name", std::string("invented ") + signer},
                    {"read-back", true},
                    {"authority", "AUTHORITY_PARENT"}});
    s.expect("OPEN/CONFIRMED | –, –, ACCEPTED");
    s.switch_off(House::LAN);
    s.step("3.21", "2:00", "Its machine is gone; somebody there is reached by telephone");
    s.ada.does("asks for the bed to be let go",
               "leg.cancel",
               {{"id", s.leg(House::LAN)}, {"code", "CANCEL_WANTS_OTHER_PLACE"}});
    s.grace.does("heard it confirmed on the telephone",
                 "leg.phone-cancelled",
                 {{"id", s.leg(House::LAN)}, {"person", "the manager"}, {"number", "555-0131"}});
    s.expect("OPEN/INQUIRING | –, –, CANCEL_CONFIRMED");
    s.step("3.21", "9d", "It never said that it has erased what it was given");
    CHECK(s.called(House::HLR, "ERASURE_OVERDUE"));
    CHECK(s.called(House::HLR, "CONTROL_NOT_DELIVERED"));
    const Json list = s.eye(House::HLR, "grant.list", {{"all", true}});
    const Json grant = item_with(member(list, "grants"), "peer", name_of(House::LAN));
    CHECK(grant.text_at("state") == "ERASURE_OVERDUE");
    s.grace.does(
        "writes down that they are gone", "grant.unreachable", {{"id", grant.text_at("id")}});
    CHECK(s.eye(House::HLR, "node.status").int_at("erasures_unreachable") == 1);
    CHECK_FALSE(s.called(House::HLR, "ERASURE_OVERDUE"));
}

TEST_CASE("S3 3.22: a line of the log is taken out, and the log says which") {
    Trouble s("S3-3.22", "A line is missing");
    s.wrong_house();
    s.step("3.22", "13:00", "Somebody who may do so deletes one line of the log");
    REQUIRE(s.node(House::HLR).home().store.write([](node::Transaction& tx) -> Outcome {
        return tx.run("DELETE FROM leaf WHERE idx=5");
    }));
    const Error error = s.grace.refused("checks the log", "audit.verify");
    CHECK(error.detail.find("5") != std::string::npos);
}

TEST_CASE("S3 3.25: a card is erased at its time, although an incident about it is open") {
    Trouble s("S3-3.25", "Erased on time, incident or not");
    s.step("3.25", "0:10", "Two houses are asked; something is wrong with what Juniper House got");
    s.asks(House::JUN);
    s.firm_at_lantern();
    s.ada.does("opens an incident",
               "incident.open",
               {{"kind", "INCIDENT_MISDIRECTED"}, {"leg", s.leg(House::JUN)}});
    s.expect("OPEN/CONFIRMED | –, NOT_SELECTED, ACCEPTED");
    s.step("3.25", "26:00", "A day later the card is gone at Juniper House; the incident is not");
    CHECK(s.bea.looks("leg.show", {{"id", s.leg(House::JUN)}}).text_at("card") == "erased");
    CHECK(s.incident(House::HLR, "INCIDENT_MISDIRECTED").text_at("state") == "OPEN");
    s.expect("OPEN/CONFIRMED | –, NOT_SELECTED, ACCEPTED");
}

}  // namespace leeward::test
