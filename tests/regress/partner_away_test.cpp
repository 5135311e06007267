// Found by reading: a house that says what is free queued a word an hour for each partner, for ever, for one that
// had left too. After three weeks more of them waited than go at once and nothing could be sealed to that
// partner any more: the node asked to be called again at once, and was, without end and with no time for a backup.
#include <catch2/catch_test_macros.hpp>

#include "schema/message.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

void say_what_is_free(TestNode& node) {
    const Json beds = Json::object({{"service_class", "PLACEMENT"},
                                    {"ages", Json(Json::Array{"15_17"})},
                                    {"capacity", "has"},
                                    {"beds", 2},
                                    {"features", Json::array()}});
    node.must("capacity.set", Json::object({{"statement", beds.dump()}}));
}

std::int64_t statements_that_wait(TestNode& node) {
    return node.count("SELECT count(*) FROM outbox WHERE kind=" +
                      std::to_string(static_cast<int>(schema::MessageKind::CAPACITY)));
}

bool works_on(TestNode& node) {
    return node.engine().step(node.clock().ms())->more;
}

}  // namespace

TEST_CASE("for a partner that is away for weeks one statement of what is free waits") {
    World world(980, {"investigation", "shelter"});
    TestNode& juniper = world.node(1);
    say_what_is_free(juniper);
    world.pass(hours(2));
    world.node(0).close();
    world.pass(hours(24 * 22), hours(1));
    CHECK(statements_that_wait(juniper) == 1);
    world.node(0).open();
    world.pass(hours(2), std::chrono::minutes(5));
    CHECK(statements_that_wait(juniper) == 0);
}

TEST_CASE("a partner that has left is not told what is free") {
    World world(981, {"investigation", "shelter"});
    TestNode& juniper = world.node(1);
    say_what_is_free(juniper);
    world.node(0).must("node.retire");
    world.pump();
    world.node(0).close();
    world.pass(hours(24 * 22), hours(1));
    CHECK(statements_that_wait(juniper) == 0);
}

TEST_CASE("what waits for a partner to whom nothing can be sealed gives a node no work") {
    World world(982, {"investigation", "shelter"});
    TestNode& juniper = world.node(1);
    const schema::NodeId away = world.node(0).desk().self.node();
    world.node(0).close();
    world.pass(hours(24 * 22), hours(24));
    REQUIRE(juniper.home().store.write([&](node::Transaction& tx) -> Outcome {
        node::Outgoing word;
        word.to = away;
        word.kind = schema::MessageKind::PROVE;
        word.message_class = schema::MessageClass::CONTROL;
        word.body = "{}";
        word.record = node::general_record;
        word.expires = world.clock().now() + hours(12);
        for (int i = 0; i < 200; ++i)
            LEEWARD_TRY(juniper.desk().outbox.put(tx, word, world.clock().now()));
        return Done{};
    }));
    CHECK_FALSE(works_on(juniper));
}

}  // namespace leeward::test
