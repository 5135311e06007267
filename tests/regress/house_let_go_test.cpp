// A house that was let go because another had been chosen was not counted among those that could still be
// asked. When the chosen bed was lost with no further house, the need went UNPLACED at once, and a place
// that had been offered an hour before was not looked at again.
#include <array>

#include "tests/node/exchange/one_leg.h"

namespace leeward::test {

TEST_CASE("a house that was let go can be asked again when the chosen bed is lost") {
    World world(1, {"investigation", "shelter", "shelter"});
    TestNode& harbor = world.node(0);
    TestNode& lantern = world.node(1);
    TestNode& juniper = world.node(2);
    const Asked asked = ask(world, harbor, {&lantern, &juniper});
    make_firm(world, harbor, lantern, asked, 0);
    REQUIRE(harbor.state_of(asked.legs[1]) == "NOT_SELECTED");
    lantern.must("leg.lost",
                 Json::object({{"id", asked.legs[0]},
                               {"code", "EMERGENCY_CLOSURE"},
                               {"by-phone", "the director"},
                               {"number", "555-0131"}}));
    world.pump();
    const Json args = Json::object({{"id", asked.need}});
    CHECK(harbor.must("need.show", args).text_at("state") == "INQUIRING");
    CHECK_FALSE(holds(harbor.notices(), "NEED_UNPLACED"));
    const Json again = harbor.must(
        "need.ask", Json::object({{"id", asked.need}, {"to", Json(Json::Array{juniper.name()})}}));
    world.pump();
    CHECK(harbor.state_of(again.array_at("legs").front().text_at("id")) == "DELIVERED");
}

TEST_CASE("a house that said no is not asked again, and nobody else is left") {
    World world(2, {"investigation", "shelter", "shelter"});
    TestNode& harbor = world.node(0);
    TestNode& lantern = world.node(1);
    TestNode& juniper = world.node(2);
    const Asked asked = ask(world, harbor, {&lantern, &juniper});
    const std::array houses{&lantern, &juniper};
    for (std::size_t i = 0; i < houses.size(); ++i) {
        houses[i]->must("leg.show", Json::object({{"id", asked.legs[i]}}));
        houses[i]->must("leg.decline",
                        Json::object({{"id", asked.legs[i]}, {"code", "DECLINE_NO_CAPACITY"}}));
    }
    world.pump();
    CHECK(harbor.must("need.show", Json::object({{"id", asked.need}})).text_at("state") ==
          "UNPLACED");
}

}  // namespace leeward::test
