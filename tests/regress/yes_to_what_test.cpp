// Found by a review: the second person was shown which kind of act waited for her and not what it was: a no to
// be upheld and one to be returned looked alike, and so did two keys.
#include <utility>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "crypto/age/age.h"
#include "tests/support/seat.h"

namespace leeward::test {
namespace {

Json only_approval(Seat& seat) {
    const Json list = seat.must("approval.list");
    REQUIRE(list.array_at("approvals").size() == 1);
    return list.array_at("approvals").front();
}

}  // namespace

TEST_CASE("the second person sees what she is asked for, and others that somebody is") {
    World world(951, {"investigation", "shelter"});
    TestNode& juniper = world.node(1);
    const std::string leg = ask(world, world.node(0), {&juniper}).legs.front();
    Seat night(juniper, "night desk", "SHELTER_INTAKE");
    Seat desk3(juniper, "desk 3", "SHELTER_INTAKE");
    Seat grace(juniper, "supervisor", "SHELTER_SUPERVISOR");
    night.must("leg.show", Json::object({{"id", leg}}));
    night.must("leg.decline", Json::object({{"id", leg}, {"code", "DECLINE_OTHER_REVIEWED"}}));
    night.must("leg.review", Json::object({{"id", leg}, {"code", "REVIEW_RETURNED"}}));
    for (Seat* seat : {&grace, &night}) {
        const Json one = only_approval(*seat);
        REQUIRE(one.find("asks") != nullptr);
        CHECK(one.find("asks")->text_at("code") == "REVIEW_RETURNED");
    }
    CHECK(only_approval(desk3).find("asks") == nullptr);
}

TEST_CASE("whoever countersigns a review sees whether the no was upheld or returned") {
    const auto [code, seed] = GENERATE(std::pair{"REVIEW_UPHELD", std::uint64_t{959}},
                                       std::pair{"REVIEW_RETURNED", std::uint64_t{962}});
    World world(seed, {"investigation", "shelter"});
    TestNode& juniper = world.node(1);
    const std::string leg = ask(world, world.node(0), {&juniper}).legs.front();
    Seat night(juniper, "night desk", "SHELTER_INTAKE");
    Seat grace(juniper, "supervisor", "SHELTER_SUPERVISOR");
    night.must("leg.show", Json::object({{"id", leg}}));
    night.must("leg.decline", Json::object({{"id", leg}, {"code", "DECLINE_OTHER_REVIEWED"}}));
    night.must(
        "leg.review",
        Json::object(
            {{"id", leg}, {"code", code}, {"by-phone", grace.name()}, {"number", "555-0142"}}));
    const Json one = only_approval(grace);
    CHECK(one.text_at("state") == "PHONED");
    REQUIRE(one.find("asks") != nullptr);
    CHECK(one.find("asks")->text_at("code") == code);
}

TEST_CASE("whoever looks at an override afterwards sees what it was for") {
    World world(963, {"investigation", "shelter"});
    Seat ada(world.node(0), "desk 2", "INVESTIGATOR");
    Seat grace(world.node(0), "supervisor", "INVESTIGATION_SUPERVISOR");
    const Json record =
        Json::object({{"record", sample_record().dump()}, {"duplicate-check", "none"}});
    const std::string of = ada.must("case.new", record).text_at("id");
    const Json draft = Json::object({{"case", of}, {"need", telling_need("URGENT").dump()}});
    const std::string need = ada.must("need.new", draft).text_at("id");
    ada.must("need.ask",
             Json::object({{"id", need},
                           {"to", listed(world.node(1).name())},
                           {"override", "RISK_OVERRIDE_SAFETY_NEEDS_DETAIL"}}));
    const Json one = only_approval(grace);
    CHECK(one.text_at("state") == "TO_REVIEW");
    REQUIRE(one.find("asks") != nullptr);
    CHECK(one.find("asks")->text_at("override") == "RISK_OVERRIDE_SAFETY_NEEDS_DETAIL");
    CHECK(one.find("asks")->array_at("to").size() == 1);
}

TEST_CASE("nobody is asked about records that would go to no key") {
    World world(965, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    const Seat grace(harbor, "supervisor", "INVESTIGATION_SUPERVISOR");
    harbor.refused("node.retire", Json::object({{"to", "age1ñññññññññññ"}}));
    CHECK(harbor.must("approval.list").array_at("approvals").empty());
}

TEST_CASE("a key that she is asked about is shown by its end") {
    World world(952, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    Seat grace(harbor, "supervisor", "INVESTIGATION_SUPERVISOR");
    const auto key = crypto::age::generate_identity(world.random());
    const std::string to = crypto::age::format_recipient(crypto::age::recipient_of(key));
    harbor.must("node.retire", Json::object({{"to", to}}));
    const Json one = only_approval(grace);
    REQUIRE(one.find("asks") != nullptr);
    const std::string shown = one.find("asks")->text_at("to");
    CHECK(shown == "…" + to.substr(to.size() - 16));
}

}  // namespace leeward::test
