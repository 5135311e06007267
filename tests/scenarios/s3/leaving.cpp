// Rows 3.20 and 3.21: a machine that comes back as it was days ago, and a house that leaves.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include "tests/scenarios/rules.h"
#include "tests/scenarios/s3/trouble.h"
#include "tests/support/words.h"

namespace leeward::test {
namespace {

// Whoever has set up the node signs in again at its first desk.
TestNode& first_desk(TestNode& node) {
    REQUIRE(
        node.serve(::geteuid(),
                   {"shift.start", Json::object({{"name", "desk 1"}}), node::Act::PERFORM, {}, 0},
                   {std::string(passphrase_of_all)}));
    return node;
}

bool finds(const schema::AuditReport& report, schema::FindingKind kind) {
    return std::any_of(report.findings.begin(), report.findings.end(), [kind](const auto& one) {
        return one.kind == kind;
    });
}

}  // namespace

void Trouble::backed_up_at_lantern() {
    step("3.20", "1:45", "By night Lantern House makes its backup, for three holders");
    name_holders(node(House::LAN), holders);
    backup = back_up(node(House::LAN));
    sees(House::LAN, "any two of the three open it");
}

void Trouble::restored_at_lantern() {
    step("3.20", "5d", "Lantern House's machine dies; two holders open the backup of that night");
    const std::string held =
        eye(House::HLR, "peer.held", {{"peer", name_of(House::LAN)}}).text_at("file");
    restore(node(House::LAN), backup, holders, world().random(), held);
    aside("At Lantern House a new machine stands, from the old copy.");
    CHECK(leg_at(House::LAN, leg(House::LAN)).is_null());
    world().pump();
    step("3.20", "121:00", "The partners call back, and compare their words again");
    for (const House house : houses())
        if (house != House::LAN) meets_again(house, House::LAN);
    CHECK(finds(audit(*this), schema::FindingKind::ENTRIES_LOST));
    admits(House::LAN, schema::FindingKind::ENTRIES_LOST);
    expect("OPEN/CLOSED | ″, ″, ″");
    sees(House::LAN, "the placement, as Harbor Light has it: what was acknowledged is not lost");
}

void Trouble::meets_again(House here, House there) {
    TestNode& one = first_desk(node(here));
    TestNode& other = first_desk(node(there));
    pair_up(one, other);
    world().pump();
    const Json list = eye(here, "peer.list");
    CHECK(item_with(member(list, "peers"), "name", name_of(there)).text_at("alarm") ==
          "LOG_RESTORED");
    compare_words(one, other);
    compare_words(other, one);
    world().pump();
}

void Trouble::juniper_leaves() {
    step("3.21", "192:20", "Juniper House closes for good");
    const std::string asked = leg(House::JUN);
    const Json waits = first_desk(node(House::JUN)).must("node.retire");
    CHECK(waits.bool_at("needs_second_person"));
    rosa.does("agrees that the house leaves", "approval.give", {{"id", waits.text_at("id")}});
    world().pump();
    for (const House house : {House::HLR, House::HRB2, House::LAN})
        CHECK(called(house, "PARTNER_RETIRED"));
    CHECK(leg_at(House::HRB2, asked).text_at("state") == "LAPSED");
    CHECK(item_with(member(eye(House::HRB2, "peer.list"), "peers"), "name", name_of(House::JUN))
              .text_at("state") != "active");
    for (int hour = 1; hour <= 10 && node(House::JUN).waiting() > 0; ++hour)
        world().pass(std::chrono::hours(1));
    node(House::JUN).look_after_home();
    CHECK(node(House::JUN).stopping());
    switch_off(House::JUN);
    sees(House::HRB2, "Juniper House has left; what it was asked is over, and what it held erased");
}

}  // namespace leeward::test
