// Found by a review: a hidden house says once an hour, by its clock, whom its host is to admit. Once that clock was set
// back while the house ran, a host that had lost them was told nothing until the old time came again.
#include <catch2/catch_test_macros.hpp>

#include "schema/mailhost.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

// As where its store was put aside: of this account's guests the host knows none any more.
void lose_guests(World& world, TestNode& house, TestNode& host) {
    const auto line = house.engine().post().lines_to(host.link()).front();
    const schema::HostRequest request{{}, schema::Guests{}};
    REQUIRE(house.transport().send(line, node::Frame{schema::write_host_request(request)}));
    world.pump();
}

}  // namespace

TEST_CASE("whom a host has lost it admits again although the house's clock was set back") {
    World world(1071, {"investigation", "hidden shelter", "counselling"});
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    TestNode& cedar = world.node(2);
    world.pass(seconds(60), seconds(5));
    const auto guest = alder.engine().post().lines_to(cedar.link()).front();
    REQUIRE(cedar.home().mail_host->knows(guest));
    lose_guests(world, birch, cedar);
    REQUIRE_FALSE(cedar.home().mail_host->knows(guest));

    world.clock().move(-hours(6));
    world.pass(seconds(60), seconds(5));
    CHECK(cedar.home().mail_host->knows(guest));
    const Asked asked = ask(world, alder, {&birch});
    world.pass(seconds(60), seconds(5));
    CHECK(alder.state_of(asked.legs[0]) == "DELIVERED");
}

}  // namespace leeward::test
