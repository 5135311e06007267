// Found by a review: a supervisor who had said no could review it herself. She only had to let a colleague ask
// for the review, and agree to that as the second person, in the room or by telephone; or a colleague said the no
// again, which made it his and sent it without any review; or the request
// was answered once the card was erased, and with it who had said no. Where the review upheld it then, the referrer
// was told no reason: that stood in the card, too.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/seat.h"

namespace leeward::test {
namespace {

// A shelter where a supervisor has said a no that somebody else must look at.
struct SaidNo {
    World world;
    TestNode& juniper = world.node(1);
    Asked asked;
    Seat night{juniper, "night desk", "SHELTER_INTAKE"};
    Seat grace{juniper, "supervisor", "SHELTER_SUPERVISOR"};
    Seat other{juniper, "day supervisor", "SHELTER_SUPERVISOR"};

    explicit SaidNo(std::uint64_t seed, std::string_view priority = "URGENT")
        : world(seed, {"investigation", "shelter"}),
          asked(ask(world, world.node(0), {&juniper}, "PLACEMENT", priority)) {
        night.must("leg.show", Json::object({{"id", leg()}}));
        grace.must("leg.decline",
                   Json::object({{"id", leg()}, {"code", "DECLINE_OTHER_REVIEWED"}}));
    }
    [[nodiscard]] const std::string& leg() const { return asked.legs.front(); }
    [[nodiscard]] Json upheld() const {
        return Json::object({{"id", leg()}, {"code", "REVIEW_UPHELD"}});
    }
    [[nodiscard]] Json upheld_by_phone(std::string_view who) const {
        return upheld().set("by-phone", who).set("number", "555-0142");
    }
    void pass_until_erased() {
        world.pass(std::chrono::hours(30), std::chrono::hours(2));
        REQUIRE(juniper.count("SELECT count(*) FROM leg WHERE erased>0") == 1);
        for (Seat* seat : {&grace, &other})
            REQUIRE(seat->start_shift());
    }
    // Under review, whatever let its day come.
    void erase_card() {
        REQUIRE(juniper.home().store.write(
            [](node::Transaction& tx) { return tx.run("UPDATE leg SET erase_by=1"); }));
        world.pass(std::chrono::minutes(1), std::chrono::minutes(1));
        REQUIRE(juniper.count("SELECT count(*) FROM leg WHERE erased>0") == 1);
    }
    // The referrer's time for an answer is over before anybody has reviewed the no.
    void lapse() {
        world.pump();
        REQUIRE(world.node(0).home().store.write(
            [](node::Transaction& tx) { return tx.run("UPDATE leg SET answer_from=1,timer=1"); }));
        world.pass(std::chrono::minutes(1), std::chrono::minutes(1));
        REQUIRE(juniper.state_of(leg()) == "LAPSED");
    }
    std::int64_t kept() {
        return juniper.count(
            "SELECT count(*) FROM leg WHERE declined_by IS NOT NULL OR declined_reason<>''");
    }
    Json only_approval() {
        const Json list = other.must("approval.list", Json::object({{"all", true}}));
        REQUIRE(list.array_at("approvals").size() == 1);
        return list.array_at("approvals").front();
    }
};

Json id_of(const Json& approval) {
    return Json::object({{"id", approval.text_at("id")}});
}

}  // namespace

TEST_CASE(
    "whoever said a no does not answer the request for its review, and another supervisor does") {
    SaidNo s(946);
    const Json waits = s.night.must("leg.review", s.upheld());
    REQUIRE(waits.bool_at("needs_second_person"));
    CHECK(s.grace.refused("approval.give", id_of(waits)).code == Errc::not_permitted);
    CHECK(s.grace.refused("approval.refuse", id_of(waits)).code == Errc::not_permitted);
    CHECK(s.only_approval().text_at("state") == "ASKED");
    CHECK(s.juniper.state_of(s.leg()) == "DECLINE_UNDER_REVIEW");
    s.other.must("approval.give", id_of(waits));
    CHECK(s.juniper.state_of(s.leg()) == "DECLINED");
}

TEST_CASE("whoever said a no is not the one who is telephoned for its review") {
    SaidNo s(947);
    CHECK(s.night.refused("leg.review", s.upheld_by_phone("supervisor")).code ==
          Errc::not_permitted);
    CHECK(s.juniper.count("SELECT count(*) FROM approval") == 0);
    CHECK(s.juniper.state_of(s.leg()) == "DECLINE_UNDER_REVIEW");
    s.night.must("leg.review", s.upheld_by_phone("day supervisor"));
    CHECK(s.juniper.state_of(s.leg()) == "DECLINED");
}

TEST_CASE("a no that is under review is not said again, by a colleague or by herself") {
    SaidNo s(956);
    for (Seat* who : {&s.night, &s.grace})
        for (const auto* code : {"DECLINE_OTHER_REVIEWED", "DECLINE_NO_CAPACITY"})
            CHECK(
                who->refused("leg.decline", Json::object({{"id", s.leg()}, {"code", code}})).code ==
                Errc::wrong_state);
    CHECK(s.juniper.state_of(s.leg()) == "DECLINE_UNDER_REVIEW");
    CHECK(s.grace.must("leg.review", s.upheld()).bool_at("needs_second_person"));
    s.other.must("leg.review", s.upheld());
    CHECK(s.juniper.state_of(s.leg()) == "DECLINED");
}

TEST_CASE("whoever said a no does not countersign its review for somebody who works elsewhere") {
    SaidNo s(948);
    s.night.must("leg.review", s.upheld_by_phone("the director of the other house"));
    CHECK(s.grace.refused("approval.give", id_of(s.only_approval())).code == Errc::not_permitted);
    CHECK(s.only_approval().text_at("state") == "PHONED");
    s.other.must("approval.give", id_of(s.only_approval()));
    CHECK(s.only_approval().text_at("state") == "COUNTERSIGNED");
}

TEST_CASE("whoever said a no does not countersign its review when the card is erased either") {
    SaidNo s(957);
    s.night.must("leg.review", s.upheld_by_phone("the director of the other house"));
    const Json id = id_of(s.only_approval());
    s.pass_until_erased();
    CHECK(s.grace.refused("approval.give", id).code == Errc::not_permitted);
    s.other.must("approval.give", id);
    CHECK(s.only_approval().text_at("state") == "COUNTERSIGNED");
}

TEST_CASE(
    "whoever said a no in an emergency does not agree to its review when the card is erased") {
    SaidNo s(958, "EMERGENCY");
    const Json waits = s.night.must("leg.review", s.upheld());
    REQUIRE(waits.bool_at("needs_second_person"));
    s.pass_until_erased();
    CHECK(s.grace.refused("approval.give", id_of(waits)).code == Errc::not_permitted);
    CHECK(s.grace.refused("approval.refuse", id_of(waits)).code == Errc::not_permitted);
    CHECK(s.only_approval().text_at("state") == "ASKED");
}

TEST_CASE(
    "the reason of a no that is upheld reaches the referrer though its card is erased meanwhile") {
    SaidNo s(959);
    s.erase_card();
    s.other.must("leg.review", s.upheld());
    s.world.pump();
    const Json there = s.world.node(0).leg(s.leg());
    CHECK(there.text_at("state") == "DECLINED");
    CHECK(there.text_at("reason") == "DECLINE_OTHER_REVIEWED");
    CHECK(s.juniper.count("SELECT count(*) FROM leg WHERE declined_reason<>''") == 0);
}

TEST_CASE("so does that of a no whose reason an older version has kept in the card alone") {
    SaidNo s(960);
    REQUIRE(s.juniper.home().store.write(
        [](node::Transaction& tx) { return tx.run("UPDATE leg SET declined_reason=''"); }));
    s.other.must("leg.review", s.upheld());
    s.world.pump();
    CHECK(s.world.node(0).leg(s.leg()).text_at("reason") == "DECLINE_OTHER_REVIEWED");
}

// Found by a review: a no whose question ended first is never reviewed, and both stood in the row for ever.
TEST_CASE("who said a no, and why, goes where its question ends before the review") {
    SaidNo s(961);
    REQUIRE(s.kept() == 1);
    s.lapse();
    CHECK(s.kept() == 0);
    s.pass_until_erased();
    CHECK(s.kept() == 0);
}

}  // namespace leeward::test
