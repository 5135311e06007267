// Emergency access: each step of its table (B1 to B6), seen from both ends.
#include <algorithm>

#include "release_fixture.h"

namespace leeward::test {
namespace {

using schema::Machine;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr schema::RoleSet supervisor{schema::Role::INVESTIGATION_SUPERVISOR};
constexpr schema::RoleSet worker{schema::Role::INVESTIGATOR};

bool has(const std::vector<std::string>& all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

std::string ask_for(Papers& p, std::string_view field) {
    const std::string id = p.lantern
                               .must("access.ask",
                                     Json::object({{"leg", p.leg()},
                                                   {"fields", Json(Json::Array{field})},
                                                   {"harm", "HARM_MEDICAL_TONIGHT"}}))
                               .text_at("id");
    p.world.pump();
    return id;
}

Json by_phone(const std::string& id) {
    return Json::object({{"id", id}, {"by-phone", "Grace"}, {"number", "555-0102"}});
}

std::string state_at(TestNode& node, const std::string& id) {
    const Json list = node.must("access.list", Json::object({{"all", true}}));
    for (const auto& one : list.array_at("accesses"))
        if (one.text_at("id") == id) return one.text_at("state");
    return "";
}

Json review(const std::string& id, std::string_view how) {
    return Json::object({{"id", id}, {how == "justified" ? "justified" : "unjustified", true}});
}

// Granted, used, over.
std::string ended(Papers& p) {
    const std::string id = ask_for(p, "allergies");
    p.harbor.must("access.grant", by_phone(id));
    p.world.pass(hours(5), minutes(10));
    REQUIRE(state_at(p.harbor, id) == "ENDED");
    return id;
}

}  // namespace

TEST_CASE("An emergency opens the listed fields alone, for four hours, and ends by itself") {
    Papers p(400);
    const std::string id = ask_for(p, "allergies");
    CHECK(has(p.harbor.notices(), "ACCESS_ASKED"));
    CHECK(state_at(p.lantern, id) == "REQUESTED");
    p.harbor.must("access.grant", by_phone(id));
    p.world.pump();
    CHECK(state_at(p.harbor, id) == "ACTIVE");
    CHECK(state_at(p.lantern, id) == "ACTIVE");
    const std::string grant = only_grant(p.lantern);
    const Json opened = p.lantern.must(
        "grant.open", Json::object({{"id", grant}, {"purpose", "PURPOSE_BREAK_GLASS"}}));
    CHECK(opened.text_at("basis") == "EMERGENCY");
    CHECK(opened.find("record")->as_object()->size() == 1);
    CHECK(opened.find("record")->text_at("allergies") == "Nuts.");
    p.world.pass(hours(4) + minutes(10), minutes(10));
    CHECK(state_at(p.harbor, id) == "ENDED");
    CHECK(state_at(p.lantern, id) == "ENDED");
    CHECK(p.lantern.refused("grant.open", open_with(grant)).code == Errc::not_released);
    CHECK(p.lantern.count("SELECT count(*) FROM grant_of WHERE length(sealed)>0") == 0);
    CHECK(has(p.harbor.notices(), "SURVIVOR_NOTICE_DUE"));
    CHECK(p.harbor.state_of(p.leg()) == "ACCEPTED");
    for (const unsigned move : {2U, 4U})
        CHECK(p.harbor.logged(Machine::BREAK_GLASS, move) >= 1);
}

TEST_CASE(
    "An emergency is granted only with a second person, and never for longer than four hours") {
    Papers p(401);
    const std::string id = ask_for(p, "allergies");
    CHECK(p.harbor.call("access.grant", Json::object({{"id", id}, {"by-phone", "Grace"}}))
              .error()
              .code == Errc::invalid_argument);  // by telephone, without the number
    Json longer = by_phone(id);
    longer.set("hours", 5);
    CHECK(p.harbor.refused("access.grant", longer).code == Errc::invalid_argument);
    CHECK(state_at(p.harbor, id) == "REQUESTED");
    CHECK(p.harbor.must("approval.list").array_at("approvals").empty());
}

TEST_CASE(
    "An emergency that nobody answers is denied after an hour, and one that is refused at once") {
    Papers p(402);
    const std::string silent = ask_for(p, "allergies");
    p.world.pass(minutes(59), minutes(1));
    CHECK(state_at(p.harbor, silent) == "REQUESTED");
    p.world.pass(minutes(2), minutes(1));
    CHECK(state_at(p.harbor, silent) == "DENIED");
    CHECK(state_at(p.lantern, silent) == "DENIED");
    const std::string refused = ask_for(p, "given_name");
    p.harbor.must("access.deny", with_id(refused));
    p.world.pump();
    CHECK(state_at(p.lantern, refused) == "DENIED");
    CHECK(p.lantern.must("grant.list", Json::object({{"all", true}})).array_at("grants").empty());
}

TEST_CASE(
    "Only clinical and placement fields can be asked for, with a harm code, by who was asked") {
    Papers p(403);
    const auto try_ask = [&](TestNode& node, const char* field, const char* harm) {
        return node.call(
            "access.ask",
            Json::object({{"leg", p.leg()}, {"fields", Json(Json::Array{field})}, {"harm", harm}}));
    };
    CHECK_FALSE(try_ask(p.lantern, "unsafe_persons", "HARM_MISSING_NOW"));
    CHECK_FALSE(try_ask(p.lantern, "case_reference", "HARM_MISSING_NOW"));
    CHECK_FALSE(try_ask(p.lantern, "allergies", "PURPOSE_SAFETY"));
    CHECK_FALSE(try_ask(p.harbor, "allergies", "HARM_MISSING_NOW"));
}

TEST_CASE("Somebody who had no part reviews it; unjustified, it is an incident") {
    Papers p(404);
    const std::string id = ended(p);
    CHECK(p.harbor.refused("access.review", review(id, "justified")).code == Errc::not_permitted);
    REQUIRE(p.harbor.call_as(worker, "access.review", review(id, "unjustified")));
    CHECK(state_at(p.harbor, id) == "REVIEWED_UNJUSTIFIED");
    const Json list = p.harbor.must("incident.list");
    bool found = false;
    for (const auto& one : list.array_at("incidents"))
        if (one.text_at("kind") == "INCIDENT_UNJUSTIFIED_ACCESS") found = true;
    CHECK(found);
    const std::string right = ended(p);
    REQUIRE(p.harbor.call_as(worker, "access.review", review(right, "justified")));
    CHECK(state_at(p.harbor, right) == "REVIEWED_JUSTIFIED");
}

TEST_CASE("An overdue review is counted and shown, and never blocks the next rescue") {
    Papers p(405);
    const std::string first = ended(p);
    p.world.pass(hours(24 * 6), hours(4));
    CHECK(state_at(p.harbor, first) == "REVIEW_OVERDUE");
    CHECK(has(p.harbor.notices(), "REVIEW_OVERDUE"));
    CHECK(p.harbor.must("access.list").int_at("reviews_overdue") == 1);
    CHECK(p.harbor.must("node.status").int_at("reviews_overdue") == 1);
    const std::string second = ask_for(p, "given_name");
    const auto by_worker = p.harbor.call_as(worker, "access.grant", by_phone(second));
    REQUIRE_FALSE(by_worker);
    CHECK(by_worker.error().code == Errc::not_permitted);  // the holder's supervisor as well
    REQUIRE(p.harbor.call_as(supervisor, "access.grant", by_phone(second)));
    CHECK(has(p.harbor.notices(), "ACCESS_FLAGGED"));
    CHECK(p.harbor.logged(Machine::BREAK_GLASS, 6) >= 1);
}

TEST_CASE("She may withdraw an emergency access as anything else: it ends at once") {
    Papers p(406);
    const std::string id = ask_for(p, "allergies");
    const std::string release = p.harbor.must("access.grant", by_phone(id)).text_at("release");
    p.world.pump();
    p.harbor.must("release.withdraw", with_id(release));
    p.world.pass(seconds(10), seconds(1));
    CHECK(state_at(p.harbor, id) == "ENDED");
    CHECK(p.lantern.count("SELECT count(*) FROM grant_of WHERE length(sealed)>0") == 0);
}

}  // namespace leeward::test
