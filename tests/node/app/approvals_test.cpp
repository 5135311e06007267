#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/seat.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

const std::vector<std::string> two{"investigation", "shelter"};

Json id_args(const std::string& id) {
    return Json::object({{"id", id}});
}

// A shelter with a worker and a supervisor; a bed that was made firm.
struct Shelter {
    World world;
    TestNode& harbor = world.node(0);
    TestNode& juniper = world.node(1);
    Asked asked;
    Seat night{juniper, "night desk", "SHELTER_INTAKE"};
    Seat grace{juniper, "supervisor", "SHELTER_SUPERVISOR"};

    explicit Shelter(std::uint64_t seed, bool firm = true)
        : world(seed, two), asked(ask(world, harbor, {&juniper})) {
        if (firm) make_firm(world, harbor, juniper, asked, 0);
    }
    [[nodiscard]] const std::string& leg() const { return asked.legs.front(); }
    [[nodiscard]] Json lost() const {
        return Json::object({{"id", leg()}, {"code", "VACANCY_GONE"}});
    }
    [[nodiscard]] Json lost_by_phone(std::string_view who) const {
        return lost().set("by-phone", who).set("number", "555-0142");
    }
    Json only_approval(bool all = false) {
        const Json list = juniper.must("approval.list", Json::object({{"all", all}}));
        REQUIRE(list.array_at("approvals").size() == 1);
        return list.array_at("approvals").front();
    }
    bool raised(std::string_view code) {
        const auto notices = juniper.notices();
        return std::find(notices.begin(), notices.end(), code) != notices.end();
    }
    void founder_signs_in() {
        REQUIRE(juniper.serve(
            ::geteuid(),
            {"shift.start", Json::object({{"name", "desk 1"}}), node::Act::PERFORM, {}, 0},
            {std::string(passphrase_of_all)}));
    }
};

}  // namespace

TEST_CASE("At 3 a.m. a yes by telephone takes effect and is countersigned in the morning") {
    Shelter s(401);
    s.night.must("leg.lost", s.lost_by_phone("supervisor"));
    CHECK(s.juniper.state_of(s.leg()) == "BED_LOST");
    CHECK(s.only_approval().text_at("state") == "PHONED");
    CHECK(s.raised("COUNTERSIGN_PHONE_YES"));
    s.world.pass(hours(6));
    REQUIRE(s.grace.start_shift());
    s.grace.must("approval.give", id_args(s.only_approval().text_at("id")));
    CHECK(s.only_approval(true).text_at("state") == "COUNTERSIGNED");
    CHECK_FALSE(s.raised("COUNTERSIGN_PHONE_YES"));
    CHECK(s.juniper.must("audit.verify").bool_at("verified"));
}

TEST_CASE("A yes by telephone that nobody countersigns becomes an incident") {
    Shelter s(402);
    s.night.must("leg.lost", s.lost_by_phone("supervisor"));
    s.world.pass(hours(23));
    s.founder_signs_in();
    CHECK(s.only_approval().text_at("state") == "PHONED");
    s.world.pass(hours(74));  // at the latest 96 h, over any weekend
    s.founder_signs_in();
    CHECK(s.only_approval().text_at("state") == "OVERDUE");
    CHECK(s.raised("INCIDENT_NOT_COUNTERSIGNED"));
    REQUIRE(s.grace.start_shift());
    s.grace.must("approval.give", id_args(s.only_approval().text_at("id")));
    CHECK(s.only_approval(true).text_at("state") == "COUNTERSIGNED");
}

TEST_CASE(
    "Without anybody on the telephone the act waits, and is done when the supervisor agrees") {
    Shelter s(403);
    const Json waits = s.night.must("leg.lost", s.lost());
    CHECK(waits.bool_at("needs_second_person"));
    CHECK(s.juniper.state_of(s.leg()) == "ACCEPTED");
    CHECK(s.raised("SECOND_PERSON_ASKED"));
    const Json done = s.grace.must("approval.give", id_args(waits.text_at("id")));
    CHECK(done.find("done")->text_at("state") == "BED_LOST");
    CHECK(s.juniper.state_of(s.leg()) == "BED_LOST");
    CHECK(s.only_approval(true).text_at("state") == "GIVEN");
    CHECK(s.juniper.must("audit.verify").bool_at("verified"));
}

TEST_CASE("Nobody approves her own request, at the desk or by telephone") {
    Shelter s(404);
    const Json waits = s.grace.must("leg.lost", s.lost());
    const auto before = s.juniper.count("SELECT count(*) FROM leaf");
    CHECK(s.grace.refused("approval.give", id_args(waits.text_at("id"))).code ==
          Errc::not_permitted);
    CHECK(s.juniper.count("SELECT count(*) FROM leaf") == before + 1);
    CHECK(s.grace.refused("leg.lost", s.lost_by_phone("supervisor")).code == Errc::not_permitted);
    CHECK(s.night.refused("leg.lost", s.lost_by_phone("night desk")).code == Errc::not_permitted);
    CHECK(s.juniper.state_of(s.leg()) == "ACCEPTED");
    s.juniper.must("approval.give", id_args(waits.text_at("id")));
    CHECK(s.juniper.state_of(s.leg()) == "BED_LOST");
}

TEST_CASE("Whoever lost the role between request and answer neither agrees nor is agreed to") {
    Shelter s(405);
    const auto set_roles = [&](const Seat& seat, std::string_view roles) {
        s.juniper.must("people.roles",
                       Json::object({{"name", seat.name()}, {"roles", listed(roles)}}));
    };
    const Json waits = s.night.must("leg.lost", s.lost());
    set_roles(s.grace, "SHELTER_INTAKE,ADMINISTRATOR");
    CHECK(s.grace.refused("approval.give", id_args(waits.text_at("id"))).code ==
          Errc::not_permitted);
    CHECK(s.only_approval().text_at("state") == "ASKED");
    set_roles(s.grace, "SHELTER_SUPERVISOR");
    set_roles(s.night, "AUDITOR");
    CHECK(s.grace.must("approval.give", id_args(waits.text_at("id"))).text_at("state") == "VOID");
    CHECK(s.raised("SECOND_PERSON_VOID"));
    CHECK(s.juniper.state_of(s.leg()) == "ACCEPTED");
}

TEST_CASE(
    "A yes by telephone is countersigned by her who said it, or, once she may not, by another") {
    Shelter s(406);
    Seat other(s.juniper, "day supervisor", "SHELTER_SUPERVISOR");
    s.night.must("leg.lost", s.lost_by_phone("supervisor"));
    const Json id = id_args(s.only_approval().text_at("id"));
    CHECK(other.refused("approval.give", id).code == Errc::not_permitted);
    s.juniper.must("people.leave", Json::object({{"name", "supervisor"}}));
    other.must("approval.give", id);
    CHECK(s.only_approval(true).text_at("state") == "COUNTERSIGNED");
}

TEST_CASE("The telephone needs somebody who may agree, and a number to call back") {
    Shelter s(407);
    Seat other(s.juniper, "desk 3", "SHELTER_INTAKE");
    CHECK(s.night.refused("leg.lost", s.lost_by_phone("desk 3")).code == Errc::not_permitted);
    CHECK(s.night.refused("leg.lost", s.lost().set("by-phone", "supervisor")).code ==
          Errc::invalid_argument);
    CHECK(s.juniper.count("SELECT count(*) FROM approval") == 0);
}

TEST_CASE("A supervisor who says that she never agreed makes an incident, and undoes nothing") {
    Shelter s(408);
    s.night.must("leg.lost", s.lost_by_phone("supervisor"));
    s.grace.must("approval.refuse", id_args(s.only_approval().text_at("id")));
    CHECK(s.only_approval(true).text_at("state") == "REFUSED");
    CHECK(s.raised("INCIDENT_APPROVAL_DISPUTED"));
    CHECK(s.juniper.state_of(s.leg()) == "BED_LOST");
}

TEST_CASE("A refused request does nothing, and one that nobody answers lapses") {
    Shelter s(409);
    const Json first = s.night.must("leg.lost", s.lost());
    s.grace.must("approval.refuse", id_args(first.text_at("id")));
    CHECK(s.raised("SECOND_PERSON_REFUSED"));
    const Json second = s.night.must("leg.lost", s.lost());
    CHECK(s.grace.refused("approval.give", id_args(first.text_at("id"))).code == Errc::wrong_state);
    s.world.pass(hours(73));
    REQUIRE(s.grace.start_shift());
    CHECK(s.grace.refused("approval.give", id_args(second.text_at("id"))).code ==
          Errc::wrong_state);
    s.founder_signs_in();
    const Json all = s.juniper.must("approval.list", Json::object({{"all", true}}));
    REQUIRE(all.array_at("approvals").size() == 2);
    for (const auto& one : all.array_at("approvals"))
        CHECK(one.text_at("state") ==
              (one.text_at("id") == second.text_at("id") ? "LAPSED" : "REFUSED"));
}

TEST_CASE("A no is reviewed by a supervisor who did not say it") {
    Shelter s(410, false);
    s.night.must("leg.show", id_args(s.leg()));
    s.grace.must("leg.decline",
                 Json::object({{"id", s.leg()}, {"code", "DECLINE_OTHER_REVIEWED"}}));
    const Json returned = Json::object({{"id", s.leg()}, {"code", "REVIEW_RETURNED"}});
    CHECK(s.grace.must("leg.review", returned).bool_at("needs_second_person"));
    CHECK(s.juniper.state_of(s.leg()) == "DECLINE_UNDER_REVIEW");
    Seat other(s.juniper, "day supervisor", "SHELTER_SUPERVISOR");
    other.must("leg.review", returned);
    CHECK(s.juniper.state_of(s.leg()) == "SEEN");
    s.night.must("leg.decline",
                 Json::object({{"id", s.leg()}, {"code", "DECLINE_OTHER_REVIEWED"}}));
    s.grace.must("leg.review", Json::object({{"id", s.leg()}, {"code", "REVIEW_UPHELD"}}));
    CHECK(s.juniper.state_of(s.leg()) == "DECLINED");
}

namespace {

Json asked_over_budget(TestNode& referrer, Seat& worker, TestNode& shelter, std::string_view how) {
    const std::string case_id =
        worker
            .must("case.new",
                  Json::object({{"record", sample_record().dump()}, {"duplicate-check", "none"}}))
            .text_at("id");
    const std::string need =
        worker
            .must("need.new", Json::object({{"case", case_id}, {"need", telling_need(how).dump()}}))
            .text_at("id");
    Json args = Json::object({{"id", need}, {"to", listed(shelter.name())}});
    CHECK(worker.refused("need.ask", args).code == Errc::invalid_argument);
    args.set("override", "RISK_OVERRIDE_SAFETY_NEEDS_DETAIL");
    worker.preview("need.ask", args);
    CHECK(referrer.count("SELECT count(*) FROM approval") == 0);
    return worker.must("need.ask", args);
}

}  // namespace

TEST_CASE("An urgent inquiry over the budget goes at once and is looked at afterwards") {
    World world(411, two);
    TestNode& harbor = world.node(0);
    Seat ada(harbor, "desk 2", "INVESTIGATOR");
    Seat grace(harbor, "supervisor", "INVESTIGATION_SUPERVISOR");
    const Json sent = asked_over_budget(harbor, ada, world.node(1), "URGENT");
    CHECK(sent.array_at("legs").size() == 1);
    const Json list = ada.must("approval.list");
    REQUIRE(list.array_at("approvals").size() == 1);
    CHECK(list.array_at("approvals").front().text_at("state") == "TO_REVIEW");
    grace.must("approval.give", id_args(list.array_at("approvals").front().text_at("id")));
    CHECK(ada.must("approval.list").array_at("approvals").empty());
}

TEST_CASE("A routine inquiry over the budget waits for a second person") {
    World world(412, two);
    TestNode& harbor = world.node(0);
    Seat ada(harbor, "desk 2", "INVESTIGATOR");
    Seat grace(harbor, "supervisor", "INVESTIGATION_SUPERVISOR");
    const Json waits = asked_over_budget(harbor, ada, world.node(1), "ROUTINE");
    CHECK(waits.bool_at("needs_second_person"));
    CHECK(harbor.count("SELECT count(*) FROM leg") == 0);
    grace.must("approval.give", id_args(waits.text_at("id")));
    CHECK(harbor.count("SELECT count(*) FROM leg") == 1);
}

TEST_CASE("Nothing that protects the survivor ever asks for anybody") {
    Shelter s(413);
    const std::string release = sign_release(s.harbor, s.asked.case_id, s.juniper);
    s.world.pump();
    s.harbor.must("release.withdraw",
                  Json::object({{"id", release}, {"reason", "WITHDRAW_PREFERS_NOT_TO_SAY"}}));
    s.world.pump();
    s.harbor.must("need.withdraw",
                  Json::object({{"id", s.asked.need},
                                {"reason", "WITHDRAW_PREFERS_NOT_TO_SAY"},
                                {"read-back", true}}));
    s.world.pump();
    s.night.must("leg.cancel", id_args(s.leg()));
    CHECK(s.harbor.count("SELECT count(*) FROM approval") == 0);
    CHECK(s.juniper.count("SELECT count(*) FROM approval") == 0);
}

}  // namespace leeward::test
