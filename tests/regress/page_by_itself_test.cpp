// Found by a review: a page that lay open showed the inbox anew by itself, and that silenced the bell of an
// emergency as if somebody had looked; and a card that it showed anew was told to the other side as opened.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using std::chrono::seconds;

node::SignedIn sat_down(TestNode& node) {
    auto who = node.api().sit_down("desk 1", SecretBytes(as_bytes(passphrase_of_all)));
    REQUIRE(who);
    return std::move(who).value();
}

// What the page of the node's first worker asks, by itself or by her hand.
Result<Json> asks(TestNode& node,
                  const node::SignedIn& who,
                  std::string_view command,
                  bool automatic,
                  const Json& args = Json::object()) {
    const node::Request request{std::string(command), args, node::Act::PERFORM, {}, 0, automatic};
    return node.api().serve_as(who.actor, request, {});
}

}  // namespace

TEST_CASE("an emergency rings on while a page shows the inbox by itself, until a hand opens it") {
    World world(940, {"investigation", "shelter"});
    TestNode& juniper = world.node(1);
    juniper.must("inbox");
    juniper.home().config.notify = {"/sound", "", {}};
    world.clock().move(seconds(60));
    ask(world, world.node(0), {&juniper}, "PLACEMENT", "EMERGENCY");
    CHECK_FALSE(juniper.programs_to_call().empty());
    const auto who = sat_down(juniper);
    REQUIRE(asks(juniper, who, "inbox", true));
    world.clock().move(seconds(120));
    CHECK_FALSE(juniper.programs_to_call().empty());
    world.clock().move(seconds(60));
    REQUIRE(asks(juniper, who, "inbox", false));
    world.clock().move(seconds(120));
    CHECK(juniper.programs_to_call().empty());
}

TEST_CASE("a card that a page shows anew by itself is in the log, and is not opened by that") {
    World world(941, {"investigation", "shelter"});
    TestNode& juniper = world.node(1);
    const std::string leg = ask(world, world.node(0), {&juniper}).legs.front();
    const Json id = Json::object({{"id", leg}});
    const auto who = sat_down(juniper);
    const auto before = juniper.desk().log.size();
    REQUIRE(asks(juniper, who, "leg.show", true, id));
    CHECK(juniper.desk().log.size() > before);
    CHECK(juniper.state_of(leg) == "DELIVERED");
    REQUIRE(asks(juniper, who, "leg.show", false, id));
    CHECK(juniper.state_of(leg) == "SEEN");
    world.pump();
    CHECK(world.node(0).state_of(leg) == "SEEN");
}

}  // namespace leeward::test
