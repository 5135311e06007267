// A log that does not continue what it signed (an old copy of its rows was put back) signs nothing more.
// What closes, warns and erases goes on, and so does reading; what discloses waits.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using std::chrono::minutes;

const std::vector<std::string> two{"investigation", "shelter"};

// The newest entries of the log are gone; what was signed is not.
void put_back_old_log(TestNode& node) {
    REQUIRE(node.home().store.write([](node::Transaction& tx) -> Outcome {
        LEEWARD_TRY(tx.run("DELETE FROM signed_act WHERE leaf>=(SELECT max(idx)-3 FROM leaf)"));
        return tx.run("DELETE FROM leaf WHERE idx>=(SELECT max(idx)-3 FROM leaf)");
    }));
    node.close();
    node.open();
    REQUIRE_FALSE(node.home().store.write(
        [&](node::Transaction& tx) { return node.desk().log.sign_head(tx); }));
}

std::string line_of(TestNode& node, std::string_view name) {
    const Json doctor = node.must("node.doctor");
    for (const auto& check : doctor.array_at("checks"))
        if (check.text_at("check") == name) return check.text_at("light");
    return "";
}

}  // namespace

TEST_CASE("a referrer whose log signs nothing still withdraws, reads, and sends no content") {
    World world(71, two);
    TestNode& referrer = world.node(0);
    TestNode& house = world.node(1);
    const Asked asked = ask(world, referrer, {&house});
    put_back_old_log(referrer);
    CHECK(line_of(referrer, "log") == "red");

    const Asked later = ask(world, referrer, {&house});
    world.pass(minutes(10), minutes(1));
    CHECK(house.leg(later.legs[0]).is_null());  // the question waits
    CHECK(referrer.must("case.show", Json::object({{"id", asked.case_id}})).text_at("id") ==
          asked.case_id);
    referrer.must(
        "need.withdraw",
        Json::object(
            {{"id", asked.need}, {"reason", "WITHDRAW_PREFERS_NOT_TO_SAY"}, {"read-back", true}}));
    world.pass(minutes(10), minutes(1));
    CHECK(house.leg(asked.legs[0]).text_at("ask") == "CANCEL_REQUESTED");
}

TEST_CASE("a house whose log signs nothing still hears a withdrawal, and takes no new question") {
    World world(72, two);
    TestNode& referrer = world.node(0);
    TestNode& house = world.node(1);
    const Asked asked = ask(world, referrer, {&house});
    put_back_old_log(house);

    const Asked later = ask(world, referrer, {&house});
    referrer.must(
        "need.withdraw",
        Json::object(
            {{"id", asked.need}, {"reason", "WITHDRAW_PREFERS_NOT_TO_SAY"}, {"read-back", true}}));
    world.pass(minutes(10), minutes(1));
    CHECK(house.leg(asked.legs[0]).text_at("ask") == "CANCEL_REQUESTED");
    CHECK(house.leg(later.legs[0]).is_null());
    CHECK(referrer.waiting() > 0);  // neither is receipted: that would need a head
}

}  // namespace leeward::test
