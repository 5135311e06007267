// Found by a review: who had said a no at once, in an emergency, stood in the card alone. Once that was erased, before
// anybody had reviewed the no, the supervisor who had said it could review it herself.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/seat.h"

namespace leeward::test {
namespace {

// A supervisor has said no in an emergency, and nobody has looked at it.
struct SaidAtOnce {
    World world;
    TestNode& juniper = world.node(1);
    Asked asked;
    Seat night{juniper, "night desk", "SHELTER_INTAKE"};
    Seat grace{juniper, "supervisor", "SHELTER_SUPERVISOR"};
    Seat other{juniper, "day supervisor", "SHELTER_SUPERVISOR"};

    explicit SaidAtOnce(std::uint64_t seed)
        : world(seed, {"investigation", "shelter"}),
          asked(ask(world, world.node(0), {&juniper}, "PLACEMENT", "EMERGENCY")) {
        night.must("leg.show", Json::object({{"id", leg()}}));
        grace.must("leg.decline",
                   Json::object({{"id", leg()}, {"code", "DECLINE_OTHER_REVIEWED"}}));
        REQUIRE(juniper.state_of(leg()) == "DECLINED");
    }
    [[nodiscard]] const std::string& leg() const { return asked.legs.front(); }
    [[nodiscard]] Json upheld() const {
        return Json::object({{"id", leg()}, {"code", "REVIEW_UPHELD"}});
    }
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

// Found by reading: whoever had said it before the store knew of such a column was forgotten as before.
TEST_CASE("who said a no before an upgrade is kept too when its card is erased") {
    SaidAtOnce s(1314);
    REQUIRE(s.juniper.home().store.write([](node::Transaction& tx) {
        return tx.run("UPDATE leg SET declined_by=NULL,declined_number=0");
    }));
    const Json waits = s.night.must("leg.review", s.upheld());
    s.pass_until_erased();
    CHECK(s.kept() == 1);
    CHECK(s.grace.must("leg.review", s.upheld()).bool_at("needs_second_person"));
    CHECK(s.other.must("approval.give", id_of(waits)).text_at("state") == "GIVEN");
}

}  // namespace leeward::test
