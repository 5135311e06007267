// Yes, no, later, too late: how a question ends, and that both sides show the same.
#include "tests/node/exchange/one_leg.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

}  // namespace

TEST_CASE("An inquiry that was never sent is destroyed when it lapses; a tombstone tells nothing") {
    World world(40, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    TestNode& lantern = world.node(1);
    lantern.close();
    bool lose = true;
    harbor.watch([&](const node::TransportPublicKey&, const node::Frame&) { return !lose; });
    const Asked asked = ask(world, harbor, {&lantern});
    world.pass(hours(25));
    CHECK(harbor.state_of(asked.legs[0]) == "LAPSED");
    CHECK(harbor.count("SELECT count(*) FROM outbox WHERE kind=1 AND counter=1") == 0);
    lose = false;
    lantern.open();
    world.pass(minutes(20), seconds(30));
    CHECK(harbor.waiting() == 0);
    const Json seen = lantern.leg(asked.legs[0]);
    CHECK((seen.is_null() || seen.text_at("state") == "LAPSED"));
    const auto shown = lantern.call("leg.show", Json::object({{"id", asked.legs[0]}}));
    if (shown) CHECK(shown->find("card")->as_object() == nullptr);
    CHECK(harbor.must("audit.verify").bool_at("verified"));
}

TEST_CASE("An offer whose hold has run out lapses on both sides and frees the bed") {
    One o(41);
    offer(o.world, o.lantern, o.leg());
    o.world.pass(hours(25), minutes(30));
    o.both_show("LAPSED");
    CHECK_FALSE(o.harbor.call("need.choose",
                              Json::object({{"id", o.asked.need},
                                            {"leg", o.leg()},
                                            {"basis", "CHOICE_BASIS_IN_PERSON"},
                                            {"read-back", true}})));
}

TEST_CASE("A choice that the shelter does not make firm in time goes back to an offer") {
    One o(42);
    o.lantern.must("leg.show", o.args());
    o.lantern.must("leg.offer", Json::object({{"id", o.leg()}, {"hold-minutes", 2880}}));
    o.world.pump();
    choose(o.world, o.harbor, o.asked.need, o.leg());
    o.both_show("SELECTED");
    o.world.pass(hours(5), minutes(15));  // W12: the hold lives
    o.both_show("OFFERED");
    CHECK(o.need() == "OPTIONS");
}

TEST_CASE("A choice that outlives its hold becomes an unanswered question again") {
    One o(43);
    o.lantern.must("leg.show", o.args());
    o.lantern.must("leg.offer", Json::object({{"id", o.leg()}, {"hold-minutes", 60}}));
    o.world.pump();
    o.world.pass(minutes(50), minutes(10));
    choose(o.world, o.harbor, o.asked.need, o.leg());
    o.world.pass(hours(5), minutes(15));  // W13: it does not, and A12 asks again
    o.both_show("SEEN");
    CHECK(o.lantern.leg(o.leg()).text_at("answer") == "LAPSED");
    CHECK(o.need() == "INQUIRING");
}

TEST_CASE("A no that could hide discrimination is reviewed before it is said") {
    One o(44);
    o.lantern.must("leg.show", o.args());
    o.lantern.must("leg.decline", o.args("code", "DECLINE_OTHER_REVIEWED"));
    o.world.pump();
    o.both_show("DECLINE_UNDER_REVIEW");
    CHECK(o.harbor.leg(o.leg()).text_at("reason").empty());
    o.lantern.must("leg.review", o.reviewed_by_phone("REVIEW_RETURNED"));
    o.world.pump();
    o.both_show("SEEN");
    o.lantern.must("leg.decline", o.args("code", "DECLINE_OTHER_REVIEWED"));
    o.lantern.must("leg.review", o.reviewed_by_phone("REVIEW_UPHELD"));
    o.world.pump();
    o.both_show("DECLINED");
}

TEST_CASE("A review that nobody makes ends as a no in time") {
    One o(45);
    o.lantern.must("leg.show", o.args());
    o.lantern.must("leg.decline", o.args("code", "DECLINE_OTHER_REVIEWED"));
    o.world.pass(hours(5), minutes(30));
    o.both_show("DECLINED");
}

TEST_CASE("In an emergency the no is said at once") {
    One o(46, "EMERGENCY");
    o.lantern.must("leg.show", o.args());
    o.lantern.must("leg.decline", o.args("code", "DECLINE_OTHER_REVIEWED"));
    o.world.pump();
    o.both_show("DECLINED");
    CHECK(holds(o.lantern.notices(), "REVIEW_DECLINE"));
}

TEST_CASE("A no that crosses the choice ends as a no on both sides, and the need looks on") {
    One o(47);
    offer(o.world, o.lantern, o.leg());
    o.lantern.must("leg.decline", o.args("code", "DECLINE_NO_CAPACITY"));
    o.harbor.must("need.choose",
                  Json::object({{"id", o.asked.need},
                                {"leg", o.leg()},
                                {"basis", "CHOICE_BASIS_IN_PERSON"},
                                {"read-back", true}}));
    o.world.pump();
    o.both_show("DECLINED");
    CHECK(o.need() != "SELECTED");
}

TEST_CASE("A cancel before departure is confirmed by the shelter") {
    One o(48);
    make_firm(o.world, o.harbor, o.lantern, o.asked, 0);
    o.harbor.must("leg.cancel", o.args("code", "CANCEL_NO_LONGER_NEEDED"));
    o.world.pump();
    o.both_show("CANCEL_REQUESTED");
    o.lantern.must("leg.cancel", o.args());
    o.world.pump();
    o.both_show("CANCEL_CONFIRMED");
}

TEST_CASE("She is under way: a cancel is refused and says to phone") {
    One o(49);
    make_firm(o.world, o.harbor, o.lantern, o.asked, 0);
    o.plan();
    o.harbor.must("leg.departed", o.args());
    o.world.pump();
    const Error error = o.harbor.refused("leg.cancel", o.args("code", "CANCEL_NO_LONGER_NEEDED"));
    CHECK(error.code == Errc::wrong_state);
    CHECK(error.detail.find("under way") != std::string::npos);
    CHECK(error.detail.find("phone") != std::string::npos);
    o.both_show("IN_TRANSIT");
}

TEST_CASE("Who does not arrive is missed on both sides, and people are called") {
    One o(50);
    make_firm(o.world, o.harbor, o.lantern, o.asked, 0);
    o.plan();
    o.harbor.must("leg.departed", o.args());
    o.world.pump();
    o.world.pass(hours(5), minutes(15));
    o.both_show("NOT_ARRIVED");
    CHECK(holds(o.harbor.notices(), "NOT_ARRIVED"));
    CHECK(holds(o.lantern.notices(), "NOT_ARRIVED"));
    o.lantern.must("leg.arrived", Json::object({{"id", o.leg()}, {"late", true}}));
    o.world.pump();
    o.both_show("ARRIVED");
}

TEST_CASE("A yes by telephone that overtakes the inquiry leaves the card readable") {
    World world(51, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    TestNode& lantern = world.node(1);
    std::vector<node::Frame> held;
    harbor.watch([&](const node::TransportPublicKey&, const node::Frame& frame) {
        held.push_back(frame);
        return false;
    });
    const Asked asked = ask(world, harbor, {&lantern}, "PLACEMENT", "EMERGENCY");
    harbor.watch({});
    harbor.must("leg.phone-accepted",
                Json::object({{"id", asked.legs[0]}, {"person", "night"}, {"number", "555-0100"}}));
    world.pump();
    for (const auto& frame : held)
        REQUIRE(harbor.transport().send(lantern.link(), node::Frame(frame)));
    world.pump();
    CHECK(lantern.state_of(asked.legs[0]) == "PHONE_ACCEPTED");
    CHECK(lantern.leg(asked.legs[0]).text_at("priority") == "EMERGENCY");
    CHECK(lantern.leg(asked.legs[0]).text_at("alias") ==
          harbor.leg(asked.legs[0]).text_at("alias"));
    const Json card = lantern.must("leg.show", Json::object({{"id", asked.legs[0]}}));
    REQUIRE(card.find("card") != nullptr);
    CHECK(card.find("card")->text_at("age_band") == "15_to_17");
}

TEST_CASE("A firm yes reaches a referrer that was away for days") {
    One o(52, "EMERGENCY");
    offer(o.world, o.lantern, o.leg());
    choose(o.world, o.harbor, o.asked.need, o.leg());
    o.harbor.close();
    o.lantern.must("leg.confirm", o.args());
    o.world.pass(hours(12), minutes(30));
    o.harbor.open();
    o.world.pass(hours(1), minutes(1));
    CHECK(o.harbor.state_of(o.leg()) == o.lantern.state_of(o.leg()));
    CHECK(o.harbor.leg(o.leg()).text_at("answer") == o.lantern.leg(o.leg()).text_at("answer"));
}

TEST_CASE("A shelter's closing word reaches a referrer that comes back after the card is erased") {
    One o(53);
    make_firm(o.world, o.harbor, o.lantern, o.asked, 0);
    o.harbor.must("leg.cancel", o.args("code", "CANCEL_NO_LONGER_NEEDED"));
    o.world.pump();
    o.harbor.close();
    o.lantern.must("leg.cancel", o.args());
    o.world.pass(hours(72), hours(2));
    CHECK(o.lantern.leg(o.leg()).find("erased") != nullptr);
    o.harbor.open();
    o.world.pass(hours(1), minutes(1));
    o.both_show("CANCEL_CONFIRMED");
}

TEST_CASE("What was sent to the wrong house is discarded there and never listed as declined") {
    One o(54);
    o.harbor.must("leg.discard", o.args("code", "MISDIRECT_WRONG_RECIPIENT"));
    o.world.pump();
    o.both_show("MISDIRECTED");
    o.lantern.must("leg.discard", o.args("code", "MISDIRECT_WRONG_RECIPIENT"));
    o.world.pass(seconds(10), seconds(1));
    o.both_show("DISCARDED");
    CHECK(o.lantern.leg(o.leg()).find("erased") != nullptr);
}

TEST_CASE("A need that is withdrawn ends every question about it") {
    World world(55, {"investigation", "shelter", "shelter"});
    const Asked asked = ask(world, world.node(0), {&world.node(1), &world.node(2)});
    make_firm(world, world.node(0), world.node(1), asked, 0);
    world.node(0).must(
        "need.withdraw",
        Json::object(
            {{"id", asked.need}, {"reason", "WITHDRAW_PREFERS_NOT_TO_SAY"}, {"read-back", true}}));
    world.pump();
    CHECK(world.node(1).state_of(asked.legs[0]) == "CANCEL_REQUESTED");
    CHECK(world.node(2).state_of(asked.legs[1]) == "NOT_SELECTED");
    CHECK(world.node(0).state_of(asked.legs[0]) == "CANCEL_REQUESTED");
}

TEST_CASE("A late offer to a need that still looks is an offer; to one that is placed it is not") {
    One o(56);
    o.world.pass(hours(25), hours(1));
    o.both_show("LAPSED");
    const auto late = o.lantern.call("leg.offer", o.args());
    REQUIRE(late);
    o.world.pump();
    o.both_show("OFFERED");
    CHECK(o.need() == "OPTIONS");
}

}  // namespace leeward::test
