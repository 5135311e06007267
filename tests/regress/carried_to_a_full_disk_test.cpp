// Found by reading: a sealed file that was carried to a node with a full disk was taken without a word on what of it
// could not be stored. Whoever had brought it took it for delivered, and no receipt went back.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/test_node.h"

namespace leeward::test {

TEST_CASE("a file that is carried to a full disk says what it put off, and is taken in later") {
    if (!SmallDisk::possible()) SKIP("mounting a small disk is not allowed here");
    World world(1092, {"investigation", "shelter"}, {1});
    TestNode& harbor = world.node(0);
    TestNode& full = world.node(1);
    world.disk(1).fill();
    for (TestNode* node : {&harbor, &full})
        node->watch([](const node::TransportPublicKey&, const node::Frame&) { return false; });
    const Asked one = ask(world, harbor, {&full});
    const Asked two = ask(world, harbor, {&full});
    const std::string file =
        harbor.must("courier.export", Json::object({{"peer", full.name()}})).text_at("file");
    const Json carried = Json::object({{"carried", file}});

    const Json told = full.must("courier.import", carried);
    CHECK(told.int_at("new") == 0);
    CHECK(told.int_at("put_off") == 2);
    CHECK(told.text_at("say").starts_with("2 messages were put off"));
    CHECK(told.text_at("say").find("Nothing is lost") != std::string::npos);
    CHECK(told.text_at("say").find("take in the same file again") != std::string::npos);

    world.disk(1).make_room();
    // It sees the room as it looks again.
    world.pass(std::chrono::seconds(2), std::chrono::seconds(1));
    const Json again = full.must("courier.import", carried);
    CHECK(again.int_at("put_off") == 0);
    CHECK(again.int_at("new") == 2);
    CHECK(again.find("say") == nullptr);
    for (const Asked* asked : {&one, &two})
        CHECK(full.state_of(asked->legs[0]) == "DELIVERED");
}

}  // namespace leeward::test
