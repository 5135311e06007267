// The second person of an organisation that has none of its own: a partner's supervisor.
#include <algorithm>

#include "release_fixture.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

bool has(const std::vector<std::string>& all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

// Harbor has one worker, and Lantern's supervisor for a second person.
struct Small : Papers {
    explicit Small(std::uint64_t seed) : Papers(seed) {
        harbor.must("approval.outside", Json::object({{"peer", lantern.name()}}));
    }
    Json longer() {
        return Json::object(
            {{"case", asked.case_id}, {"days", 90}, {"code", "POSTPONE_COMPLAINT"}});
    }
    std::string emergency() {
        const std::string id = lantern
                                   .must("access.ask",
                                         Json::object({{"leg", leg()},
                                                       {"fields", Json(Json::Array{"allergies"})},
                                                       {"harm", "HARM_MEDICAL_TONIGHT"}}))
                                   .text_at("id");
        world.pump();
        return id;
    }
    // What waits at Lantern for somebody else.
    Json at_lantern() {
        const Json list = lantern.must("approval.list");
        REQUIRE(list.array_at("for_partners").size() == 1);
        return list.array_at("for_partners").front();
    }
    std::string state() {
        const Json list = harbor.must("approval.list", Json::object({{"all", true}}));
        return list.array_at("approvals").front().text_at("state");
    }
    void answers(const char* command) {
        lantern.must(command, with_id(at_lantern().text_at("id")));
        world.pump();
    }
};

Json by_phone(const std::string& id) {
    return Json::object({{"id", id}, {"by-phone", "Lantern's supervisor"}, {"number", "555-0131"}});
}

}  // namespace

TEST_CASE("A partner's supervisor countersigns what was done on her yes by telephone") {
    Small s(650);
    s.harbor.must("access.grant", by_phone(s.emergency()));
    s.world.pump();
    CHECK(s.at_lantern().text_at("what") == "BREAK_GLASS");
    CHECK(s.at_lantern().bool_at("in_effect"));
    CHECK(has(s.lantern.notices(), "OUTSIDE_APPROVAL_ASKED"));
    s.answers("approval.give");
    CHECK(s.state() == "COUNTERSIGNED");
    CHECK_FALSE(has(s.harbor.notices(), "COUNTERSIGN_PHONE_YES"));
    s.world.pass(hours(100), hours(4));
    CHECK(s.harbor.must("incident.list").array_at("incidents").empty());
    for (TestNode* node : {&s.harbor, &s.lantern})
        CHECK(node->must("audit.verify").bool_at("verified"));
}

TEST_CASE("She sees which kind of act it is, and nothing of whom it is about") {
    Small s(651);
    s.harbor.must("retention.postpone", s.longer());
    s.world.pump();
    const std::string shown = s.at_lantern().dump();
    CHECK(shown.find("POSTPONE_RETENTION") != std::string::npos);
    CHECK(shown.find(s.asked.case_id) == std::string::npos);
    CHECK(shown.find("POSTPONE_COMPLAINT") == std::string::npos);
}

TEST_CASE(
    "What needs two keys beforehand is done when it is asked for again, once she has agreed") {
    Small s(652);
    CHECK(s.harbor.must("retention.postpone", s.longer()).bool_at("needs_second_person"));
    s.world.pump();
    CHECK(s.harbor.must("retention.show").array_at("kept_longer").empty());
    s.answers("approval.give");
    CHECK(s.state() == "AGREED");
    CHECK(has(s.harbor.notices(), "SECOND_PERSON_AGREED"));
    CHECK(s.harbor.must("retention.postpone", s.longer()).text_at("reason") ==
          "POSTPONE_COMPLAINT");
    CHECK(s.state() == "GIVEN");
    CHECK(s.harbor.must("retention.show").array_at("kept_longer").size() == 1);
    CHECK(s.harbor.must("retention.postpone", s.longer()).bool_at("needs_second_person"));
}

TEST_CASE("Her no to what was done by telephone is an incident") {
    Small s(653);
    s.harbor.must("access.grant", by_phone(s.emergency()));
    s.world.pump();
    s.answers("approval.refuse");
    CHECK(s.state() == "REFUSED");
    CHECK(has(s.harbor.notices(), "INCIDENT_APPROVAL_DISPUTED"));
}

TEST_CASE("Only the partner that was asked can answer, and only its supervisor") {
    Small s(654);
    s.harbor.must("retention.postpone", s.longer());
    s.world.pump();
    CHECK(s.juniper.must("approval.list").find("for_partners") == nullptr);
    const Json id = with_id(s.at_lantern().text_at("id"));
    CHECK(s.lantern.call_as({schema::Role::ADMINISTRATOR}, "approval.give", id).error().code ==
          Errc::not_permitted);
    CHECK(s.juniper.refused("approval.give", id).code == Errc::not_found);
    s.answers("approval.give");
    CHECK(s.lantern.refused("approval.refuse", id).code == Errc::wrong_state);
}

}  // namespace leeward::test
