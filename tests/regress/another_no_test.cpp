// Found by a review: a request for the review of one no was carried out on another that was said since, even by the
// supervisor who had said that one, and on an offer that followed. A supervisor's own late word did the same.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/seat.h"

namespace leeward::test {
namespace {

// A supervisor has said a no, somebody asks that it be upheld, and another supervisor returns it.
struct Returned {
    World world;
    TestNode& alder = world.node(0);
    TestNode& juniper = world.node(1);
    Asked asked;
    Seat night{juniper, "night desk", "SHELTER_INTAKE"};
    Seat grace{juniper, "supervisor", "SHELTER_SUPERVISOR"};
    Seat other{juniper, "day supervisor", "SHELTER_SUPERVISOR"};
    Seat third{juniper, "evening supervisor", "SHELTER_SUPERVISOR"};
    std::string request;

    explicit Returned(std::uint64_t seed)
        : world(seed, {"investigation", "shelter"}), asked(ask(world, alder, {&juniper})) {
        night.must("leg.show", Json::object({{"id", leg()}}));
        decline(grace);
        request = night.must("leg.review", review("REVIEW_UPHELD")).text_at("id");
        other.must("leg.review", review("REVIEW_RETURNED"));
        REQUIRE(state() == "SEEN");
    }
    [[nodiscard]] const std::string& leg() const { return asked.legs.front(); }
    std::string state() { return juniper.state_of(leg()); }
    [[nodiscard]] Json review(std::string_view code) const {
        return Json::object({{"id", leg()}, {"code", code}});
    }
    [[nodiscard]] Json the_request() const { return Json::object({{"id", request}}); }
    void decline(Seat& who) {
        who.must("leg.decline", Json::object({{"id", leg()}, {"code", "DECLINE_OTHER_REVIEWED"}}));
    }
    bool is_told(std::string_view code) {
        const auto notices = juniper.notices();
        return std::find(notices.begin(), notices.end(), code) != notices.end();
    }
    // Nothing is done for the old request, and a new one is about the no that there is.
    void the_old_request_is_void() {
        CHECK(other.must("approval.give", the_request()).text_at("state") == "VOID");
        CHECK(is_told("SECOND_PERSON_VOID"));
        CHECK(state() == "DECLINE_UNDER_REVIEW");
        const Json anew = night.must("leg.review", review("REVIEW_UPHELD"));
        other.must("approval.give", Json::object({{"id", anew.text_at("id")}}));
        CHECK(state() == "DECLINED");
    }
};

}  // namespace

TEST_CASE("a yes to the review of one no is none to that of another, and not hers who said it") {
    Returned r(966);
    r.decline(r.third);
    CHECK(r.third.refused("approval.give", r.the_request()).code == Errc::not_permitted);
    CHECK(r.state() == "DECLINE_UNDER_REVIEW");
    r.the_old_request_is_void();
}

TEST_CASE("nor to that of the next no of the same supervisor") {
    Returned r(967);
    r.decline(r.grace);
    r.the_old_request_is_void();
}

TEST_CASE(
    "a late yes to the review of a no takes no offer back, and no supervisor's own word does") {
    Returned r(968);
    r.night.must("leg.offer", Json::object({{"id", r.leg()}}));
    CHECK(r.other.refused("approval.give", r.the_request()).code == Errc::wrong_state);
    for (const auto* code : {"REVIEW_UPHELD", "REVIEW_RETURNED"})
        CHECK(r.third.refused("leg.review", r.review(code)).code == Errc::wrong_state);
    CHECK(r.state() == "OFFERED");
}

TEST_CASE("nobody is asked to review what is no decline") {
    Returned r(969);
    CHECK(r.night.refused("leg.review", r.review("REVIEW_UPHELD")).code == Errc::wrong_state);
    CHECK(r.juniper.count("SELECT count(*) FROM approval") == 1);
}

TEST_CASE("what a partner's supervisor has agreed to of one no is not done to another") {
    World world(970, {"investigation", "shelter"});
    TestNode& alder = world.node(0);
    TestNode& juniper = world.node(1);
    const std::string leg = ask(world, alder, {&juniper}).legs.front();
    Seat night(juniper, "night desk", "SHELTER_INTAKE");
    juniper.must("approval.outside", Json::object({{"peer", alder.name()}}));
    const auto decline = [&] {
        juniper.must("leg.decline",
                     Json::object({{"id", leg}, {"code", "DECLINE_OTHER_REVIEWED"}}));
    };
    const auto upheld = [&] {
        return night.must("leg.review", Json::object({{"id", leg}, {"code", "REVIEW_UPHELD"}}));
    };
    const auto agree = [&] {
        world.pump();
        const Json list = alder.must("approval.list");
        for (const Json& one : list.array_at("for_partners"))
            if (!one.bool_at("in_effect"))
                alder.must("approval.give", Json::object({{"id", one.text_at("id")}}));
        world.pump();
    };
    night.must("leg.show", Json::object({{"id", leg}}));
    decline();
    REQUIRE(upheld().bool_at("needs_second_person"));
    agree();
    night.must("leg.review",
               Json::object({{"id", leg},
                             {"code", "REVIEW_RETURNED"},
                             {"by-phone", "the director of the other house"},
                             {"number", "555-0142"}}));
    REQUIRE(juniper.state_of(leg) == "SEEN");
    decline();
    CHECK(upheld().bool_at("needs_second_person"));
    CHECK(juniper.state_of(leg) == "DECLINE_UNDER_REVIEW");
    agree();
    upheld();
    CHECK(juniper.state_of(leg) == "DECLINED");
}

TEST_CASE(
    "a no that was said at once is still reviewed when a choice has crossed it, and only once") {
    World world(971, {"investigation", "shelter"});
    TestNode& alder = world.node(0);
    TestNode& juniper = world.node(1);
    const Asked asked = ask(world, alder, {&juniper}, "PLACEMENT", "EMERGENCY");
    const std::string& leg = asked.legs.front();
    Seat grace(juniper, "supervisor", "SHELTER_SUPERVISOR");
    offer(world, juniper, leg);
    juniper.must("leg.decline", Json::object({{"id", leg}, {"code", "DECLINE_OTHER_REVIEWED"}}));
    const auto said = juniper.count("SELECT answer_counter FROM leg");
    choose(world, alder, asked.need, leg);
    REQUIRE(juniper.state_of(leg) == "DECLINED");
    REQUIRE(juniper.count("SELECT answer_counter FROM leg") > said);  // said again by the node
    const Json upheld = Json::object({{"id", leg}, {"code", "REVIEW_UPHELD"}});
    grace.must("leg.review", upheld);
    CHECK(grace.refused("leg.review", upheld).code == Errc::wrong_state);
}

}  // namespace leeward::test
