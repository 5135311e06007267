// Found by a review: who had said a no at once, in an emergency, stood in the card alone. Once that was erased, before
// anybody had reviewed the no, the supervisor who had said it could review it herself.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/seat.h"

namespace leeward::test {
namespace {

constexpr std::string_view says_no = "DECLINE_OTHER_REVIEWED";

// A supervisor has said no, in an emergency unless it is said otherwise, and nobody has looked at it.
struct SaidAtOnce {
    World world;
    TestNode& juniper = world.node(1);
    Asked asked;
    Seat night{juniper, "night desk", "SHELTER_INTAKE"};
    Seat grace{juniper, "supervisor", "SHELTER_SUPERVISOR"};
    Seat other{juniper, "day supervisor", "SHELTER_SUPERVISOR"};

    explicit SaidAtOnce(std::uint64_t seed) : SaidAtOnce(seed, "EMERGENCY", says_no) {}
    SaidAtOnce(std::uint64_t seed, std::string_view priority, std::string_view code)
        : world(seed, {"investigation", "shelter"}),
          asked(ask(world, world.node(0), {&juniper}, "PLACEMENT", priority)) {
        night.must("leg.show", Json::object({{"id", leg()}}));
        grace.must("leg.decline", no(code));
        REQUIRE(juniper.state_of(leg()) == "DECLINED");
    }
    [[nodiscard]] const std::string& leg() const { return asked.legs.front(); }
    [[nodiscard]] Json no(std::string_view code) const {
        return Json::object({{"id", leg()}, {"code", code}});
    }
    // It is alive again, without a card.
    void offer_late() {
        grace.must("leg.offer", Json::object({{"id", leg()}}));
        REQUIRE(answer() == "OFFERED");
    }
    std::string answer() {  // at her seat, for the desk's own shift is over
        return grace.must("leg.list").array_at("legs").front().text_at("answer");
    }
    [[nodiscard]] Json upheld() const {
        return Json::object({{"id", leg()}, {"code", "REVIEW_UPHELD"}});
    }
    [[nodiscard]] Json returned() const { return no("REVIEW_RETURNED"); }
    void pass_until_erased() {
        world.pass(std::chrono::hours(30), std::chrono::hours(2));
        REQUIRE(juniper.count("SELECT count(*) FROM leg WHERE erased>0") == 1);
        for (Seat* seat : {&night, &grace, &other})
            REQUIRE(seat->start_shift());
    }
    std::int64_t kept() {
        return juniper.count("SELECT count(*) FROM leg WHERE declined_by IS NOT NULL");
    }
};

Json id_of(const Json& approval) {
    return Json::object({{"id", approval.text_at("id")}});
}

}  // namespace

TEST_CASE("whoever said a no at once does not review it herself once its card is erased") {
    SaidAtOnce s(1311);
    s.pass_until_erased();
    const Json waits = s.grace.must("leg.review", s.upheld());
    CHECK(waits.bool_at("needs_second_person"));
    CHECK(s.kept() == 1);
    s.other.must("leg.review", s.upheld());
    CHECK(s.kept() == 0);  // for as long as the review is owed
}

TEST_CASE("nor as the second person of whoever asks for the review then") {
    SaidAtOnce s(1312);
    s.pass_until_erased();
    CHECK(s.night
              .refused("leg.review",
                       s.upheld().set("by-phone", "supervisor").set("number", "555-0142"))
              .code == Errc::not_permitted);
    const Json waits = s.night.must("leg.review", s.upheld());
    REQUIRE(waits.bool_at("needs_second_person"));
    CHECK(s.grace.refused("approval.give", id_of(waits)).code == Errc::not_permitted);
    CHECK(s.other.must("approval.give", id_of(waits)).text_at("state") == "GIVEN");
}

TEST_CASE("a review that was asked for before the card is erased is still about the same no") {
    SaidAtOnce s(1313);
    const Json waits = s.night.must("leg.review", s.upheld());
    REQUIRE(waits.bool_at("needs_second_person"));
    s.pass_until_erased();
    CHECK(s.grace.refused("approval.give", id_of(waits)).code == Errc::not_permitted);
    CHECK(s.other.must("approval.give", id_of(waits)).text_at("state") == "GIVEN");
}

// Found by a review: of a no that is said after a late offer, where the card was erased before, nobody was kept.
TEST_CASE("whoever says another no once the card is erased does not review that herself") {
    SaidAtOnce s(1315);
    s.world.node(0).close();  // nobody has told the house that the question lapsed
    s.pass_until_erased();
    s.offer_late();
    CHECK(s.kept() == 0);
    s.grace.must("leg.decline", s.no(says_no));
    CHECK(s.grace.must("leg.review", s.upheld()).bool_at("needs_second_person"));
    s.other.must("leg.review", s.upheld());
    CHECK(s.kept() == 0);
}

TEST_CASE("nor where it is reviewed before it is said") {
    SaidAtOnce s(1316, "URGENT", "DECLINE_FUNDING_RULE");
    s.pass_until_erased();
    s.offer_late();
    s.grace.must("leg.decline", s.no(says_no));
    REQUIRE(s.answer() == "DECLINE_UNDER_REVIEW");
    CHECK(s.grace.must("leg.review", s.returned()).bool_at("needs_second_person"));
    s.other.must("leg.review", s.returned());
    CHECK(s.kept() == 0);
}

// Found by reading: it was kept in the card alone.
TEST_CASE("the reason of a no that is said once the card is erased reaches the referrer") {
    SaidAtOnce s(1317, "URGENT", "DECLINE_FUNDING_RULE");
    s.pass_until_erased();
    s.offer_late();
    s.grace.must("leg.decline", s.no("DECLINE_GROUP_MIX_SAFETY"));
    REQUIRE(s.answer() == "DECLINE_UNDER_REVIEW");
    s.other.must("leg.review", s.upheld());
    s.world.pump();
    const Json there = s.world.node(0).leg(s.leg());
    CHECK(there.text_at("state") == "DECLINED");
    CHECK(there.text_at("reason") == "DECLINE_GROUP_MIX_SAFETY");
}

}  // namespace leeward::test
