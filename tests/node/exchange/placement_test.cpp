// The whole story in memory: from two questions to the survivor's own account of who saw what.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

void verify_logs(World& world) {
    for (std::size_t i = 0; i < world.size(); ++i)
        CHECK(world.node(i).must("audit.verify").bool_at("verified"));
}

}  // namespace

TEST_CASE("A placement goes from two questions to an account of who saw what") {
    World world(1, {"investigation", "shelter", "shelter", "counselling"});
    TestNode& harbor = world.node(0);
    TestNode& lantern = world.node(1);
    TestNode& juniper = world.node(2);
    TestNode& tide = world.node(3);

    const Asked asked = ask(world, harbor, {&lantern, &juniper});
    REQUIRE(asked.legs.size() == 2);
    const std::string& bed = asked.legs[0];
    const std::string& other = asked.legs[1];
    CHECK(harbor.state_of(bed) == "DELIVERED");
    CHECK(lantern.leg(bed).text_at("alias") != juniper.leg(other).text_at("alias"));

    offer(world, lantern, bed);
    offer(world, juniper, other);
    CHECK(harbor.state_of(bed) == "OFFERED");
    choose(world, harbor, asked.need, bed);
    CHECK(lantern.state_of(bed) == "SELECTED");
    CHECK(juniper.state_of(other) == "OFFERED");
    const std::string release = sign_release(harbor, asked.case_id, lantern);
    world.pump();
    CHECK(lantern.must("grant.list").array_at("grants").empty());  // the bed is not firm yet

    lantern.must("leg.confirm", Json::object({{"id", bed}}));
    world.pump();
    CHECK(harbor.state_of(bed) == "ACCEPTED");
    CHECK(juniper.state_of(other) == "NOT_SELECTED");
    CHECK(juniper.leg(other).text_at("answer") == "CANCEL_CONFIRMED");

    const std::string grant = only_grant(lantern);
    CHECK(juniper.must("grant.list", Json::object({{"all", true}})).array_at("grants").empty());
    const Json opened =
        lantern.must("grant.open", Json::object({{"id", grant}, {"purpose", "PURPOSE_INTAKE"}}));
    REQUIRE(opened.find("record") != nullptr);
    CHECK(opened.find("record")->text_at("given_name") == "Renata");
    CHECK(opened.find("record")->find("what_helped") == nullptr);
    CHECK(opened.find("record")->find("unsafe_persons") == nullptr);
    world.pump();
    CHECK(harbor.must("grant.list").array_at("grants").front().text_at("state") == "OPENED");

    const std::int64_t now = world.clock().seconds();
    harbor.must("leg.plan",
                Json::object({{"id", bed},
                              {"window-start", now + 3600},
                              {"window-end", now + 10800},
                              {"code-word", "lamplight"},
                              {"person", "desk 1"},
                              {"roles", Json(Json::Array{"INVESTIGATOR"})}}));
    world.pump();
    lantern.must("leg.plan", Json::object({{"id", bed}, {"person", "night worker"}}));
    world.pump();
    CHECK(harbor.state_of(bed) == "HANDOFF_SCHEDULED");
    harbor.must("leg.departed", Json::object({{"id", bed}}));
    world.pump();
    CHECK(lantern.state_of(bed) == "IN_TRANSIT");
    lantern.must("leg.arrived", Json::object({{"id", bed}}));
    world.pump();
    CHECK(harbor.state_of(bed) == "ARRIVED");
    CHECK(harbor.must("need.show", Json::object({{"id", asked.need}})).text_at("state") ==
          "PLACED");

    const std::string counselling =
        harbor
            .must("need.new",
                  Json::object({{"case", asked.case_id},
                                {"need", sample_need("COUNSELLING", "ROUTINE").dump()}}))
            .text_at("id");
    const Json second = harbor.must(
        "need.ask", Json::object({{"id", counselling}, {"to", Json(Json::Array{tide.name()})}}));
    const std::string talk = second.array_at("legs").front().text_at("id");
    world.pump();
    offer(world, tide, talk);
    choose(world, harbor, counselling, talk);
    tide.must("leg.confirm", Json::object({{"id", talk}}));
    world.pump();
    sign_release(harbor, asked.case_id, tide, "T3", "PURPOSE_COUNSELLING");
    world.pump();
    const Json session = tide.must(
        "grant.open", Json::object({{"id", only_grant(tide)}, {"purpose", "PURPOSE_COUNSELLING"}}));
    CHECK(session.find("record")->text_at("what_helped") == "Drawing.");
    CHECK(session.find("record")->find("given_name") == nullptr);

    world.pass(std::chrono::hours(26));
    CHECK(juniper.leg(other).find("erased") != nullptr);
    harbor.must("need.close",
                Json::object({{"id", asked.need}, {"outcome", "OUTCOME_STABLE_IN_PLACEMENT"}}));
    const Json account = harbor.must("case.accounting", Json::object({{"id", asked.case_id}}));
    CHECK(account.array_at("asked_without_identity").size() == 3);
    CHECK(account.array_at("shared_with_identity").size() == 2);
    verify_logs(world);
}

}  // namespace leeward::test
