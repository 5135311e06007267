#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include "tests/support/seat.h"

namespace leeward::test {
namespace {

const std::vector<std::string> two{"investigation", "shelter"};

Json id_args(const std::string& id) {
    return Json::object({{"id", id}});
}

// An investigation group of two teams; a case of the north, its need and the question to a shelter.
struct Teams {
    World world;
    TestNode& harbor = world.node(0);
    TestNode& juniper = world.node(1);
    Seat ada{harbor, "ada's desk", "INVESTIGATOR", "north"};
    Seat bea{harbor, "bea's desk", "INVESTIGATOR", "north"};
    Seat cleo{harbor, "cleo's desk", "INVESTIGATOR", "south"};
    Seat grace{harbor, "supervisor", "INVESTIGATION_SUPERVISOR", "lead"};
    std::string case_id;
    std::string need;
    std::string leg;

    explicit Teams(std::uint64_t seed) : world(seed, two) {
        case_id =
            ada.must(
                   "case.new",
                   Json::object({{"record", sample_record().dump()}, {"duplicate-check", "none"}}))
                .text_at("id");
        need =
            ada.must("need.new", Json::object({{"case", case_id}, {"need", sample_need().dump()}}))
                .text_at("id");
        leg = ada.must("need.ask", Json::object({{"id", need}, {"to", listed(juniper.name())}}))
                  .array_at("legs")
                  .front()
                  .text_at("id");
        world.pump();
    }
    // What a worker finds in each of her lists.
    static std::size_t finds(Seat& seat) {
        return seat.must("case.list").array_at("cases").size() +
               seat.must("need.list").array_at("needs").size() +
               seat.must("leg.list").array_at("legs").size();
    }
    bool sees(Seat& seat) {
        const bool all = seat.call("case.show", id_args(case_id)) &&
                         seat.call("need.show", id_args(need)) &&
                         seat.call("leg.show", id_args(leg));
        CHECK(finds(seat) == (all ? 3U : 0U));
        return all;
    }
};

}  // namespace

TEST_CASE(
    "A case is seen by the worker who opened it, her team and the supervisors, and nobody else") {
    Teams t(501);
    CHECK(t.sees(t.ada));
    CHECK(t.sees(t.bea));
    CHECK(t.sees(t.grace));
    CHECK_FALSE(t.sees(t.cleo));
    for (const auto* command : {"case.show", "case.accounting"})
        CHECK(t.cleo.refused(command, id_args(t.case_id)).code == Errc::not_permitted);
    for (const auto* command : {"need.show"})
        CHECK(t.cleo.refused(command, id_args(t.need)).code == Errc::not_permitted);
    CHECK(t.cleo.refused("leg.show", id_args(t.leg)).code == Errc::not_permitted);
    CHECK(t.cleo.refused("release.list", Json::object({{"case", t.case_id}})).code ==
          Errc::not_permitted);
}

TEST_CASE("Papers of a case are seen by those who see the case") {
    Teams t(502);
    const std::string release = sign_release(t.harbor, t.case_id, t.juniper);
    CHECK(t.bea.must("release.list").array_at("releases").size() == 1);
    CHECK(t.cleo.must("release.list").array_at("releases").empty());
    t.bea.must("release.show", id_args(release));
    CHECK(t.cleo.refused("release.show", id_args(release)).code == Errc::not_permitted);
    CHECK(t.cleo.refused("grant.send", Json::object({{"release", release}})).code ==
          Errc::not_permitted);
}

TEST_CASE("A withdrawal is anybody's to record, whosever the case is") {
    Teams t(503);
    const std::string release = sign_release(t.harbor, t.case_id, t.juniper);
    t.cleo.must("release.withdraw", id_args(release));
    t.cleo.must(
        "need.withdraw",
        Json::object(
            {{"id", t.need}, {"reason", "WITHDRAW_PREFERS_NOT_TO_SAY"}, {"read-back", true}}));
}

TEST_CASE("A case that is given to another worker is hers and her team's from then on") {
    Teams t(504);
    const auto before = t.harbor.count("SELECT count(*) FROM leaf");
    t.ada.must("case.assign", Json::object({{"id", t.case_id}, {"to", "cleo's desk"}}));
    CHECK(t.harbor.count("SELECT count(*) FROM leaf") == before + 1);
    CHECK(t.sees(t.cleo));
    CHECK_FALSE(t.sees(t.ada));
    CHECK(t.harbor.count("SELECT count(*) FROM assignment") == 2);
    CHECK(
        t.grace.refused("case.assign", Json::object({{"id", t.case_id}, {"to", "nobody"}})).code ==
        Errc::not_found);
}

TEST_CASE("A deputy sees what is hers for whom she stands in, for as long as she does") {
    Teams t(505);
    CHECK(
        t.cleo
            .refused("people.deputy", Json::object({{"name", "ada's desk"}, {"to", "cleo's desk"}}))
            .code == Errc::not_permitted);
    t.ada.must("people.deputy", Json::object({{"name", "ada's desk"}, {"to", "cleo's desk"}}));
    CHECK(t.sees(t.cleo));
    t.grace.must("people.deputy", Json::object({{"name", "ada's desk"}}));
    CHECK_FALSE(t.sees(t.cleo));
}

TEST_CASE("Who ends her shift may hand over what is hers, and the past stays written down") {
    Teams t(506);
    CHECK(t.ada.refused("shift.end", Json::object({{"hand-to", "ada's desk"}})).code ==
          Errc::invalid_argument);
    t.ada.must("shift.end", Json::object({{"hand-to", "cleo's desk"}}));
    CHECK(t.sees(t.cleo));
    REQUIRE(t.ada.start_shift());
    CHECK_FALSE(t.sees(t.ada));
    CHECK(t.harbor.count("SELECT count(*) FROM assignment WHERE until>0") == 1);
}

TEST_CASE("Whoever leaves passes on what is open, and her acts stay hers") {
    Teams t(507);
    const auto leave = [&](Json args) {
        return t.harbor.call("people.leave", args.set("name", "ada's desk"));
    };
    CHECK(leave(Json::object()).error().code == Errc::wrong_state);
    REQUIRE(t.ada.call("case.list"));
    REQUIRE(leave(Json::object({{"hand-to", "cleo's desk"}})));
    CHECK(t.sees(t.cleo));
    CHECK_FALSE(t.sees(t.bea));
    CHECK(t.harbor.count("SELECT count(*) FROM signed_act a JOIN worker_key k ON k.verify=a.verify "
                         "JOIN worker w ON w.id=k.worker WHERE w.name='ada''s desk'") > 0);
    CHECK(t.harbor.must("audit.verify").bool_at("verified"));
}

TEST_CASE("An inquiry is every worker's until one of them takes it") {
    Teams t(508);
    Seat east(t.juniper, "east desk", "SHELTER_INTAKE", "east");
    Seat west(t.juniper, "west desk", "SHELTER_INTAKE", "west");
    CHECK(west.must("leg.list").array_at("legs").size() == 1);
    CHECK(east.must("inbox").array_at("waiting").size() == 1);
    east.must("leg.show", id_args(t.leg));
    CHECK(west.must("leg.list").array_at("legs").empty());
    CHECK(west.must("inbox").array_at("waiting").empty());
    CHECK(west.refused("leg.offer", id_args(t.leg)).code == Errc::not_permitted);
    east.must("leg.assign", Json::object({{"id", t.leg}, {"to", "west desk"}}));
    west.must("leg.offer", id_args(t.leg));
    CHECK(east.must("leg.list").array_at("legs").empty());
}

}  // namespace leeward::test
