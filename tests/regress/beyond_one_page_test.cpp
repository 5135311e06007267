// Found by a review: lists ended at fifty without a word, and the questions of one need were looked for among the
// fifty newest alone.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

struct List {
    std::string_view command;
    std::string_view name;
};

}  // namespace

TEST_CASE("a list says where there is more of it, and what is behind fifty others is found") {
    World world(954, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    TestNode& juniper = world.node(1);
    const Asked oldest = ask(world, harbor, {&juniper});
    for (int i = 0; i < 50; ++i) {
        world.clock().move(std::chrono::seconds(1));
        ask(world, harbor, {&juniper});
    }
    for (const auto& [command, name] :
         {List{"leg.list", "legs"}, List{"need.list", "needs"}, List{"case.list", "cases"}}) {
        CAPTURE(command);
        const Json first = harbor.must(command);
        CHECK(first.array_at(name).size() == 50);
        CHECK(first.bool_at("more"));
        const Json second = harbor.must(command, Json::object({{"page", 2}}));
        CHECK(second.array_at(name).size() == 1);
        CHECK_FALSE(second.bool_at("more"));
    }
    for (const auto& only : {Json::object({{"need", oldest.need}}),
                             Json::object({{"leg", oldest.legs.front()}}),
                             Json::object({{"need", oldest.need.substr(0, 12)}})}) {
        const Json found = harbor.must("leg.list", only);
        REQUIRE(found.array_at("legs").size() == 1);
        CHECK(found.array_at("legs").front().text_at("id") == oldest.legs.front());
        CHECK_FALSE(found.bool_at("more"));
    }
}

TEST_CASE("the inbox says what each notice is about") {
    World world(955, {"investigation", "shelter"});
    TestNode& juniper = world.node(1);
    const Asked asked = ask(world, world.node(0), {&juniper});
    const std::string& leg = asked.legs.front();
    juniper.must("leg.show", Json::object({{"id", leg}}));
    juniper.must("leg.decline", Json::object({{"id", leg}, {"code", "DECLINE_OTHER_REVIEWED"}}));
    const Json inbox = juniper.must("inbox");
    const auto& notices = inbox.array_at("notices");
    CHECK(std::any_of(notices.begin(), notices.end(), [&](const Json& notice) {
        return notice.text_at("about") == leg && notice.text_at("kind") == "leg";
    }));
}

}  // namespace leeward::test
