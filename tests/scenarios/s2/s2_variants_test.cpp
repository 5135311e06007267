// What else can become of the same papers.
#include <catch2/catch_test_macros.hpp>

#include "tests/scenarios/s2/consent.h"
#include "tests/support/words.h"

namespace leeward::test {
namespace {

using States = std::vector<std::string>;

}  // namespace

TEST_CASE(
    "S2 2.a: a guardian turns out to be unsafe: what was shared is an incident, the bed stays") {
    Consent s("S2-2.a", "It should never have been valid");
    s.papers_in_force();
    s.step("2.a", "1:00", "The guardian who signed was unsafe");
    s.ada.refused("wants to say so alone",
                  "release.invalidate",
                  {{"id", s.release}, {"code", "RELEASE_INVALID_SIGNER"}});
    s.grace.does("says that it was never valid",
                 "release.invalidate",
                 {{"id", s.release}, {"code", "RELEASE_INVALID_SIGNER"}});
    s.expect("OPEN/CONFIRMED | ACCEPTED, –, –");
    CHECK(s.state_of_release(s.release) == "INVALIDATED");
    s.step("2.a", "1:02", "Juniper House has erased it, and says so");
    s.expect("OPEN/CONFIRMED | ACCEPTED, –, –");
    const Json list = s.eye(House::HLR, "incident.list", {{"all", true}});
    const auto& incidents = list.array_at("incidents");
    REQUIRE(incidents.size() == 2);  // what was read, and where to meet her
    for (const auto& one : incidents) {
        CHECK(one.text_at("kind") == "INCIDENT_INVALID_RELEASE");
        CHECK(one.text_at("state") == "CONTAINED");  // Juniper House has erased and attested it
    }
    CHECK(s.grants(House::HLR, House::JUN) == States{"ERASURE_ATTESTED", "ERASURE_ATTESTED"});
}

TEST_CASE("S2 2.b: she may receive the service alone; a lack of understanding cancels nothing") {
    Consent s("S2-2.b", "She signs alone");
    s.step("2.b", "0:10", "She may lawfully decide this herself");
    const auto alone = s.drafts(s.ada, House::JUN, "preferred_name,allergies", "PURPOSE_PLACEMENT");
    s.signs(s.ada,
            alone,
            "MINOR",
            "she herself",
            {{"capacity", listed("CAPACITY_KNOWS_WHAT")}, {"minor-alone", true}});
    s.expect("OPEN/CONFIRMED | ACCEPTED, –, –");
    CHECK(s.state_of_release(alone) == "PENDING_SIGNATURES");
    s.sees(House::HLR, "she did not yet say back what is shared and why: it is not enough alone");
    s.step("2.b", "0:20", "Her guardian signs too: that stands, whatever she could say back");
    s.signs(s.ada, alone, "GUARDIAN", "an aunt", {{"authority", "AUTHORITY_LEGAL_GUARDIAN"}});
    s.expect("OPEN/CONFIRMED | ACCEPTED, –, –");
    CHECK(s.state_of_release(alone) == "ACTIVE");
    s.step("2.b", "1:00", "Rested, she reads it again, and signs for her allergies alone");
    const auto again = s.drafts(s.ada, House::JUN, "allergies", "PURPOSE_MEDICAL");
    s.signs(s.ada,
            again,
            "MINOR",
            "she herself",
            {{"capacity", whole_capacity()}, {"minor-alone", true}});
    s.expect("OPEN/CONFIRMED | ACCEPTED, –, –");
    CHECK(s.state_of_release(again) == "ACTIVE");
    CHECK(s.state_of_release(alone) == "ACTIVE");
}

TEST_CASE("S2 2.c: she wants none of it; a week later she does, and new papers are signed") {
    Consent s("S2-2.c", "She withdraws the whole request");
    s.papers_in_force();
    s.step("2.c", "1:00", "She tells Ada that she does not want the place");
    s.ada.does("writes it down and reads it back",
               "need.withdraw",
               {{"id", s.placement}, {"reason", "WITHDRAW_SURVIVOR_ASKED"}, {"read-back", true}});
    s.expect("OPEN/WITHDRAWN | CANCEL_REQUESTED, –, –");
    CHECK(s.state_of_release(s.release) == "WITHDRAWN");
    s.bea.does("lets the bed go", "leg.cancel", {{"id", s.leg(House::JUN)}});
    s.expect("OPEN/WITHDRAWN | CANCEL_CONFIRMED, –, –");
    s.step("2.c", "7d", "She comes back");
    s.ada.does("takes it up again, on her word",
               "need.reopen",
               {{"id", s.placement}, {"code", "REOPEN_SURVIVOR_CAME_BACK"}, {"read-back", true}});
    s.expect("OPEN/READY | CANCEL_CONFIRMED, –, –");
    CHECK(s.state_of_release(s.release) == "WITHDRAWN");
    s.sees(House::HLR, "the old papers stay ended: whatever is shared now is signed anew");
}

TEST_CASE("S2 2.d: one click of a partner ends all sharing, and drops no bed") {
    Consent s("S2-2.d", "One partner's click");
    s.papers_in_force();
    s.step("2.d", "1:00", "At Tide a worker writes down that she wants nothing shared any more");
    s.tess.does("writes down: all of it",
                "release.withdraw",
                {{"leg", s.talk}, {"scope", "ALL"}, {"request", true}});
    s.expect("OPEN/PAUSED | ACCEPTED, –, –");
    CHECK(s.state_of_release(s.release) == "WITHDRAWN");
    CHECK(s.called(House::HLR, "WITHDRAWAL_HEARD"));
    s.step("2.d", "3:00", "She says that she only meant Tide");
    s.ada.does("heard it from her", "need.resume", {{"id", s.placement}});
    s.expect("OPEN/CONFIRMED | ACCEPTED, –, –");
    s.signed_and_read();
    s.expect("OPEN/CONFIRMED | ACCEPTED, –, –");
}

TEST_CASE("S2 2.d: a pause that nobody settles ends by itself after three days, and calls Grace") {
    Consent s("S2-2.d-silence", "One partner's click, and nobody hears her");
    s.step("2.d", "1:00", "At Tide a worker writes down that she wants nothing shared any more");
    s.tess.does("writes down: all of it", "release.withdraw", {{"leg", s.talk}, {"scope", "ALL"}});
    s.expect("OPEN/PAUSED | ACCEPTED, –, –");
    s.step("2.d", "73:30", "Three days later");
    s.expect("OPEN/CONFIRMED | ACCEPTED, –, –");
    CHECK(s.called(House::HLR, "NEED_RESUMED"));
}

TEST_CASE("S2 2.e: in the car the papers end; the plan, the word and the alarm remain") {
    Consent s("S2-2.e", "In the car");
    s.papers_in_force();
    s.under_way();
    s.step("2.e", "1:30", "On the way she says: do not share it any more");
    s.ada.does("ends it at once", "release.withdraw", {{"id", s.release}});
    s.expect("OPEN/HANDOFF | IN_TRANSIT, –, –");
    s.step("2.e", "1:32", "At Juniper House it is erased; how she comes, and when, is not");
    CHECK(s.bea.looks("grant.list").array_at("grants").empty());
    const Json theirs =
        s.bea.looks("leg.show", {{"id", s.leg(House::JUN)}, {"purpose", "PURPOSE_HANDOFF"}});
    CHECK(theirs.text_at("code_word") == "lamplight");
    const Error error =
        s.ada.refused("wants to cancel the bed",
                      "leg.cancel",
                      {{"id", s.leg(House::JUN)}, {"code", "CANCEL_NO_LONGER_NEEDED"}});
    CHECK(error.detail.find("under way") != std::string::npos);
    s.step("2.e", "3:00", "She is there");
    s.bea.does("says that she was handed over", "leg.arrived", {{"id", s.leg(House::JUN)}});
    s.expect("OPEN/PLACED | ARRIVED, –, –");
}

TEST_CASE("S2 2.e: the papers run out on the way, and a child that does not come is still missed") {
    Consent s("S2-2.e-missing", "The papers end on the way");
    s.papers_in_force();
    s.under_way();
    s.step("2.e", "1:30", "The papers are withdrawn");
    s.ada.does(
        "ends it at once", "release.withdraw", {{"case", s.case_id}, {"scope", "PLACEMENT"}});
    s.expect("OPEN/HANDOFF | IN_TRANSIT, –, –");
    s.step("2.e", "6:20", "Two hours after the window nobody has said that she is there");
    s.expect("OPEN/HANDOFF | NOT_ARRIVED, –, –");
    CHECK(s.called(House::HLR, "NOT_ARRIVED"));
    CHECK(s.called(House::JUN, "NOT_ARRIVED"));
}

TEST_CASE(
    "S2 2.f: it was cancelled, and she comes all the same: she is in the house on both sides") {
    Consent s("S2-2.f", "Arrival meets a cancel");
    s.papers_in_force();
    s.step("2.f", "1:00", "Ada cancels; nobody has told her");
    s.ada.does("asks to let the bed go",
               "leg.cancel",
               {{"id", s.leg(House::JUN)}, {"code", "CANCEL_WANTS_OTHER_PLACE"}});
    s.expect("OPEN/INQUIRING | CANCEL_REQUESTED, –, –");
    s.step("2.f", "2:00", "She stands at the door");
    s.bea.does("takes her in", "leg.arrived", {{"id", s.leg(House::JUN)}});
    s.expect("OPEN/PLACED | ARRIVED, –, –");
}

}  // namespace leeward::test
