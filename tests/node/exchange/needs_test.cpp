// What a need goes through at its referrer: written, paused, met by nobody, ended, taken up again,
// followed up; and the case that it belongs to.
#include "tests/node/exchange/one_leg.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr hours day{24};

std::string new_case(TestNode& node, const Json& more = Json::object()) {
    Json args = Json::object({{"record", sample_record().dump()}, {"duplicate-check", "none"}});
    for (const auto& [key, value] : *more.as_object())
        args.set(key, value);
    return node.must("case.new", args).text_at("id");
}

Json need_args(const std::string& case_id, std::string_view priority = "URGENT") {
    return Json::object({{"case", case_id}, {"need", sample_need("PLACEMENT", priority).dump()}});
}

// One investigation and one shelter, nothing asked yet.
struct Desk {
    World world;
    TestNode& harbor;
    std::string case_id;
    explicit Desk(std::uint64_t seed, std::size_t shelters = 1)
        : world(seed, roles(shelters)), harbor(world.node(0)) {
        case_id = new_case(harbor);
    }
    static std::vector<std::string> roles(std::size_t shelters) {
        std::vector<std::string> all{"investigation"};
        all.insert(all.end(), shelters, "shelter");
        return all;
    }
    std::string state(const std::string& need) {
        return harbor.must("need.show", Json::object({{"id", need}})).text_at("state");
    }
    std::string case_state() {
        return harbor.must("case.show", Json::object({{"id", case_id}})).text_at("state");
    }
};

Json id_and(const std::string& id, std::string_view key, const Json& value) {
    return Json::object({{"id", id}}).set(key, value);
}

void into_the_house(One& o) {
    o.firm();
    o.plan();
    o.depart();
    o.does(o.lantern, "leg.arrived", o.args());
}

}  // namespace

TEST_CASE("a draft is finished by its writer, who is called when she forgets it") {
    Desk d(300);
    Json args = need_args(d.case_id, "EMERGENCY");
    args.set("draft", true);
    const std::string need = d.harbor.must("need.new", args).text_at("id");
    CHECK(d.state(need) == "DRAFT");
    CHECK(
        d.harbor.refused("need.ask", id_and(need, "to", Json(Json::Array{d.world.node(1).name()})))
            .code == Errc::wrong_state);
    d.world.pass(minutes(61), minutes(10));
    CHECK(holds(d.harbor.notices(), "NEED_IN_DRAFT"));
    d.harbor.must("need.edit", id_and(need, "need", sample_need("PLACEMENT", "URGENT").dump()));
    d.harbor.must("need.ready", Json::object({{"id", need}}));
    CHECK(d.state(need) == "READY");
    CHECK(d.harbor.notices().empty());
    CHECK(d.harbor.refused("need.edit", id_and(need, "need", sample_need().dump())).code ==
          Errc::wrong_state);
}

TEST_CASE("an emergency is written down and asked about in one act") {
    Desk d(301);
    Json args = need_args(d.case_id, "EMERGENCY");
    args.set("to", Json(Json::Array{d.world.node(1).name()}));
    const std::string need = d.harbor.must("need.new", args).text_at("id");
    CHECK(d.state(need) == "INQUIRING");
    d.world.pump();
    CHECK(d.world.node(1).must("leg.list").array_at("legs").size() == 1);
}

TEST_CASE("a need that nobody was asked about calls the supervisor, or ends where nobody is left") {
    Desk d(302);
    const std::string need = d.harbor.must("need.new", need_args(d.case_id)).text_at("id");
    d.world.pass(minutes(61), minutes(10));
    CHECK(holds(d.harbor.notices(), "NEED_NOT_ASKED"));
    Json unsafe = sample_record();
    unsafe.set("unsafe_organisations", Json(Json::Array{"birch"}));  // as written there, or not
    const std::string other = new_case(d.harbor, Json::object({{"record", unsafe.dump()}}));
    const std::string second = d.harbor.must("need.new", need_args(other)).text_at("id");
    const Error error = d.harbor.refused(
        "need.ask", id_and(second, "to", Json(Json::Array{d.world.node(1).name()})));
    CHECK(error.detail.find("unsafe organisations") != std::string::npos);
    d.world.pass(minutes(61), minutes(10));
    CHECK(d.state(second) == "UNPLACED");
}

TEST_CASE("who could still be asked is shown with what each has said, the freshest room first") {
    Desk d(303, 3);
    const auto says = [&](std::size_t node, std::string_view level) {
        d.world.node(node).must("capacity.set",
                                Json::object({{"statement",
                                               Json::object({{"service_class", "PLACEMENT"},
                                                             {"ages", Json(Json::Array{"15_17"})},
                                                             {"capacity", level},
                                                             {"features", Json::array()}})
                                                   .dump()}}));
    };
    says(1, "none");
    says(2, "has");
    d.world.pass(hours(1));
    const std::string need = d.harbor.must("need.new", need_args(d.case_id)).text_at("id");
    const auto order = [&] {
        std::string all;
        const Json shown = d.harbor.must("need.show", Json::object({{"id", need}}));
        for (const auto& one : shown.array_at("could_be_asked"))
            all += one.text_at("organisation") + " " + one.text_at("capacity") + ";";
        return all;
    };
    CHECK(order() == "Cedar has;Damson nothing told;Birch none;");
    d.world.node(2).close();
    d.world.pass(hours(26));
    CHECK(order().find("Cedar stale") != std::string::npos);
}

TEST_CASE("a pause keeps the offer and asks nobody new; after three days it ends by itself") {
    One o(304, "ROUTINE");
    o.does(o.lantern, "leg.show", o.args());
    o.does(o.lantern, "leg.offer", o.args("hold-minutes", 8 * 24 * 60));
    CHECK(o.need() == "OPTIONS");
    o.harbor.must("need.pause", id_and(o.asked.need, "reason", "PAUSE_SURVIVOR_ASKED"));
    CHECK(o.need() == "PAUSED");
    CHECK(o.harbor
              .call("need.choose",
                    Json::object({{"id", o.asked.need},
                                  {"leg", o.leg()},
                                  {"basis", "CHOICE_BASIS_IN_PERSON"},
                                  {"read-back", true}}))
              .error()
              .code == Errc::wrong_state);
    o.both_show("OFFERED");
    o.world.pass(hours(73));
    CHECK(o.need() == "OPTIONS");
    CHECK(holds(o.harbor.notices(), "NEED_RESUMED"));
    o.harbor.must("need.pause", id_and(o.asked.need, "reason", "PAUSE_TEAM"));
    o.harbor.must("need.resume", Json::object({{"id", o.asked.need}}));
    CHECK(o.need() == "OPTIONS");
}

TEST_CASE("a need that nobody can meet is counted with its reason and where she sleeps tonight") {
    One o(305);
    o.does(o.lantern, "leg.show", o.args());
    o.does(o.lantern, "leg.decline", o.args("code", "DECLINE_NO_CAPACITY"));
    CHECK(o.need() == "UNPLACED");
    CHECK(holds(o.harbor.notices(), "NEED_UNPLACED"));
    Json shown = o.harbor.must("need.show", Json::object({{"id", o.asked.need}}));
    CHECK(shown.text_at("outcome") == "UNMET_NO_CAPACITY_ANYWHERE");
    const auto times = [&] {
        return o.harbor.count("SELECT repeats FROM notice WHERE code='NEED_UNPLACED'");
    };
    CHECK(times() == 1);
    o.world.pass(hours(25));
    CHECK(times() == 2);
    o.harbor.must("need.unplaced",
                  id_and(o.asked.need, "code", "UNMET_GROUP_TOGETHER").set("interim-stay", "yes"));
    shown = o.harbor.must("need.show", Json::object({{"id", o.asked.need}}));
    CHECK(shown.text_at("outcome") == "UNMET_GROUP_TOGETHER");
    CHECK(shown.bool_at("interim_safe_stay"));
}

TEST_CASE("a decline that is taken back makes an option of a need that nobody could meet") {
    One o(306);
    o.does(o.lantern, "leg.show", o.args());
    o.does(o.lantern, "leg.decline", o.args("code", "DECLINE_NO_CAPACITY"));
    CHECK(o.need() == "UNPLACED");
    o.does(o.lantern, "leg.offer", o.args());
    CHECK(o.need() == "OPTIONS");
    CHECK(o.harbor.must("need.show", Json::object({{"id", o.asked.need}}))
              .text_at("outcome")
              .empty());
    CHECK_FALSE(holds(o.harbor.notices(), "NEED_UNPLACED"));
}

TEST_CASE("a need that nobody could meet is looked for again") {
    One o(307);
    o.does(o.lantern, "leg.show", o.args());
    o.does(o.lantern, "leg.decline", o.args("code", "DECLINE_NO_CAPACITY"));
    o.harbor.must("need.reopen", id_and(o.asked.need, "code", "REOPEN_WIDER_SEARCH"));
    CHECK(o.need() == "INQUIRING");
}

TEST_CASE("a need that looks on with nobody asked calls for the next shelter") {
    World world(308, {"investigation", "shelter", "shelter"});
    const Asked asked = ask(world, world.node(0), {&world.node(1)});
    world.node(1).must("leg.show", Json::object({{"id", asked.legs[0]}}));
    world.node(1).must("leg.decline", id_and(asked.legs[0], "code", "DECLINE_AGE_RANGE"));
    world.pump();
    CHECK(world.node(0).must("need.show", Json::object({{"id", asked.need}})).text_at("state") ==
          "INQUIRING");
    world.pass(hours(25));
    CHECK(holds(world.node(0).notices(), "NEED_STILL_LOOKS"));
}

TEST_CASE(
    "a need that has gone away asks the shelters to end, and is refused once she is under way") {
    One o(309);
    o.firm();
    o.plan();
    o.depart();
    const Error error =
        o.harbor.refused("need.cancel", id_and(o.asked.need, "code", "CANCEL_NO_LONGER_NEEDED"));
    CHECK(error.detail.find("under way: phone") != std::string::npos);
    One before(310);
    before.firm();
    before.does(before.harbor,
                "need.cancel",
                id_and(before.asked.need, "code", "CANCEL_PLACED_OUTSIDE_SYSTEM"));
    CHECK(before.need() == "CANCELLED");
    before.both_show("CANCEL_REQUESTED");
}

TEST_CASE("a withdrawal asks about the bed first where she is in the house, and never takes it") {
    One o(311);
    into_the_house(o);
    const Json word = Json::object(
        {{"id", o.asked.need}, {"reason", "WITHDRAW_PREFERS_NOT_TO_SAY"}, {"read-back", true}});
    CHECK(o.harbor.refused("need.withdraw", word).detail.find("ask her about the bed") !=
          std::string::npos);
    Json asked = word;
    asked.set("bed-asked", true);
    o.does(o.harbor, "need.withdraw", asked);
    CHECK(o.need() == "WITHDRAWN");
    o.both_show("ARRIVED");
}

TEST_CASE("a withdrawn need ends what was shared for it; on her own word it is opened again") {
    One o(312);
    o.firm();
    sign_release(o.harbor, o.asked.case_id, o.lantern);
    o.world.pump();
    o.does(o.harbor,
           "need.withdraw",
           Json::object(
               {{"id", o.asked.need}, {"reason", "WITHDRAW_SURVIVOR_ASKED"}, {"read-back", true}}));
    const Json releases = o.harbor.must("release.list", Json::object({{"case", o.asked.case_id}}));
    CHECK(releases.array_at("releases").front().text_at("state") == "WITHDRAWN");
    const Json reopen = id_and(o.asked.need, "code", "REOPEN_SURVIVOR_CAME_BACK");
    CHECK(o.harbor.refused("need.reopen", reopen).detail.find("own word") != std::string::npos);
    Json heard = reopen;
    heard.set("read-back", true);
    o.harbor.must("need.reopen", heard);
    CHECK(o.need() == "READY");
}

TEST_CASE("an entry made in error is discarded by everybody who was asked") {
    World world(313, {"investigation", "shelter", "shelter"});
    const Asked asked = ask(world, world.node(0), {&world.node(1), &world.node(2)});
    world.node(1).must("leg.show", Json::object({{"id", asked.legs[0]}}));
    world.node(0).must("need.error", id_and(asked.need, "code", "EIE_WRONG_PERSON"));
    world.pump();
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(world.node(0).state_of(asked.legs[i]) == "MISDIRECTED");
        CHECK(world.node(i + 1).state_of(asked.legs[i]) == "MISDIRECTED");
    }
    CHECK(world.node(0).must("need.show", Json::object({{"id", asked.need}})).text_at("state") ==
          "ENTERED_IN_ERROR");
    CHECK_FALSE(world.node(0).call(
        "need.reopen",
        id_and(asked.need, "code", "REOPEN_CLOSED_IN_ERROR").set("read-back", true)));
}

TEST_CASE("a need that another worker has too stands down, and a new one is not blocked by it") {
    Desk d(314);
    const Asked first = ask(d.world, d.harbor, {&d.world.node(1)});
    const Json to = Json(Json::Array{d.world.node(1).name()});
    CHECK(d.harbor.refused("need.duplicate", Json::object({{"id", first.need}})).code ==
          Errc::invalid_argument);
    d.harbor.must("need.duplicate", id_and(first.need, "spoken", true));
    d.world.pump();
    CHECK(d.state(first.need) == "DUPLICATE_LINKED");
    CHECK(d.world.node(1).state_of(first.legs[0]) == "CANCEL_CONFIRMED");
    CHECK(d.harbor.must("case.show", Json::object({{"id", first.case_id}})).text_at("state") ==
          "CLOSED");
    d.world.pass(day * 7, day);
    const std::string again = d.harbor.must("need.new", need_args(d.case_id)).text_at("id");
    d.harbor.must("need.ask", id_and(again, "to", to));
    CHECK(d.state(again) == "INQUIRING");
}

TEST_CASE(
    "without a return path the need closes two days after arrival, told neither well nor ill") {
    One o(315);
    into_the_house(o);
    CHECK(o.need() == "PLACED");
    o.world.pass(hours(49));
    CHECK(o.need() == "CLOSED");
    CHECK(o.harbor.must("need.show", Json::object({{"id", o.asked.need}})).text_at("outcome") ==
          "OUTCOME_NOT_DISCLOSED");
    CHECK(o.harbor.must("case.show", Json::object({{"id", o.asked.case_id}})).text_at("state") ==
          "CLOSED");
    o.both_show("ARRIVED");
}

TEST_CASE(
    "follow-ups come at 7, 30 and 90 days while the return path lives, then the need closes") {
    One o(316);
    into_the_house(o);
    sign_return_path(o.lantern, o.leg(), "COARSE");
    o.world.pump();
    o.world.pass(hours(49));
    CHECK(o.need() == "FOLLOW_UP");
    const Json heard = id_and(o.asked.need, "outcome", "OUTCOME_STABLE_IN_PLACEMENT");
    CHECK(o.harbor.refused("need.follow-up", heard).code == Errc::wrong_state);
    o.world.pass(day * 5, hours(12));
    CHECK(holds(o.harbor.notices(), "FOLLOW_UP_DUE"));
    o.world.pass(day * 5, hours(12));
    CHECK(holds(o.harbor.notices(), "FOLLOW_UP_OVERDUE"));
    o.harbor.must("need.follow-up", heard);
    CHECK(o.harbor.notices().empty());
    o.world.pass(day * 20, day);  // day 32: the release of 30 days is over
    CHECK(holds(o.harbor.notices(), "FOLLOW_UP_NO_AUTHORITY"));
    const Error error = o.harbor.refused("need.follow-up", heard);
    CHECK((error.code == Errc::not_released || error.code == Errc::wrong_state));
    o.world.pass(day * 74, day);
    CHECK(o.need() == "CLOSED");
    o.both_show("ARRIVED");
}

TEST_CASE(
    "a case without an open need closes after a fortnight, and is opened again for a new one") {
    Desk d(317);
    const std::string need = d.harbor.must("need.new", need_args(d.case_id)).text_at("id");
    d.harbor.must("need.cancel", id_and(need, "code", "CANCEL_NO_LONGER_NEEDED"));
    d.world.pass(day * 13, day);
    CHECK(d.case_state() == "OPEN");
    d.world.pass(day * 2, day);
    CHECK(d.case_state() == "CLOSED");
    CHECK(d.harbor.refused("need.new", need_args(d.case_id)).code == Errc::wrong_state);
    d.harbor.must("case.reopen", id_and(d.case_id, "code", "REOPEN_SURVIVOR_CAME_BACK"));
    d.harbor.must("need.new", need_args(d.case_id));
    d.world.pass(day * 20, day);
    CHECK(d.case_state() == "OPEN");
}

TEST_CASE("a supervisor takes up a closed need, and its case with it") {
    One o(318);
    into_the_house(o);
    o.harbor.must("need.close", id_and(o.asked.need, "outcome", "OUTCOME_MOVED_UNPLANNED"));
    const Json again = id_and(o.asked.need, "code", "REOPEN_CLOSED_IN_ERROR");
    CHECK(o.harbor.call_as({schema::Role::INVESTIGATOR}, "need.reopen", again).error().code ==
          Errc::not_permitted);
    o.harbor.must("need.reopen", again);
    CHECK(o.need() == "READY");
    CHECK(o.harbor.must("case.show", Json::object({{"id", o.asked.case_id}})).text_at("state") ==
          "OPEN");
}

TEST_CASE("she was found and wants another place: the alarm is settled and the search goes on") {
    One o(319);
    o.firm();
    o.plan();
    o.depart();
    o.world.pass(hours(5), minutes(30));
    o.both_show("NOT_ARRIVED");
    const Json settle = o.args("code", "NOT_ARRIVED_CHANGED_MIND");
    CHECK(o.harbor.call_as({schema::Role::INVESTIGATOR}, "leg.cancel", settle).error().code ==
          Errc::not_permitted);
    o.does(o.harbor, "leg.cancel", settle);
    o.both_show("CANCEL_REQUESTED");
    CHECK((o.need() == "INQUIRING" || o.need() == "UNPLACED"));
    o.does(o.lantern, "leg.cancel", o.args());
    o.both_show("CANCEL_CONFIRMED");
}

TEST_CASE("siblings are cases of their own that know of each other, each with her own releases") {
    World world(320, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    TestNode& lantern = world.node(1);
    const Asked first = ask(world, harbor, {&lantern});
    make_firm(world, harbor, lantern, first, 0);
    const std::string second = new_case(harbor, Json::object({{"sibling-of", first.case_id}}));
    const Json shown = harbor.must("case.show", Json::object({{"id", second}}));
    REQUIRE(shown.array_at("siblings").size() == 1);
    CHECK(shown.array_at("siblings").front().text_at("id") == first.case_id);
    CHECK(shown.array_at("siblings").front().text_at("place") == lantern.name());
    CHECK(harbor.must("case.show", Json::object({{"id", first.case_id}}))
              .array_at("siblings")
              .size() == 1);
    // A release that the second has signed opens nothing of the first.
    sign_release(harbor, second, lantern);
    world.pump();
    CHECK(lantern.must("grant.list", Json::object({{"all", true}})).array_at("grants").empty());
    sign_release(harbor, first.case_id, lantern);
    world.pump();
    CHECK(lantern.must("grant.list").array_at("grants").size() == 1);
}

}  // namespace leeward::test
