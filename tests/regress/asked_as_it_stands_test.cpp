// Found by a review: what a second person was asked about could be changed before she answered, and a partner's
// yes to one thing was taken for another of the same kind.
#include <catch2/matchers/catch_matchers_string.hpp>

#include "schema/paper.h"
#include "tests/node/exchange/release_fixture.h"
#include "tests/support/seat.h"

namespace leeward::test {
namespace {

using Catch::Matchers::ContainsSubstring;

}  // namespace

TEST_CASE("a draft stays as it is while a second person is asked to let it go out") {
    World world(949, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    Seat ada(harbor, "desk 2", "INVESTIGATOR");
    Seat grace(harbor, "supervisor", "INVESTIGATION_SUPERVISOR");
    const Json record =
        Json::object({{"record", sample_record().dump()}, {"duplicate-check", "none"}});
    const std::string of = ada.must("case.new", record).text_at("id");
    const Json draft =
        Json::object({{"case", of}, {"need", telling_need("ROUTINE").dump()}, {"draft", true}});
    const std::string need = ada.must("need.new", draft).text_at("id");
    const Json changed = Json::object({{"id", need}, {"need", sample_need().dump()}});
    const Json waits = ada.must("need.ready",
                                Json::object({{"id", need},
                                              {"to", listed(world.node(1).name())},
                                              {"override", "RISK_OVERRIDE_SAFETY_NEEDS_DETAIL"}}));
    REQUIRE(waits.bool_at("needs_second_person"));
    CHECK(ada.refused("need.edit", changed).code == Errc::wrong_state);
    SECTION("and it is said until when") {
        const auto until = schema::from_unix(waits.int_at("due"));
        CHECK_THAT(ada.refused("need.edit", changed).detail,
                   ContainsSubstring(schema::date_text(until, schema::Language::EN)));
        world.pass(std::chrono::hours(73), std::chrono::hours(6));
        REQUIRE(ada.start_shift());
        ada.must("need.edit", changed);
    }
    SECTION("and is changed once she has said no") {
        grace.must("approval.refuse", Json::object({{"id", waits.text_at("id")}}));
        ada.must("need.edit", changed);
    }
    SECTION("and goes out as she was asked") {
        grace.must("approval.give", Json::object({{"id", waits.text_at("id")}}));
        CHECK(harbor.count("SELECT count(*) FROM leg") == 1);
    }
}

TEST_CASE("a partner's yes to one thing is no yes to another") {
    Papers p(950);
    p.harbor.must("approval.outside", Json::object({{"peer", p.lantern.name()}}));
    const auto postponed = [&](int days) {
        return p.harbor.must(
            "retention.postpone",
            Json::object(
                {{"case", p.asked.case_id}, {"days", days}, {"code", "POSTPONE_COMPLAINT"}}));
    };
    REQUIRE(postponed(30).bool_at("needs_second_person"));
    p.world.pump();
    const Json asked = p.lantern.must("approval.list").array_at("for_partners").front();
    p.lantern.must("approval.give", with_id(asked.text_at("id")));
    p.world.pump();
    CHECK(postponed(365).bool_at("needs_second_person"));
    CHECK(p.harbor.must("retention.show").array_at("kept_longer").empty());
    CHECK(postponed(30).text_at("reason") == "POSTPONE_COMPLAINT");
}

TEST_CASE("a partner's yes holds however the case is typed, and for no other case") {
    Papers p(964);
    p.harbor.must("approval.outside", Json::object({{"peer", p.lantern.name()}}));
    const auto postponed = [&](const std::string& case_id) {
        return p.harbor.must(
            "retention.postpone",
            Json::object({{"case", case_id}, {"days", 30}, {"code", "POSTPONE_COMPLAINT"}}));
    };
    const std::string other = ask(p.world, p.harbor, {&p.lantern}).case_id;
    REQUIRE(postponed(p.asked.case_id.substr(0, 12)).bool_at("needs_second_person"));
    p.world.pump();
    const Json asked = p.lantern.must("approval.list").array_at("for_partners").front();
    p.lantern.must("approval.give", with_id(asked.text_at("id")));
    p.world.pump();
    CHECK(postponed(other).bool_at("needs_second_person"));
    CHECK(postponed(p.asked.case_id).text_at("reason") == "POSTPONE_COMPLAINT");
}

}  // namespace leeward::test
