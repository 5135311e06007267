// The deadlines of a leg over two nodes: what each side does by itself, and whom it calls.
#include "tests/node/exchange/one_leg.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr hours day{24};

// Harbor's words do not leave it.
struct Offline : One {
    explicit Offline(std::uint64_t seed, std::string_view priority = "URGENT")
        : One(seed, priority) {}
    void cut() {
        harbor.watch([](const node::TransportPublicKey&, const node::Frame&) { return false; });
    }
    void mend() {
        harbor.watch({});
        world.pass(minutes(10), seconds(30));
    }
};

struct NeverSent {
    World world;
    Asked asked;
    TestNode& harbor;
    explicit NeverSent(std::uint64_t seed, std::string_view priority)
        : world(seed, {"investigation", "shelter"}), harbor(world.node(0)) {
        world.node(1).close();
        asked = ask(world, harbor, {&world.node(1)}, "PLACEMENT", priority);
    }
};

}  // namespace

TEST_CASE(
    "who was not reached is phoned, then on-call, then the deputy, and lapses with the reason") {
    NeverSent s(200, "URGENT");
    s.world.pass(minutes(61), minutes(1));
    CHECK(holds(s.harbor.notices(), "PHONE_THEM"));
    CHECK_FALSE(holds(s.harbor.notices(), "SLOT_FREE"));
    s.world.pass(hours(4), minutes(15));
    CHECK(holds(s.harbor.notices(), "SLOT_FREE"));
    s.world.pass(hours(8));
    CHECK(holds(s.harbor.notices(), "PHONE_ON_CALL"));
    s.world.pass(hours(6));
    CHECK(holds(s.harbor.notices(), "PHONE_DEPUTY"));
    s.world.pass(hours(6));
    CHECK(s.harbor.state_of(s.asked.legs[0]) == "LAPSED");
    CHECK(s.harbor.leg(s.asked.legs[0]).text_at("reason") == "NOT_DELIVERED");
    CHECK(s.harbor.notices() == std::vector<std::string>{"NEED_UNPLACED"});
}

TEST_CASE("an emergency frees a slot after a quarter of an hour, so that the fourth can be asked") {
    World world(201, {"investigation", "shelter", "shelter", "shelter", "shelter"});
    TestNode& harbor = world.node(0);
    for (std::size_t i = 1; i < world.size(); ++i)
        world.node(i).close();
    const Asked asked = ask(
        world, harbor, {&world.node(1), &world.node(2), &world.node(3)}, "PLACEMENT", "EMERGENCY");
    const Json fourth =
        Json::object({{"id", asked.need}, {"to", Json(Json::Array{world.node(4).name()})}});
    CHECK(harbor.refused("need.ask", fourth).detail.find("at most three") != std::string::npos);
    world.pass(minutes(16), minutes(1));
    harbor.must("need.ask", fourth);
    CHECK(harbor.state_of(asked.legs[0]) == "QUEUED");
}

TEST_CASE(
    "an unopened inquiry lapses at the end of its answer time, and says that the deputy was "
    "called") {
    One o(202, "EMERGENCY");
    o.world.pass(minutes(31), minutes(1));
    CHECK(holds(o.lantern.notices(), "ANSWER_WAITS"));
    o.world.pass(minutes(15), minutes(1));
    CHECK(holds(o.lantern.notices(), "ANSWER_WAITS_DEPUTY"));
    o.world.pass(minutes(16), minutes(1));
    o.both_show("LAPSED");
    CHECK(o.lantern.notices().empty());
    const std::string reason = o.harbor.leg(o.leg()).text_at("reason");
    CHECK((reason == "DEPUTY_NO_ANSWER" || reason == "NO_ANSWER"));
}

TEST_CASE("a question that nobody answers in time is closed, and the answer time went on") {
    One o(203);
    o.does(o.lantern, "leg.show", o.args());
    o.does(o.lantern, "leg.question", o.args("code", "Q_NIGHT_STAFF"));
    o.both_show("INFO_REQUESTED");
    o.world.pass(hours(4), minutes(30));
    o.world.pass(minutes(1));
    o.both_show("SEEN");
    o.world.pass(hours(20), minutes(30));
    o.both_show("LAPSED");
}

TEST_CASE("a place on the waiting list is kept by both sides, or ends") {
    One o(204, "ROUTINE");
    o.does(o.lantern, "leg.show", o.args());
    o.does(o.lantern, "leg.waitlist", o.args("band", "first_3"));
    o.both_show("WAITLISTED");
    o.world.pass(day * 13, hours(12));
    o.does(o.harbor, "leg.keep", o.args());
    o.does(o.lantern, "leg.keep", o.args());
    o.world.pass(day * 13, hours(12));
    o.both_show("WAITLISTED");
    o.does(o.harbor, "leg.keep", o.args());
    o.world.pass(day * 2, hours(12));
    o.both_show("LAPSED");  // the shelter did not keep it
}

TEST_CASE("a referrer that does not keep a waiting list place lets it go") {
    One o(205, "ROUTINE");
    o.does(o.lantern, "leg.show", o.args());
    o.does(o.lantern, "leg.waitlist", o.args("band", "later"));
    o.world.pass(day * 13, hours(12));
    o.does(o.lantern, "leg.keep", o.args());
    o.world.pass(day * 2, hours(12));
    o.both_show("NOT_SELECTED");
    CHECK(o.lantern.leg(o.leg()).text_at("answer") == "CANCEL_CONFIRMED");
}

TEST_CASE("a choice of which nothing is heard is phoned after, then lapses at the referrer") {
    Offline o(206, "EMERGENCY");
    offer(o.world, o.lantern, o.leg());
    o.cut();
    choose(o.world, o.harbor, o.asked.need, o.leg());
    o.world.pass(minutes(31), minutes(1));
    CHECK(holds(o.harbor.notices(), "PHONE_TO_CONFIRM"));
    o.world.pass(minutes(31), minutes(1));
    CHECK(o.harbor.state_of(o.leg()) == "LAPSED");
    o.mend();
    CHECK(o.harbor.state_of(o.leg()) == o.lantern.state_of(o.leg()));
}

TEST_CASE("a firm bed without a plan calls both sides until somebody keeps it") {
    One o(207, "EMERGENCY");
    o.firm();
    o.world.pass(hours(4), minutes(30));
    o.world.pass(minutes(1));
    CHECK(holds(o.harbor.notices(), "NO_PLAN_YET"));
    CHECK(holds(o.lantern.notices(), "NO_PLAN_YET"));
    o.lantern.must("leg.keep", o.args());
    CHECK_FALSE(holds(o.lantern.notices(), "NO_PLAN_YET"));
    o.world.pass(hours(3), minutes(30));
    CHECK_FALSE(holds(o.lantern.notices(), "NO_PLAN_YET"));
    o.world.pass(hours(2), minutes(30));
    CHECK(holds(o.lantern.notices(), "NO_PLAN_YET"));
    o.both_show("ACCEPTED");
}

TEST_CASE("a yes by telephone that is never confirmed calls both supervisors") {
    One o(208);
    o.does(o.harbor, "leg.phone-accepted", o.call_args());
    o.both_show("PHONE_ACCEPTED");
    CHECK(o.need() == "CONFIRMED");
    o.world.pass(hours(25));
    CHECK(holds(o.harbor.notices(), "PHONE_YES_NOT_CONFIRMED"));
    CHECK(holds(o.lantern.notices(), "CONFIRM_PHONE_YES"));
    o.does(o.lantern, "leg.confirm", o.args());
    o.both_show("ACCEPTED");
    CHECK(o.harbor.notices().empty());
}

TEST_CASE("an arrival told by telephone is asked after until the shelter says it itself") {
    One o(209);
    o.firm();
    o.plan();
    o.depart();
    o.does(o.harbor, "leg.phone-arrived", o.call_args());
    o.both_show("ARRIVED");
    o.world.pass(hours(25));
    CHECK(holds(o.harbor.notices(), "PHONE_ARRIVAL_NOT_CONFIRMED"));
    CHECK(holds(o.lantern.notices(), "CONFIRM_PHONE_ARRIVAL"));
    o.does(o.lantern, "leg.arrived", o.args());
    o.world.pass(hours(25));
    CHECK_FALSE(holds(o.harbor.notices(), "PHONE_ARRIVAL_NOT_CONFIRMED"));
}

TEST_CASE("each side misses her by its own clock although nothing passes between them") {
    Offline o(210);
    o.firm();
    o.plan();
    o.depart();
    o.world.network().partition({{o.harbor.link(), 0}, {o.lantern.link(), 1}});
    o.world.pass(hours(3), minutes(10));
    o.both_show("IN_TRANSIT");  // within the grace of two hours after the window
    o.world.pass(hours(1) + minutes(20), minutes(10));
    o.both_show("NOT_ARRIVED");
    CHECK(holds(o.harbor.notices(), "NOT_ARRIVED"));
    CHECK(holds(o.lantern.notices(), "NOT_ARRIVED"));
    o.world.pass(hours(1), minutes(10));
    CHECK(holds(o.harbor.notices(), "STILL_NOT_ARRIVED"));
    o.world.network().heal();
    o.world.pass(minutes(10), seconds(30));
    o.both_show("NOT_ARRIVED");
}

TEST_CASE("she is asked after when she has been in the house for ninety days") {
    One o(211);
    o.firm();
    o.plan();
    o.depart();
    o.does(o.lantern, "leg.arrived", o.args());
    o.world.pass(day * 91, day);
    CHECK(holds(o.lantern.notices(), "STILL_HERE"));
    o.does(o.lantern, "leg.ended", o.args());
    o.both_show("ENDED");
    CHECK_FALSE(holds(o.lantern.notices(), "STILL_HERE"));
}

TEST_CASE("a cancellation that nobody confirms is phoned, and after a week stands as unconfirmed") {
    One o(212);
    o.firm();
    o.lantern.close();
    o.does(o.harbor, "leg.cancel", o.args("code", "CANCEL_NO_LONGER_NEEDED"));
    o.world.pass(hours(4), minutes(30));
    o.world.pass(minutes(1));
    CHECK(holds(o.harbor.notices(), "CANCEL_NOT_CONFIRMED"));
    o.world.pass(day * 7, hours(6));
    CHECK(o.harbor.state_of(o.leg()) == "CANCEL_UNCONFIRMED");
    o.lantern.open();
    o.world.pass(minutes(10), seconds(30));
    CHECK(o.lantern.state_of(o.leg()) == "CANCEL_UNCONFIRMED");
    o.does(o.lantern, "leg.cancel", o.args());
    o.both_show("CANCEL_CONFIRMED");
}

TEST_CASE("a place that was let go and not confirmed is asked after") {
    World world(213, {"investigation", "shelter", "shelter"});
    const Asked asked = ask(world, world.node(0), {&world.node(1), &world.node(2)});
    world.node(2).close();
    make_firm(world, world.node(0), world.node(1), asked, 0);
    CHECK(world.node(0).state_of(asked.legs[1]) == "NOT_SELECTED");
    world.pass(hours(25));
    CHECK(holds(world.node(0).notices(), "RELEASE_NOT_CONFIRMED"));
    world.node(2).open();
    world.pass(minutes(10), seconds(30));
    CHECK(world.node(2).state_of(asked.legs[1]) == "NOT_SELECTED");
    CHECK_FALSE(holds(world.node(0).notices(), "RELEASE_NOT_CONFIRMED"));
}

TEST_CASE(
    "what went to the wrong house is asked after by the hour, and ends unconfirmed in a week") {
    One o(214);
    o.does(o.lantern, "leg.show", o.args());
    o.lantern.close();
    o.does(o.harbor, "leg.discard", o.args("code", "MISDIRECT_WRONG_RECIPIENT"));
    CHECK(o.harbor.state_of(o.leg()) == "MISDIRECTED");
    CHECK(holds(o.harbor.notices(), "MISDIRECTED"));
    o.world.pass(day * 7 + hours(1), hours(6));
    CHECK(o.harbor.state_of(o.leg()) == "CANCEL_UNCONFIRMED");
}

TEST_CASE("a no of an emergency that nobody reviews is brought to the supervisor after a day") {
    One o(215, "EMERGENCY");
    o.does(o.lantern, "leg.show", o.args());
    o.does(o.lantern, "leg.decline", o.args("code", "DECLINE_OTHER_REVIEWED"));
    o.both_show("DECLINED");
    const auto times = [&] {
        return o.lantern.count("SELECT repeats FROM notice WHERE code='REVIEW_DECLINE'");
    };
    CHECK(times() == 1);
    o.world.pass(hours(25));
    CHECK(times() == 2);
    o.does(o.lantern, "leg.review", o.reviewed_by_phone("REVIEW_UPHELD"));
    CHECK(o.lantern.notices() == std::vector<std::string>{"COUNTERSIGN_PHONE_YES"});
}

TEST_CASE("a shelter frees the bed of an offer that the referrer gave up") {
    Offline o(216);
    o.does(o.lantern, "leg.show", o.args());
    o.lantern.watch([](const node::TransportPublicKey&, const node::Frame&) { return false; });
    o.does(o.lantern, "leg.offer", o.args("hold-minutes", 30 * 60));
    o.world.pass(hours(25), minutes(30));  // Harbor heard nothing: A9
    CHECK(o.harbor.state_of(o.leg()) == "LAPSED");
    CHECK(o.lantern.leg(o.leg()).text_at("answer") == "OFFERED");
    o.world.pass(hours(6), minutes(30));
    CHECK(o.lantern.leg(o.leg()).text_at("answer") == "LAPSED");
}

TEST_CASE("a deadline that passed while the machine slept fires at wake") {
    One o(217);
    o.firm();
    o.plan();
    o.depart();
    o.lantern.close();
    o.harbor.close();
    o.world.clock().move(day * 3);
    o.harbor.open();
    o.harbor.step();
    CHECK(o.harbor.state_of(o.leg()) == "NOT_ARRIVED");
    CHECK(holds(o.harbor.notices(), "NOT_ARRIVED"));
    o.lantern.open();
    o.world.pass(minutes(5), seconds(30));
    o.both_show("NOT_ARRIVED");
}

TEST_CASE("a clock that was three days ahead and is set right leaves no deadline three days late") {
    One o(218, "EMERGENCY");
    TestClock fast;
    fast.move(std::chrono::duration_cast<std::chrono::milliseconds>(day * 3));
    o.lantern.close();
    o.lantern.use_clock(fast);
    o.lantern.open();
    o.does(o.lantern, "leg.show", o.args());
    o.does(o.lantern, "leg.question", o.args("code", "Q_NIGHT_STAFF"));
    o.both_show("INFO_REQUESTED");
    o.lantern.close();
    o.lantern.use_clock(o.world.clock());
    o.lantern.open();
    o.world.pass(minutes(16), minutes(1));
    CHECK(o.lantern.state_of(o.leg()) == "SEEN");
}

TEST_CASE(
    "a shelter whose clock is three days ahead holds a bed as long as it said, on both sides") {
    One o(219);
    TestClock fast;
    fast.move(std::chrono::duration_cast<std::chrono::milliseconds>(day * 3));
    o.lantern.close();
    o.lantern.use_clock(fast);
    o.lantern.open();
    const auto pass = [&](std::chrono::seconds by) {
        for (auto left = by; left.count() > 0; left -= minutes(30)) {
            fast.move(minutes(30));
            o.world.pass(minutes(30), minutes(30));
        }
    };
    o.does(o.lantern, "leg.show", o.args());
    o.does(o.lantern, "leg.offer", o.args("hold-minutes", 120));
    o.both_show("OFFERED");
    const auto until = o.harbor.leg(o.leg()).int_at("hold_until");
    CHECK(std::abs(until - (o.world.clock().seconds() + 7200)) <= 60);
    pass(hours(1));
    o.both_show("OFFERED");
    pass(hours(2));
    o.both_show("LAPSED");
}

}  // namespace leeward::test
