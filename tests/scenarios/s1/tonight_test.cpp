// Variant 1.d: a night on which no guardian and no agency can be reached.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "schema/catalogue.h"
#include "tests/scenarios/rules.h"
#include "tests/scenarios/s1/placement.h"
#include "tests/support/words.h"

namespace leeward::test {
namespace {

class Tonight : public Placement {
public:
    enum class Counsel { HAS_FILLED_IT_IN, HAS_NOT };
    Tonight(std::string name, Counsel counsel)
        : Placement(std::move(name), "Nobody can be reached tonight") {
        if (counsel == Counsel::HAS_FILLED_IT_IN)
            node(House::HLR)
                .must("jurisdiction.set",
                      Json::object({{"code", "example"},
                                    {"tonight", true},
                                    {"counsel", "C. Example"},
                                    {"reference", "memo 7"}}));
        up_to_a_firm_bed();
        const OnTheWay held(*this);
        planned();
    }

    [[nodiscard]] Args asked_for() const {
        return {{"case", case_id},
                {"to", name_of(House::LAN)},
                {"fields", Json(Json::Array{"T2"})},
                {"purpose", "PURPOSE_PLACEMENT"},
                {"basis", "BASIS_TONIGHT"},
                {"jurisdiction", "example"},
                {"reach", Json(Json::Array{"REACH_NO_ANSWER", "REACH_NO_ANSWER"})}};
    }
    void drafted() {
        release = ada.does("writes down two attempts to reach somebody, and drafts TONIGHT",
                           "release.new",
                           asked_for())
                      .text_at("id");
    }
    void opened_by_lantern() {
        grant = grant_with(House::LAN, "allergies");
        CHECK_FALSE(grant.empty());
        CHECK(grant_with(House::LAN, "given_name").empty());
        const Json read = cleo.does("reads what she needs before morning",
                                    "grant.open",
                                    {{"id", grant}, {"purpose", "PURPOSE_INTAKE"}});
        const Json record = member(read, "record");
        CHECK_FALSE(record.text_at("allergies").empty());
        for (const auto& [field, value] : *record.as_object())
            CHECK(schema::tonight_fields().contains(*schema::find_field(field)));
        CHECK(read.text_at("note").find("own service record") != std::string::npos);
    }
};

}  // namespace

TEST_CASE(
    "S1 1.d: nobody can be reached: what she needs before morning is read, for 72 hours, once") {
    Tonight s("S1-1.d", Tonight::Counsel::HAS_FILLED_IT_IN);
    s.step("1.d", "25:40", "No guardian answers, twice; the agency's line is closed");
    s.drafted();
    s.ada.does("reads it aloud; she signs, and what she is able to do is written down",
               "release.sign",
               {{"id", s.release},
                {"signer", "MINOR"},
                {"name", "she herself"},
                {"capacity", whole_capacity()},
                {"read-back", true},
                {"copy", "offered"}});
    s.expect("OPEN/HANDOFF | NOT_SELECTED, HANDOFF_SCHEDULED, LAPSED");
    s.opened_by_lantern();
    s.under_way();
    s.handed_over();
    s.step("1.d", "97:50", "72 hours are over");
    CHECK(s.ada.looks("release.show", {{"id", s.release}}).text_at("state") == "EXPIRED");
    s.cleo.refused("wants to read it once more",
                   "grant.open",
                   {{"id", s.grant}, {"purpose", "PURPOSE_INTAKE"}});
    CHECK(s.leg_at(House::HLR, s.leg(House::LAN)).text_at("state") == "ARRIVED");
    s.ada.refused("asks for another such night", "release.new", s.asked_for());
    for (const auto& finding : audit(s).findings)
        FAIL_CHECK(finding.organisation << ": " << schema::name(finding.kind));
}

TEST_CASE("S1 1.d: she is not able to sign: a supervisor says yes by telephone, and countersigns") {
    Tonight s("S1-1.d-by-phone", Tonight::Counsel::HAS_FILLED_IT_IN);
    s.step("1.d", "25:40", "Nobody is reached, and she is not able to sign");
    s.drafted();
    s.ada.does("writes down what is feared, and that Grace said yes on the telephone",
               "release.authorise",
               {{"id", s.release},
                {"harm", "HARM_MEDICAL_TONIGHT"},
                {"by-phone", "Grace"},
                {"number", "555-0102"}});
    s.expect("OPEN/HANDOFF | NOT_SELECTED, HANDOFF_SCHEDULED, LAPSED");
    s.opened_by_lantern();
    s.step("1.d", "33:00", "Grace comes to work");
    const Json waiting = s.grace.looks("approval.list", {});
    s.grace.does("countersigns what she said",
                 "approval.give",
                 {{"id", waiting.array_at("approvals").front().text_at("id")}});
    CHECK(s.grace.looks("approval.list", {}).array_at("approvals").empty());
}

TEST_CASE("S1 1.d: what nobody countersigns is an incident") {
    Tonight s("S1-1.d-incident", Tonight::Counsel::HAS_FILLED_IT_IN);
    s.step("1.d", "25:40", "Nobody is reached, and she is not able to sign");
    s.drafted();
    s.ada.does("says that somebody said yes on the telephone",
               "release.authorise",
               {{"id", s.release},
                {"harm", "HARM_MEDICAL_TONIGHT"},
                {"by-phone", "Grace"},
                {"number", "555-0102"}});
    s.step("1.d", "122:00", "Four days later nobody has countersigned");
    CHECK(s.eye(House::HLR, "incident.list").array_at("incidents").size() == 1);
}

TEST_CASE("S1 1.d: where counsel has filled in nothing, the night is not offered") {
    Tonight s("S1-1.d-off", Tonight::Counsel::HAS_NOT);
    s.step("1.d", "25:40", "Nobody is reached, and counsel has filled in nothing");
    const Error off = s.ada.refused("asks for it all the same", "release.new", s.asked_for());
    CHECK(off.detail.find("interim safe stay") != std::string::npos);
    s.expect("OPEN/HANDOFF | NOT_SELECTED, HANDOFF_SCHEDULED, LAPSED");
}

}  // namespace leeward::test
