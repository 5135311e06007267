// Found by a review: how long a mail host of ours has not answered was counted from a time that the clock, once set back,
// had yet to reach. A host that had died was said to answer until then.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// What the doctor says of our mail.
std::string of_mail(TestNode& house) {
    const Json doctor = house.must("node.doctor");
    for (const auto& one : doctor.array_at("checks"))
        if (one.text_at("check") == "mail") return one.text_at("say");
    return "";
}

}  // namespace

TEST_CASE("a mail host that is gone is said not to answer although the clock was set back") {
    World world(2672, {"investigation", "hidden shelter", "counselling"});
    TestNode& birch = world.node(1);
    world.pass(minutes(1), seconds(5));
    REQUIRE(of_mail(birch).starts_with("our mail host answers"));
    world.node(2).close();
    world.clock().move(-hours(1));
    world.pass(minutes(2), seconds(5));
    CHECK(of_mail(birch).starts_with("no mail host answers"));
}

}  // namespace leeward::test
