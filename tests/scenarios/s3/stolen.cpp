// Rows 3.18 and 3.19: a machine is stolen, its organisation's keys are revoked, and what is said with them.
#include <catch2/catch_test_macros.hpp>

#include "tests/scenarios/s3/trouble.h"
#include "tests/support/words.h"

namespace leeward::test {
namespace {

constexpr std::string_view refused_keys =
    "SELECT count(*) FROM received WHERE refused='KEY_REVOKED'";

std::string state_of_lantern(Trouble& s, House at) {
    return s.eye(at, "peer.show", {{"peer", name_of(House::LAN)}}).text_at("state");
}

Json shared_there(Trouble& s) {
    const Json list = s.eye(House::HLR, "grant.list", {{"all", true}});
    return item_with(member(list, "grants"), "peer", std::string(name_of(House::LAN)));
}

std::string duty_line_of_lantern(Trouble& s) {
    const Json shown = s.eye(House::HLR, "peer.contact", {{"peer", name_of(House::LAN)}});
    return member(shown, "contact").text_at("duty_line");
}

}  // namespace

void Trouble::shared_with_lantern() {
    released = ada.does("drafts a release to Lantern House",
                        "release.new",
                        {{"case", case_id},
                         {"to", name_of(House::LAN)},
                         {"fields", listed("preferred_name")},
                         {"purpose", "PURPOSE_PLACEMENT"}})
                   .text_at("id");
    for (const char* signer : {"MINOR", "GUARDIAN"})
        ada.does("reads it aloud; it is signed",
                 "release.sign",
                 {{"id", released},
                  {"signer", signer},
                  {"name", std::string("invented ") + signer},
                  {"read-back", true},
                  {"authority", "AUTHORITY_PARENT"}});
    world().pump();
}

void Trouble::machine_stolen() {
    step("3.18", "9:40", "Lantern House is told her name");
    shared_with_lantern();
    expect("OPEN/PLACED | ″, ″, ARRIVED");
    step("3.18", "10:00", "At Lantern House the machine is stolen; she stays where she is");
    const auto words = node::revoke_with_backup(
        node(House::LAN).folder().string() + ".revoking",
        {backup, node(House::LAN).desk().self.node(), holders.pair(0, 2)},
        {"REVOKED_DEVICE_STOLEN", world().clock().now() - std::chrono::minutes(15)},
        world().clock().now());
    REQUIRE(words);
    aside("two recovery holders of Lantern House revoke its keys, from that copy");
    grace.does("takes the file, and phones Lantern House", "peer.revoke", {{"words", *words}});
    expect("″ | ″, ″, ″");
    for (const House house : {House::HLR, House::JUN, House::ALD, House::TID, House::HRB2}) {
        CHECK(state_of_lantern(*this, house) == "keys revoked");
        CHECK(called(house, "KEYS_REVOKED"));
        CHECK(incident(house, "INCIDENT_KEY_COMPROMISED").text_at("state") == "OPEN");
        sees(house, "the keys of Lantern House are revoked: nothing goes there, phone");
    }
    CHECK(shared_there(*this).text_at("state") == "ERASURE_REQUESTED");
    const Json shown = eye(House::HLR, "peer.show", {{"peer", name_of(House::LAN)}});
    CHECK(member(shown, "in_other_hands").array_at("shared").size() == 1);
    ada.refused("wants to send it all the same", "grant.send", {{"release", released}});
    ada.refused("compares words without new keys",
                "peer.verify",
                {{"peer", name_of(House::LAN)},
                 {"words",
                  "abandon abandon abandon abandon abandon abandon abandon abandon "
                  "abandon abandon abandon abandon"}});
}

void Trouble::old_keys_speak() {
    step("3.19",
         "10:10",
         "Whoever has the machine knows the passphrase, and gives a number of his own");
    const std::string before = duty_line_of_lantern(*this);
    const auto refused = node(House::HLR).count(refused_keys);
    lena.does("(not she) changes whom to phone",
              "peer.contact",
              {{"set", schema::to_json(schema::Contact{"555-0666", "", "", ""}).dump()}});
    expect("″ | ″, ″, ″");
    CHECK(duty_line_of_lantern(*this) == before);
    const std::string file =
        lena.does("(not she) carries it there", "courier.export", {{"peer", name_of(House::HLR)}})
            .text_at("file");
    const Error error = ada.refused("takes the file", "courier.import", {{"carried", file}});
    CHECK(error.code == Errc::untrusted);
    CHECK(node(House::HLR).count(refused_keys) > refused);
    CHECK(duty_line_of_lantern(*this) == before);
    sees(House::HLR,
         "refused: KEY_REVOKED; that it came is in the log, and nothing of what it said");
    expect("″ | ″, ″, ″");
    step("3.18", "34:30", "A day later nobody has yet been told who must be");
    CHECK(called(House::HLR, "NOTICES_DUE"));
    expect("″ | ″, ″, ″");
}

TEST_CASE(
    "S3 3.18, 3.19: a machine is stolen: no key of it opens anything any more, no bed is lost") {
    Trouble s("S3-3.18", "A machine is stolen");
    s.backed_up_at_lantern();
    s.under_way();
    s.they_leave();
    s.step("3.17", "6:00", "She is there");
    s.cleo.does("says that she is there", "leg.arrived", {{"id", s.leg(House::LAN)}});
    s.expect("OPEN/PLACED | –, –, ARRIVED");
    s.machine_stolen();
    s.old_keys_speak();
}

}  // namespace leeward::test
