// Found by a review: a partner that was away for a day as a hidden house took its first mail host was said to know that
// house at a host that it had left and that did not answer, and that offers must be exchanged again.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// Whom the doctor says to know us only at a host that we left.
std::string known_where_we_left(TestNode& house) {
    const Json doctor = house.must("node.doctor");
    for (const auto& one : doctor.array_at("checks"))
        if (one.text_at("check") == "left mail hosts") return one.text_at("say");
    return "";
}

}  // namespace

TEST_CASE("a house that has left no host is not said to be known at one that it left") {
    World world(2674, {"hidden investigation", "hidden shelter", "counselling", "shelter"});
    TestNode& birch = world.node(1);
    world.node(0).close();
    REQUIRE(birch.home().store.write(  // as where it never had a host
        [](node::Transaction& tx) { return tx.run("DELETE FROM mail_place"); }));
    give_place(world.node(3), birch);
    world.pass(hours(25), minutes(10));
    REQUIRE(birch.count("SELECT count(*) FROM outbox WHERE kind=" +
                        std::to_string(static_cast<int>(schema::MessageKind::MAIL))) > 0);
    CHECK(known_where_we_left(birch).empty());
}

}  // namespace leeward::test
