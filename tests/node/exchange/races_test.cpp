// Two people act at once, or a message crosses another: what each is told, and where both sides stand
// in the end.
#include "tests/node/exchange/one_leg.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

struct Two {
    World world;
    TestNode& harbor;
    TestNode& lantern;
    TestNode& juniper;
    Asked asked;
    explicit Two(std::uint64_t seed)
        : world(seed, {"investigation", "shelter", "shelter"}),
          harbor(world.node(0)),
          lantern(world.node(1)),
          juniper(world.node(2)),
          asked(ask(world, harbor, {&lantern, &juniper})) {}
    void offers() {
        offer(world, lantern, asked.legs[0]);
        offer(world, juniper, asked.legs[1]);
    }
    Json choice(std::size_t leg) {
        return Json::object({{"id", asked.need},
                             {"leg", asked.legs[leg]},
                             {"basis", "CHOICE_BASIS_IN_PERSON"},
                             {"read-back", true}});
    }
    Json leg(std::size_t i) { return Json::object({{"id", asked.legs[i]}}); }
    void both_show(std::size_t i, std::string_view state) {
        CHECK(harbor.state_of(asked.legs[i]) == state);
        CHECK((i == 0 ? lantern : juniper).state_of(asked.legs[i]) == state);
    }
};

Json beds(int count) {
    return Json::object({{"statement",
                          Json::object({{"service_class", "PLACEMENT"},
                                        {"ages", Json(Json::Array{"15_17"})},
                                        {"capacity", "has"},
                                        {"beds", count},
                                        {"features", Json::array()}})
                              .dump()}});
}

}  // namespace

TEST_CASE("two workers choose different offers at once: the second is told that one is chosen") {
    Two t(400);
    t.offers();
    t.harbor.must("need.choose", t.choice(0));
    const Error error = t.harbor.refused("need.choose", t.choice(1));
    CHECK(error.code == Errc::wrong_state);
    CHECK(error.detail.find("another place is chosen already") != std::string::npos);
    t.world.pump();
    t.both_show(0, "SELECTED");
    t.both_show(1, "OFFERED");
}

TEST_CASE("both shelters confirm: only the chosen one becomes firm, the other is told why not") {
    Two t(401);
    t.offers();
    t.harbor.must("need.choose", t.choice(0));
    t.world.pump();
    const Error error = t.juniper.refused("leg.confirm", t.leg(1));
    CHECK(error.code == Errc::wrong_state);
    CHECK(error.detail.find("nobody has chosen yet") != std::string::npos);
    t.lantern.must("leg.confirm", t.leg(0));
    t.world.pump();
    t.both_show(0, "ACCEPTED");
    t.both_show(1, "NOT_SELECTED");
}

TEST_CASE("a yes by telephone and a firm yes of another shelter cross: one place is chosen") {
    Two t(402);
    t.offers();
    t.harbor.must("need.choose", t.choice(0));
    t.world.pump();
    t.lantern.must("leg.confirm", t.leg(0));  // on its way
    const Error error = t.harbor.refused(
        "leg.phone-accepted",
        Json::object({{"id", t.asked.legs[1]}, {"person", "night"}, {"number", "555-0100"}}));
    CHECK(error.detail.find("another place of this need is chosen already") != std::string::npos);
    t.world.pump();
    t.both_show(0, "ACCEPTED");
}

TEST_CASE("a withdrawal races a confirmation: the bed is asked back, nothing is disclosed") {
    Two t(403);
    t.offers();
    t.harbor.must("need.choose", t.choice(0));
    t.world.pump();
    sign_release(t.harbor, t.asked.case_id, t.lantern);
    t.lantern.must("leg.confirm", t.leg(0));  // on its way
    t.harbor.must(
        "need.withdraw",
        Json::object(
            {{"id", t.asked.need}, {"reason", "WITHDRAW_SURVIVOR_ASKED"}, {"read-back", true}}));
    t.world.pump();
    CHECK(t.lantern.must("grant.list", Json::object({{"all", true}})).array_at("grants").empty());
    t.both_show(0, "CANCEL_REQUESTED");  // a firm yes is let go by a person
    t.lantern.must("leg.cancel", t.leg(0));
    t.world.pump();
    t.both_show(0, "CANCEL_CONFIRMED");
}

TEST_CASE("she comes all the same after a cancel: she is in the house on both sides") {
    One o(404);
    o.firm();
    o.plan();
    o.harbor.must("leg.cancel", o.args("code", "CANCEL_WANTS_OTHER_PLACE"));
    o.lantern.must("leg.arrived", o.args());
    o.world.pump();
    o.both_show("ARRIVED");
    CHECK(o.need() == "PLACED");
}

TEST_CASE(
    "two workers of a shelter offer the last bed at once: the second is told that it is held") {
    World world(405, {"investigation", "shelter"});
    TestNode& lantern = world.node(1);
    lantern.must("capacity.set", beds(1));
    const Asked first = ask(world, world.node(0), {&lantern});
    const Asked second = ask(world, world.node(0), {&lantern});
    offer(world, lantern, first.legs[0]);
    lantern.must("leg.show", Json::object({{"id", second.legs[0]}}));
    const Error error = lantern.refused("leg.offer", Json::object({{"id", second.legs[0]}}));
    CHECK(error.detail.find("held for somebody already") != std::string::npos);
    lantern.must("capacity.set", beds(2));
    lantern.must("leg.offer", Json::object({{"id", second.legs[0]}}));
}

TEST_CASE("a third question is a telephone call") {
    One o(406);
    o.does(o.lantern, "leg.show", o.args());
    for (int round = 0; round < 2; ++round) {
        o.does(o.lantern, "leg.question", o.args("code", "Q_NIGHT_STAFF"));
        o.does(o.harbor, "leg.question", o.args("code", "A_CANNOT_SAY"));
        o.both_show("SEEN");
    }
    CHECK(o.lantern.refused("leg.question", o.args("code", "Q_TRANSPORT"))
              .detail.find("phone them") != std::string::npos);
}

TEST_CASE("a question answered by telephone is closed by who asked it") {
    One o(407);
    o.does(o.lantern, "leg.show", o.args());
    o.does(o.lantern, "leg.question", o.args("code", "Q_CALL_US"));
    o.does(o.lantern, "leg.question", o.args("code", "A_BY_PHONE"));
    o.both_show("SEEN");
}

TEST_CASE("an ended question is asked once more with its whole answer time, and not a third time") {
    One o(408);
    o.world.pass(hours(25));
    o.both_show("LAPSED");
    o.does(o.harbor, "leg.ask-again", o.args());
    o.both_show("DELIVERED");
    o.world.pass(hours(20));
    o.both_show("DELIVERED");
    o.world.pass(hours(5));
    o.both_show("LAPSED");
    CHECK(o.harbor.refused("leg.ask-again", o.args()).detail.find("once already") !=
          std::string::npos);
}

TEST_CASE("a bed that is gone after it was chosen lets the search go on") {
    Two t(409);
    t.offers();
    t.harbor.must("need.choose", t.choice(0));
    t.world.pump();
    t.lantern.must("leg.decline", t.leg(0).set("code", "VACANCY_GONE"));
    t.world.pump();
    t.both_show(0, "DECLINED");
    t.both_show(1, "OFFERED");
    CHECK(t.harbor.must("need.show", Json::object({{"id", t.asked.need}})).text_at("state") ==
          "OPTIONS");
}

TEST_CASE("a firm bed that is lost while she is under way rings at once") {
    One o(410);
    o.does(o.harbor, "leg.phone-accepted", o.call_args());
    o.harbor.must("leg.plan", o.window(hours(1), hours(2)));
    o.world.pump();
    o.depart();
    o.both_show("IN_TRANSIT");
    o.does(o.lantern, "leg.decline", o.args("code", "DECLINE_NO_CAPACITY"));
    o.both_show("DECLINED");
    CHECK(holds(o.harbor.notices(), "BED_LOST_UNDER_WAY"));
}

TEST_CASE("a firm bed that is lost releases nobody who is still needed") {
    Two t(411);
    t.offers();
    t.harbor.must("need.choose", t.choice(0));
    t.world.pump();
    t.lantern.must("leg.confirm", t.leg(0));
    t.world.pump();
    t.both_show(1, "NOT_SELECTED");
    t.lantern.must("leg.lost",
                   t.leg(0)
                       .set("code", "EMERGENCY_CLOSURE")
                       .set("by-phone", "the supervisor")
                       .set("number", "555-0100"));
    t.world.pump();
    t.both_show(0, "BED_LOST");
    CHECK(t.harbor.must("need.show", Json::object({{"id", t.asked.need}})).text_at("state") ==
          "INQUIRING");  // the house that was let go can be asked again
}

TEST_CASE("a later plan is agreed anew, and she may be delayed on the way") {
    One o(412);
    o.firm();
    o.plan();
    o.both_show("HANDOFF_SCHEDULED");
    o.does(o.harbor, "leg.plan", o.window(hours(3), hours(4)));
    o.both_show("ACCEPTED");
    CHECK(o.lantern.leg(o.leg()).text_at("reason") == "RESCHEDULED");
    o.does(o.lantern, "leg.plan", o.args());
    o.depart();
    const auto later = o.world.clock().seconds() + 8 * 3600;
    o.does(o.harbor, "leg.departed", o.args("window-end", later));
    CHECK(o.lantern.leg(o.leg()).int_at("window_end") == later);
    CHECK(o.lantern.leg(o.leg()).text_at("reason") == "DELAYED");
    o.world.pass(hours(7), minutes(30));
    o.both_show("IN_TRANSIT");
    o.world.pass(hours(4), minutes(30));
    o.both_show("NOT_ARRIVED");
}

TEST_CASE("an alarm stands until the new plan is acknowledged") {
    One o(413);
    o.firm();
    o.plan();
    o.depart();
    o.world.pass(hours(5), minutes(30));
    o.both_show("NOT_ARRIVED");
    o.does(o.harbor, "leg.plan", o.window(hours(3), hours(4)));
    o.both_show("NOT_ARRIVED");
    o.does(o.lantern, "leg.plan", o.args());
    o.both_show("HANDOFF_SCHEDULED");
    CHECK_FALSE(holds(o.harbor.notices(), "NOT_ARRIVED"));
}

TEST_CASE("a cancellation is confirmed by telephone where the shelter's node is down") {
    One o(414);
    o.firm();
    o.lantern.close();
    o.does(o.harbor, "leg.cancel", o.args("code", "CANCEL_COURT_DIRECTED"));
    CHECK(o.harbor.call_as({schema::Role::INVESTIGATOR}, "leg.phone-cancelled", o.call_args())
              .error()
              .code == Errc::not_permitted);
    o.harbor.must("leg.phone-cancelled", o.call_args());
    CHECK(o.harbor.state_of(o.leg()) == "CANCEL_CONFIRMED");
    o.lantern.open();
    o.world.pass(minutes(10), seconds(30));
    o.both_show("CANCEL_CONFIRMED");
}

TEST_CASE("what never left is called back for certain") {
    World world(415, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    const std::string case_id =
        harbor
            .must("case.new",
                  Json::object({{"record", sample_record().dump()}, {"duplicate-check", "none"}}))
            .text_at("id");
    const std::string need =
        harbor.must("need.new", Json::object({{"case", case_id}, {"need", sample_need().dump()}}))
            .text_at("id");
    const Json asked = harbor.must(
        "need.ask", Json::object({{"id", need}, {"to", Json(Json::Array{world.node(1).name()})}}));
    const std::string leg = asked.array_at("legs").front().text_at("id");
    harbor.must("leg.cancel", Json::object({{"id", leg}, {"code", "CANCEL_USER_ERROR"}}));
    CHECK(harbor.state_of(leg) == "CANCEL_CONFIRMED");
    CHECK(harbor.leg(leg).text_at("reason") == "RECALLED");
    world.pump();
    CHECK(world.node(1).leg(leg).is_null());
}

TEST_CASE("why she did not want a place stays with the referrer") {
    One o(416);
    offer(o.world, o.lantern, o.leg());
    Json args = o.args("code", "CANCEL_WANTS_OTHER_PLACE");
    args.set("survivor", "CLIENT_TOO_FAR");
    o.does(o.harbor, "leg.cancel", args);
    CHECK(o.harbor.must("leg.show", o.args()).text_at("survivor_said") == "CLIENT_TOO_FAR");
    CHECK(o.lantern.must("leg.show", o.args()).dump().find("CLIENT_") == std::string::npos);
}

TEST_CASE("a shelter that was asked in error says so first, and the referrer settles it") {
    One o(417);
    o.does(o.lantern, "leg.show", o.args());
    o.does(o.lantern, "leg.discard", o.args("code", "MISDIRECT_NOT_OURS"));
    o.both_show("MISDIRECTED");
    CHECK(holds(o.harbor.notices(), "MISDIRECTED"));
    o.does(o.harbor, "leg.discard", o.args("code", "MISDIRECT_WRONG_RECIPIENT"));
    o.both_show("DISCARDED");
}

}  // namespace leeward::test
