// Found by reading: at a desk whose worker was on shift whoever sat there could be the second person in her name, for
// `approval give` took no passphrase. The page had asked for it. And so could whoever had said a no review it herself in
// her name, with `leg review`, and whoever had opened a record in an emergency, with `access review`: on the page, too.
#include <catch2/catch_test_macros.hpp>

#include "schema/codes.h"
#include "tests/support/seat.h"

namespace leeward::test {
namespace {

using node::Act;
using Typed = TestNode::Typed;

// The night desk of a shelter has lost a firm bed and waits for the supervisor, who is on shift at her own desk.
struct Waits {
    World world;
    TestNode& juniper = world.node(1);
    Asked asked;
    Seat night{juniper, "night desk", "SHELTER_INTAKE"};
    Seat grace{juniper, "supervisor", "SHELTER_SUPERVISOR"};
    Json request;

    explicit Waits(std::uint64_t seed)
        : world(seed, {"investigation", "shelter"}), asked(ask(world, world.node(0), {&juniper})) {
        make_firm(world, world.node(0), juniper, asked, 0);
        const Json waits =
            night.must("leg.lost", Json::object({{"id", leg()}, {"code", "VACANCY_GONE"}}));
        REQUIRE(waits.bool_at("needs_second_person"));
        request = Json::object({{"id", waits.text_at("id")}});
    }
    [[nodiscard]] const std::string& leg() const { return asked.legs.front(); }
    Result<Json> at_her_desk(Act act, const Typed& typed) {
        return juniper.serve(grace.desk(), {"approval.give", request, act, {}, 0}, typed);
    }
    std::string state_of_request() {
        const Json list = juniper.must("approval.list", Json::object({{"all", true}}));
        REQUIRE(list.array_at("approvals").size() == 1);
        return list.array_at("approvals").front().text_at("state");
    }
};

}  // namespace

TEST_CASE("a second person's yes at a desk takes her own passphrase, and nobody else's") {
    Waits w(1301);
    for (const Typed& typed : {Typed{}, Typed{""}, Typed{"a guess"}, Typed{w.night.passphrase()}}) {
        const auto done = w.at_her_desk(Act::PERFORM, typed);
        REQUIRE_FALSE(done);
        CHECK(done.error().code == Errc::locked);
        CHECK(done.error().detail.find("nothing was changed") != std::string::npos);
        CHECK(w.state_of_request() == "ASKED");
        CHECK(w.juniper.state_of(w.leg()) == "ACCEPTED");
    }
    REQUIRE(w.at_her_desk(Act::PERFORM, {w.grace.passphrase()}));
    CHECK(w.state_of_request() == "GIVEN");
    CHECK(w.juniper.state_of(w.leg()) == "BED_LOST");
}

TEST_CASE("a wrong passphrase for a second person's yes is in the log") {
    Waits w(1302);
    REQUIRE_FALSE(w.at_her_desk(Act::PERFORM, {"a guess"}));
    CHECK(w.juniper.newest_entry().reason == schema::code_tag("SIGN_IN_REFUSED"));
}

TEST_CASE(
    "who says yes for one act with --as, and who only looks what it would do, types no more") {
    Waits w(1303);
    REQUIRE(w.at_her_desk(Act::PREVIEW, {}));
    CHECK(w.state_of_request() == "ASKED");
    REQUIRE(w.night.call_as(w.grace, "approval.give", w.request));
    CHECK(w.state_of_request() == "GIVEN");
}

TEST_CASE(
    "a no is reviewed by a supervisor with her own passphrase, not by whoever sits at her desk") {
    World world(1304, {"investigation", "shelter"});
    TestNode& juniper = world.node(1);
    const Asked asked = ask(world, world.node(0), {&juniper});
    const Json leg = Json::object({{"id", asked.legs.front()}});
    Seat night(juniper, "night desk", "SHELTER_INTAKE");
    Seat grace(juniper, "supervisor", "SHELTER_SUPERVISOR");
    night.must("leg.show", leg);
    night.must("leg.decline", Json(leg).set("code", "DECLINE_OTHER_REVIEWED"));
    const auto upheld = [&](const Typed& typed) {
        const Json args = Json(leg).set("code", "REVIEW_UPHELD");
        return juniper.serve(grace.desk(), {"leg.review", args, Act::PERFORM, {}, 0}, typed);
    };
    for (const Typed& typed : {Typed{}, Typed{night.passphrase()}}) {
        const auto done = upheld(typed);
        REQUIRE_FALSE(done);
        CHECK(done.error().code == Errc::locked);
        CHECK(juniper.state_of(asked.legs.front()) == "DECLINE_UNDER_REVIEW");
    }
    REQUIRE(upheld({grace.passphrase()}));
    CHECK(juniper.state_of(asked.legs.front()) == "DECLINED");
}

TEST_CASE("nor is an emergency access reviewed in the name of whoever has left her desk") {
    World world(1305, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    Seat ines(harbor, "supervisor", "INVESTIGATION_SUPERVISOR");
    const auto refused = [&](const Typed& typed) {
        const Json args = Json::object({{"id", std::string(32, '0')}, {"justified", true}});
        const auto done =
            harbor.serve(ines.desk(), {"access.review", args, Act::PERFORM, {}, 0}, typed);
        REQUIRE_FALSE(done);
        return done.error().code;
    };
    CHECK(refused({}) == Errc::locked);
    CHECK(refused({ines.passphrase()}) == Errc::not_found);
}

}  // namespace leeward::test
