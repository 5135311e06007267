// S3 3.23 and 3.24: a clock that is days ahead, a full disk, a log that signs nothing, a frozen
// partner. Whatever closes, warns or protects goes on; what discloses waits.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/scenarios/s3/trouble.h"
#include "tests/support/words.h"

namespace leeward::test {
namespace {

// Lantern House has a bed for her and has been told what she must not eat.
class Machines : public Trouble {
public:
    Machines(std::string name,
             std::string_view title,
             const std::vector<House>& on_small_disks = {})
        : Trouble(std::move(name), title, on_small_disks) {
        step("3.24", "1:00", "Lantern House has a bed, and knows what she must not eat");
        firm_at_lantern();
        release = draft("allergies");
        signed_by_both(release);
        expect("OPEN/CONFIRMED | –, –, ACCEPTED");
        grant = grants().front().text_at("id");
    }

    std::string release;
    std::string grant;

    [[nodiscard]] Json::Array grants() {
        const Json list = eye(House::LAN, "grant.list", {{"all", true}});
        return *member(list, "grants").as_array();
    }
    [[nodiscard]] std::string draft(std::string_view fields,
                                    std::string_view purpose = "PURPOSE_PLACEMENT") {
        return ada
            .does("drafts a release to Lantern House",
                  "release.new",
                  {{"case", case_id},
                   {"to", name_of(House::LAN)},
                   {"fields", listed(fields)},
                   {"purpose", purpose}})
            .text_at("id");
    }
    void signed_by_both(const std::string& id) {
        for (const char* signer : {"MINOR", "GUARDIAN"})
            ada.does("reads it aloud; it is signed",
                     "release.sign",
                     {{"id", id},
                      {"signer", signer},
                      {"name", std::string("invented ") + signer},
                      {"read-back", true},
                      {"authority", "AUTHORITY_PARENT"}});
    }
    void allergies_are_read() {
        const Json read = cleo.does("looks up what she must not eat",
                                    "grant.open",
                                    {{"id", grant}, {"purpose", "PURPOSE_INTAKE"}});
        CHECK_FALSE(member(read, "record").text_at("allergies").empty());
    }
    void papers_are_withdrawn() {
        ada.does("withdraws the release: she said so", "release.withdraw", {{"id", release}});
        expect("OPEN/CONFIRMED | –, –, ACCEPTED");
        cleo.refused("wants to read it once more",
                     "grant.open",
                     {{"id", grant}, {"purpose", "PURPOSE_INTAKE"}});
    }
    void bed_is_let_go() {
        ada.does("lets the bed go",
                 "leg.cancel",
                 {{"id", leg(House::LAN)}, {"code", "CANCEL_WANTS_OTHER_PLACE"}});
        world().pump();
        CHECK(leg_at(House::LAN, leg(House::LAN)).text_at("ask") == "CANCEL_REQUESTED");
    }
    [[nodiscard]] std::string light(House house, std::string_view check) {
        const Json doctor = eye(house, "node.doctor");
        return item_with(member(doctor, "checks"), "check", check).text_at("light");
    }
};

}  // namespace

TEST_CASE("S3 3.23: a clock three days ahead ends nothing for good, loses no key, and is shown") {
    Machines s("S3-3.23", "A clock that is three days ahead");
    s.step("3.23", "2:00", "At Lantern House the clock is three days ahead");
    TestNode& lantern = s.node(House::LAN);
    const auto keys = lantern.home().keyring.names().size();
    TestClock fast;
    fast.move(std::chrono::seconds(s.seconds() - fast.seconds()) + std::chrono::hours(72));
    lantern.close();
    lantern.use_clock(fast);
    lantern.open();
    const Scenario::OnTheWay own_clock(s);
    s.expect("OPEN/CONFIRMED | –, –, ACCEPTED");
    s.allergies_are_read();
    CHECK(lantern.home().keyring.names().size() >= keys);
    CHECK(s.light(House::HLR, "clock") == "amber");
    s.sees(House::HLR, "Lantern's clock is days ahead: somebody should set it");
    s.step("3.23", "3:00", "The clock is right again");
    lantern.close();
    lantern.use_clock(s.world().clock());
    lantern.open();
    s.expect("OPEN/CONFIRMED | –, –, ACCEPTED");
    s.allergies_are_read();
    CHECK(s.light(House::LAN, "clock") != "red");
}

TEST_CASE("S3 3.24: with a full disk endings go out and are applied; nothing new is shared") {
    if (!SmallDisk::possible()) SKIP("mounting a small disk is not allowed here");
    Machines s("S3-3.24-disk", "The disk is full", {House::HLR});
    s.step("3.24", "2:00", "At Harbor Light the disk is full");
    s.disk(House::HLR).fill();
    const Error refused = s.ada.refused("drafts one more release",
                                        "release.new",
                                        {{"case", s.case_id},
                                         {"to", name_of(House::LAN)},
                                         {"fields", listed("preferred_name")},
                                         {"purpose", "PURPOSE_PLACEMENT"}});
    CHECK(refused.code == Errc::disk_full);
    CHECK(s.light(House::HLR, "disk") == "red");
    s.allergies_are_read();
    s.papers_are_withdrawn();
    s.bed_is_let_go();
    s.disk(House::HLR).make_room();
}

TEST_CASE("S3 3.24: with a log that signs nothing endings go out; what names somebody waits") {
    Machines s("S3-3.24-log", "The log signs nothing");
    s.step("3.24", "2:00", "At Harbor Light the log does not continue what it has signed");
    TestNode& harbor = s.node(House::HLR);
    REQUIRE(harbor.home().store.write([](node::Transaction& tx) -> Outcome {
        LEEWARD_TRY(tx.run("DELETE FROM signed_act WHERE leaf>=(SELECT max(idx)-3 FROM leaf)"));
        return tx.run("DELETE FROM leaf WHERE idx>=(SELECT max(idx)-3 FROM leaf)");
    }));
    harbor.close();
    harbor.open();
    const Scenario::OnTheWay broken_log(s);
    CHECK(s.light(House::HLR, "log") == "red");
    const std::string more = s.draft("preferred_name", "PURPOSE_MEDICAL");
    s.signed_by_both(more);
    s.world().pump();
    CHECK(s.grants().size() == 1);
    s.allergies_are_read();
    s.papers_are_withdrawn();
    s.bed_is_let_go();
}

TEST_CASE("S3 3.24: from a frozen partner endings are taken, and nothing that it discloses") {
    Machines s("S3-3.24-frozen", "A frozen partner");
    s.step("3.24", "2:00", "Lantern House holds two heads of Harbor Light's log that do not agree");
    TestNode& lantern = s.node(House::LAN);
    const auto harbor = s.node(House::HLR).desk().self.node();
    REQUIRE(lantern.home().store.write([&](node::Transaction& tx) -> Outcome {
        LEEWARD_TRY(
            tx.run("INSERT INTO log_dispute(node,kind,held,shown,found) "
                   "VALUES(?,1,'one head','another',0)",
                   harbor));
        return tx.run("UPDATE peer SET frozen=1 WHERE node=?", harbor);
    }));
    lantern.close();
    lantern.open();
    const std::string more = s.draft("preferred_name", "PURPOSE_MEDICAL");
    s.signed_by_both(more);
    s.world().pump();
    CHECK(s.grants().size() == 1);
    CHECK(s.called(House::HLR, "REFUSED_LOG_FROZEN"));
    s.allergies_are_read();
    s.papers_are_withdrawn();
    s.bed_is_let_go();
}

}  // namespace leeward::test
