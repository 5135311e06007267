// Found by a review: a page that lay open showed the inbox anew by itself, and that silenced the bell of an
// emergency as if somebody had looked; and a card that it showed anew was told to the other side as opened.
#include "schema/commands.h"
#include "tests/node/exchange/release_fixture.h"

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

namespace {

// What a page shows again by itself of all that her house has. The numbers are counted once, by her hand.
bool is_shown_again(const schema::CommandSpec& command, schema::RoleSet roles) {
    const bool needs_nothing = std::none_of(
        command.args.begin(), command.args.end(), [](const auto& arg) { return arg.required; });
    const std::string_view name = command.name;
    const bool is_list =
        name.ends_with(".list") || name.ends_with(".show") || name.ends_with(".status");
    const bool has_a_screen = name.find('.') != name.npos && (is_list || command.args.empty());
    const bool hers = !(command.roles & roles).empty() && name != "stats.show";
    return hers && !command.changes && needs_nothing && has_a_screen;
}

void stores_nothing(TestNode& node,
                    const node::SignedIn& who,
                    std::string_view command,
                    const Json& args = Json::object()) {
    INFO(node.name() << ": " << command);
    const auto before = node.home().store.writes();
    CHECK(asks(node, who, command, true, args));
    CHECK(node.home().store.writes() == before);
}

}  // namespace

// Pages are told of whatever is stored: they would ask, and be told, for ever.
TEST_CASE("what a page that lies open asks again by itself stores nothing") {
    Papers p(942);
    const Json leg = Json::object({{"leg", p.leg()}, {"all", true}});
    for (TestNode* node : {&p.harbor, &p.lantern}) {
        const auto who = sat_down(*node);
        stores_nothing(*node, who, "inbox");
        for (const auto& command : schema::commands())
            if (is_shown_again(command, who.actor.roles)) stores_nothing(*node, who, command.name);
        for (const auto* list : {"leg.list", "grant.list"})
            stores_nothing(*node, who, list, leg);
        const TestNode& other = node == &p.harbor ? p.lantern : p.harbor;
        stores_nothing(*node, who, "peer.show", Json::object({{"peer", other.name()}}));
    }
    const auto who = sat_down(p.harbor);
    stores_nothing(p.harbor, who, "case.show", with_id(p.asked.case_id));
    stores_nothing(p.harbor, who, "need.show", with_id(p.asked.need));
    stores_nothing(p.harbor, who, "release.list", Json::object({{"case", p.asked.case_id}}));
}

}  // namespace leeward::test
