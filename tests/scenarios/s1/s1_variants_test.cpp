// What else can become of the same evening.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/scenarios/s1/placement.h"
#include "tests/support/words.h"

namespace leeward::test {
namespace {

bool holds(const std::vector<std::string>& all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

Args by_phone(const std::string& leg) {
    return {{"id", leg}, {"person", "the night worker"}, {"number", "555-0140"}};
}

}  // namespace

TEST_CASE("S1 1.a: she takes longer than the bed is held, and the shelter is asked once more") {
    Placement s("S1-1.a", "The hold runs out");
    s.up_to_the_lapse();
    s.step("1.a", "26:20", "She asks for more time; the bed was held until 26:10");
    s.expect("OPEN/INQUIRING | WAITLISTED, LAPSED, LAPSED");
    CHECK(s.leg_at(House::HLR, s.leg(House::LAN)).text_at("reason") == "HOLD_EXPIRED");
    s.ada.does("asks Lantern House once more", "leg.ask-again", {{"id", s.leg(House::LAN)}});
    s.expect("″ | ″, SEEN, ″");
    s.cleo.does("offers it again", "leg.offer", {{"id", s.leg(House::LAN)}});
    s.expect("OPEN/OPTIONS | ″, OFFERED, ″");
}

TEST_CASE("S1 1.b: the bed is gone after she chose it, and the search goes on") {
    Placement s("S1-1.b-chosen", "The bed is gone before it was firm");
    s.up_to_the_choice();
    s.step("1.b", "25:10", "The bed is gone");
    s.cleo.does("says so", "leg.decline", {{"id", s.leg(House::LAN)}, {"code", "VACANCY_GONE"}});
    s.expect("OPEN/INQUIRING | WAITLISTED, DECLINED, LAPSED");
}

TEST_CASE("S1 1.b: a firm bed is lost, and what was read of her is erased") {
    Placement s("S1-1.b-firm", "The bed is lost after a firm yes");
    s.up_to_a_firm_bed();
    s.released();
    s.opened();
    s.step("1.b", "26:00", "The house must close; they have phoned first");
    s.lena.does("says that the bed is lost",
                "leg.lost",
                {{"id", s.leg(House::LAN)},
                 {"code", "EMERGENCY_CLOSURE"},
                 {"by-phone", "the director"},
                 {"number", "555-0131"}});
    s.expect("OPEN/INQUIRING | NOT_SELECTED, BED_LOST, LAPSED");
    s.lena.refused("looks for her name once more",
                   "grant.open",
                   {{"id", s.grant}, {"purpose", "PURPOSE_INTAKE"}});
    s.step("1.b", "26:01", "A minute later nothing of it is left there, and both know it");
    s.expect("″ | ″, ″, ″");
    for (const House house : {House::LAN, House::HLR}) {
        const Json held = s.eye(house, "grant.list", {{"all", true}});
        CHECK_FALSE(held.array_at("grants").empty());
        for (const auto& one : held.array_at("grants"))
            CHECK(one.text_at("state") == "ERASURE_ATTESTED");
    }
}

TEST_CASE("S1 1.b: a no that left before the choice came is said again, and both show it") {
    Placement s("S1-1.b-crossing", "The no and the choice cross on the way");
    s.up_to_the_lapse();
    s.step("1.b", "25:00", "The house says no in the minute in which she chooses it");
    s.cleo.does(
        "says no", "leg.decline", {{"id", s.leg(House::LAN)}, {"code", "DECLINE_NO_CAPACITY"}});
    s.chooses(House::LAN);
    CHECK(s.leg_at(House::HLR, s.leg(House::LAN)).text_at("state") == "SELECTED");
    s.expect("OPEN/INQUIRING | WAITLISTED, DECLINED, LAPSED");
}

TEST_CASE("S1 1.c: nobody can take her; it is counted, and a late yes is still a yes") {
    Placement s("S1-1.c", "Nobody has a place");
    s.written_down();
    s.measured();
    s.figures_held();
    s.asked_while_all_are_there();
    s.step("1.c", "0:30", "Two have no place; at Quay Cottage nobody looks");
    for (auto* who : {&s.bea, &s.cleo}) {
        const std::string leg = s.leg(who->house());
        who->does("opens the card", "leg.show", {{"id", leg}});
        who->does("says no", "leg.decline", {{"id", leg}, {"code", "DECLINE_NO_CAPACITY"}});
    }
    s.expect("OPEN/INQUIRING | DECLINED, DECLINED, DELIVERED");
    s.step("1.c", "24:15", "The time of Quay Cottage has run out too");
    s.expect("OPEN/UNPLACED | DECLINED, DECLINED, LAPSED");
    CHECK(holds(s.notices(House::HLR), "NEED_UNPLACED"));
    s.ada.does("writes down why, and that she is safe for tonight",
               "need.unplaced",
               {{"id", s.need()}, {"code", "UNMET_NO_CAPACITY_ANYWHERE"}, {"interim-stay", "yes"}});
    s.expect("OPEN/UNPLACED | ″, ″, ″");
    s.step("1.c", "30:00", "Somebody at Quay Cottage finds the card, while it is still there");
    s.mia.does("opens the card", "leg.show", {{"id", s.leg(House::QUA)}});
    s.mia.does("has a bed after all", "leg.offer", {{"id", s.leg(House::QUA)}});
    s.expect("OPEN/OPTIONS | DECLINED, DECLINED, OFFERED");
}

TEST_CASE("S1 1.f: a yes by telephone holds the bed; a name waits for the shelter's own yes") {
    Placement s("S1-1.f", "Yes by telephone");
    s.up_to_the_telephone();
    s.step("1.f", "2:00", "The plan is agreed by telephone, and they leave");
    s.ada.does("writes down the plan",
               "leg.plan",
               {{"id", s.leg(House::QUA)},
                {"window-start", s.moment("3:00")},
                {"window-end", s.moment("4:00")},
                {"code-word", "lamplight"}});
    s.ada.does("says that they have left", "leg.departed", {{"id", s.leg(House::QUA)}});
    s.expect("OPEN/HANDOFF | WAITLISTED, DELIVERED, IN_TRANSIT");
    s.signs_for(House::QUA);
    CHECK(s.readable_grants() == 0);
    s.nobody_saw("her name: the shelter itself has not said yes");
    s.step("1.f", "3:00", "Quay Cottage comes back: confirm or decline");
    s.switch_on(House::QUA);
    s.step("1.f", "3:20", "Its node knows of the yes by telephone");
    s.mia.does("confirms what her colleague said", "leg.confirm", {{"id", s.leg(House::QUA)}});
    s.expect("OPEN/HANDOFF | NOT_SELECTED, NOT_SELECTED, IN_TRANSIT");
    CHECK_FALSE(s.grant_with(House::QUA, "given_name").empty());
}

TEST_CASE("S1 1.f: a yes by telephone that nobody confirms calls both supervisors") {
    Placement s("S1-1.f-unconfirmed", "Yes by telephone, never confirmed");
    s.up_to_the_telephone();
    s.step("1.f", "2:00", "Quay Cottage comes back; nobody there confirms");
    s.switch_on(House::QUA);
    s.step("1.f", "27:30", "A day later");
    CHECK(holds(s.notices(House::HLR), "PHONE_YES_NOT_CONFIRMED"));
    CHECK(holds(s.notices(House::QUA), "CONFIRM_PHONE_YES"));
}

TEST_CASE("S1 1.f: its node never comes back; she arrives all the same, and no alarm rings") {
    Placement s("S1-1.f-never", "Yes by telephone, and handed over by telephone");
    s.up_to_the_telephone();
    s.step("1.f", "2:00", "They leave");
    s.ada.does("writes down the plan",
               "leg.plan",
               {{"id", s.leg(House::QUA)},
                {"window-start", s.moment("3:00")},
                {"window-end", s.moment("4:00")},
                {"code-word", "lamplight"}});
    s.ada.does("says that they have left", "leg.departed", {{"id", s.leg(House::QUA)}});
    s.step("1.f", "4:10", "The house says by telephone that she is there");
    s.ada.does("writes it down", "leg.phone-arrived", by_phone(s.leg(House::QUA)));
    s.expect("OPEN/PLACED | NOT_SELECTED, NOT_SELECTED, ARRIVED");
    s.step("1.f", "8:00", "Nobody is called");
    CHECK_FALSE(holds(s.notices(House::HLR), "NOT_ARRIVED"));
}

TEST_CASE("S1 1.f: one worker had said no before the other said yes on the telephone") {
    Placement s("S1-1.f-declined", "A no in the system, a yes on the telephone");
    s.written_down();
    s.measured();
    s.figures_held();
    s.asked_while_all_are_there();
    s.step("1.f", "1:10", "One says yes on the telephone, another has said no a minute before");
    s.mia.does("opens the card", "leg.show", {{"id", s.leg(House::QUA)}});
    s.mia.does(
        "says no", "leg.decline", {{"id", s.leg(House::QUA)}, {"code", "DECLINE_NO_CAPACITY"}});
    s.ada.does("writes down the yes", "leg.phone-accepted", by_phone(s.leg(House::QUA)));
    CHECK(s.leg_at(House::HLR, s.leg(House::QUA)).text_at("state") == "PHONE_ACCEPTED");
    s.expect("OPEN/CONFIRMED | DELIVERED, DELIVERED, PHONE_ACCEPTED");
    s.mia.does("says it again, knowing of the call",
               "leg.decline",
               {{"id", s.leg(House::QUA)}, {"code", "DECLINE_NO_CAPACITY"}});
    s.expect("OPEN/INQUIRING | ″, ″, DECLINED");
}

TEST_CASE(
    "S1 1.g: an emergency: five are asked within a quarter of an hour, the first yes counts") {
    Emergency s;
    s.asked_in_one_act();
    s.phoned_after_ten_minutes();
    s.two_more_after_fifteen();
    s.the_first_answer_counts();
}

}  // namespace leeward::test
