// What a disclosure may rest on where it is no release: TONIGHT, a mandate, an order; and the return
// path, which is a release of its own.
#include <algorithm>

#include "release_fixture.h"

namespace leeward::test {
namespace {

using schema::Machine;
using std::chrono::hours;
using std::chrono::seconds;
using States = std::vector<std::string>;

constexpr schema::RoleSet supervisor{schema::Role::INVESTIGATION_SUPERVISOR};

bool has(const std::vector<std::string>& all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

Json switched_on() {
    return Json::object({{"code", "example"},
                         {"tonight", true},
                         {"counsel", "C. Example"},
                         {"reference", "memo 7"}});
}

Json tonight_args(const Papers& p) {
    Json args = p.draft_args(p.lantern, {"T2"});
    args.set("basis", "BASIS_TONIGHT");
    args.set("jurisdiction", "example");
    args.set("reach", Json(Json::Array{"REACH_NO_ANSWER", "REACH_NO_ANSWER"}));
    return args;
}

Json signed_by_minor(const std::string& id) {
    Json args = Papers::signature(id, "MINOR", "The survivor");
    args.set("capacity", whole_capacity());
    return args;
}

Json by_phone(const std::string& id) {
    return Json::object({{"id", id}, {"by-phone", "Grace"}, {"number", "555-0102"}});
}

std::string waiting_second(TestNode& node) {
    return node.must("approval.list").array_at("approvals").front().text_at("id");
}

}  // namespace

TEST_CASE(
    "TONIGHT is not offered until counsel has filled it in, and says what is possible instead") {
    Papers p(300);
    const Error off = p.harbor.refused("release.new", tonight_args(p));
    CHECK(off.code == Errc::not_released);
    CHECK(off.detail.find("counsel has not filled it in") != std::string::npos);
    CHECK(off.detail.find("interim safe stay") != std::string::npos);
    Json half = switched_on();
    half.set("tonight", false);
    p.harbor.must("jurisdiction.set", half);
    CHECK_FALSE(p.harbor.call("release.new", tonight_args(p)));
    p.harbor.must("jurisdiction.set", switched_on());
    CHECK(p.harbor.must("release.new", tonight_args(p)).text_at("basis") == "TONIGHT");
}

TEST_CASE(
    "TONIGHT, signed by her alone, opens only what she needs before morning, for 72 hours, once") {
    Papers p(301);
    p.harbor.must("jurisdiction.set", switched_on());
    const std::string id = p.harbor.must("release.new", tonight_args(p)).text_at("id");
    Json weak = Papers::signature(id, "MINOR", "The survivor");
    CHECK(p.harbor.must("release.sign", weak).text_at("state") == "PENDING_SIGNATURES");
    CHECK(p.harbor.must("release.sign", signed_by_minor(id)).text_at("state") == "ACTIVE");
    p.world.pump();
    const std::string grant = only_grant(p.lantern);
    const Json opened = p.lantern.must("grant.open", open_with(grant));
    for (const auto& [key, value] : *opened.find("record")->as_object())
        CHECK(schema::tonight_fields().contains(*schema::find_field(key)));
    CHECK(opened.find("record")->find("given_name") == nullptr);
    CHECK(opened.find("record")->text_at("allergies") == "Nuts.");
    CHECK(opened.text_at("note").find("own service record") != std::string::npos);
    const Error again = p.harbor.refused("release.new", tonight_args(p));
    CHECK(again.detail.find("already") != std::string::npos);
    p.world.pass(hours(73), hours(1));
    CHECK(p.state(id) == "EXPIRED");
    CHECK(p.lantern.refused("grant.open", open_with(grant)).code == Errc::not_released);
    CHECK(p.harbor.state_of(p.leg()) == "ACCEPTED");
    CHECK_FALSE(p.harbor.call("release.new", tonight_args(p)));
}

TEST_CASE("TONIGHT needs coded attempts to reach somebody and a bed that the shelter made firm") {
    Papers p(302);
    p.harbor.must("jurisdiction.set", switched_on());
    Json args = tonight_args(p);
    args.set("reach", Json::array());
    CHECK(p.harbor.refused("release.new", args).code == Errc::invalid_argument);
    args = tonight_args(p);
    args.set("to", p.juniper.name());
    CHECK(p.harbor.refused("release.new", args).code == Errc::not_released);
}

TEST_CASE("TONIGHT without her signature takes effect by a phone approval that is countersigned") {
    Papers p(303);
    p.harbor.must("jurisdiction.set", switched_on());
    const std::string id = p.harbor.must("release.new", tonight_args(p)).text_at("id");
    Json authorise = by_phone(id);
    CHECK(p.harbor.refused("release.authorise", authorise).code == Errc::invalid_argument);
    authorise.set("harm", "HARM_MEDICAL_TONIGHT");
    CHECK(p.harbor.must("release.authorise", authorise).text_at("state") == "ACTIVE");
    p.world.pump();
    CHECK(p.grants(p.lantern) == States{"OPENABLE"});
    const Json sign = Json::object({{"id", waiting_second(p.harbor)}});
    CHECK(p.harbor.refused("approval.give", sign).code ==
          Errc::not_permitted);  // she asked herself
    REQUIRE(p.harbor.call_as(supervisor, "approval.give", sign));
    CHECK(p.harbor.must("approval.list").array_at("approvals").empty());
    p.world.pass(hours(100), hours(4));
    CHECK(p.harbor.must("incident.list").array_at("incidents").empty());
}

TEST_CASE("A phone approval that nobody countersigns calls after a day and becomes an incident") {
    Papers p(304);
    p.harbor.must("jurisdiction.set", switched_on());
    const std::string id = p.harbor.must("release.new", tonight_args(p)).text_at("id");
    Json authorise = by_phone(id);
    authorise.set("harm", "HARM_SELF_HARM_RISK");
    p.harbor.must("release.authorise", authorise);
    p.world.pass(hours(97), hours(1));
    const Json list = p.harbor.must("incident.list");
    REQUIRE(list.array_at("incidents").size() == 1);
    CHECK(list.array_at("incidents").front().text_at("kind") == "INCIDENT_NOT_COUNTERSIGNED");
    CHECK(has(p.harbor.notices(), "INCIDENT_NOT_COUNTERSIGNED"));
    REQUIRE(p.harbor.call_as(
        supervisor, "approval.give", Json::object({{"id", waiting_second(p.harbor)}})));
    CHECK(p.harbor.must("incident.list").array_at("incidents").front().text_at("state") ==
          "CONTAINED");
}

TEST_CASE("A mandate is never signed: it lists its fields, names its law, and she is told") {
    Papers p(310);
    Json args = p.draft_args(p.lantern, {"T2"});
    args.set("basis", "BASIS_STATUTORY_MANDATE");
    args.set("cite", "Example Act, section 7");
    args.set("safety", "A worker stays with her.");
    args.set("notice", "TOLD_LATER_SAFETY");
    args.set("notice-days", 3);
    CHECK(p.harbor.refused("release.new", args).code == Errc::invalid_argument);  // a whole tier
    args.set("fields", Json(Json::Array{"preferred_name"}));
    Json no_law = args;
    no_law.set("cite", "");
    CHECK(p.harbor.refused("release.new", no_law).code == Errc::invalid_argument);
    const Json drafted = p.harbor.must("release.new", args);
    const std::string id = drafted.text_at("id");
    CHECK(drafted.text_at("text_en").find("This is not a question") != std::string::npos);
    const Error sign =
        p.harbor.refused("release.sign", Papers::signature(id, "MINOR", "The survivor"));
    CHECK(sign.detail.find("no consent") != std::string::npos);
    CHECK(p.harbor.must("release.authorise", by_phone(id)).text_at("state") == "ACTIVE");
    p.world.pump();
    CHECK(p.grants(p.lantern) == States{"OPENABLE"});
    CHECK(p.harbor.refused("release.withdraw", with_id(id)).code == Errc::wrong_state);
    p.world.pass(hours(24 * 3 + 1), hours(1));
    CHECK(has(p.harbor.notices(), "SURVIVOR_NOTICE_DUE"));
    p.harbor.must("release.notice", Json::object({{"id", id}, {"code", "TOLD_SURVIVOR"}}));
    p.world.pass(hours(24 * 8), hours(4));
    CHECK_FALSE(has(p.harbor.notices(), "SURVIVOR_NOTICE_DUE"));
}

TEST_CASE("A withdrawal of everything ends what rests on her word, and not what a court ordered") {
    Papers p(311);
    const std::string release = p.active();
    Json args = p.draft_args(p.juniper, {"preferred_name"});
    args.set("basis", "BASIS_COURT_ORDER");
    args.set("cite", "Order 12");
    args.set("safety", "Counsel is told.");
    args.set("notice", "TOLD_SURVIVOR");
    const std::string order = p.harbor.must("release.new", args).text_at("id");
    p.harbor.must("release.authorise", by_phone(order));
    p.harbor.must("release.withdraw", Json::object({{"case", p.asked.case_id}, {"scope", "ALL"}}));
    CHECK(p.state(release) == "WITHDRAWN");
    CHECK(p.state(order) == "ACTIVE");
}

// ------------------------------------------------------------------ the return path

namespace {

void arrive(Papers& p) {
    const auto now = p.world.clock().seconds();
    p.harbor.must("leg.plan",
                  Json::object({{"id", p.leg()},
                                {"window-start", now + 3600},
                                {"window-end", now + 7200},
                                {"roles", Json(Json::Array{"INVESTIGATOR"})},
                                {"code-word", "lantern"}}));
    p.world.pump();
    p.lantern.must("leg.plan", with_id(p.leg()));
    p.world.pump();
    p.lantern.must("leg.arrived", with_id(p.leg()));
    p.world.pump();
}

std::string return_path(Papers& p, std::string_view level) {
    std::string id = sign_return_path(p.lantern, p.leg(), level);
    p.world.pump();
    return id;
}

Json contact(const std::string& leg) {
    return Json::object({{"id", leg}, {"contact", "yes"}});
}

schema::ReturnLevel level_at(TestNode& node, const std::string& leg) {
    auto rows = node.home().store.query("SELECT return_level FROM leg WHERE hex(id)=upper(?)", leg);
    REQUIRE(rows.next());
    return static_cast<schema::ReturnLevel>(rows.integer(0));
}

}  // namespace

TEST_CASE("Without a return path a partner tells only that it is over") {
    Papers p(320);
    arrive(p);
    CHECK(p.lantern.refused("leg.follow-up", contact(p.leg())).code == Errc::not_released);
    Json ended = with_id(p.leg());
    ended.set("outcome", "OUTCOME_MOVED_PLANNED");
    CHECK(p.lantern.refused("leg.ended", ended).code == Errc::not_released);
    p.lantern.must("leg.ended", with_id(p.leg()));
    p.world.pump();
    CHECK(p.harbor.state_of(p.leg()) == "ENDED");
}

TEST_CASE("COARSE tells whether she is in contact, DETAIL the outcome too") {
    Papers p(321);
    arrive(p);
    return_path(p, "COARSE");
    CHECK(level_at(p.harbor, p.leg()) == schema::ReturnLevel::COARSE);
    p.lantern.must("leg.follow-up", contact(p.leg()));
    Json outcome = contact(p.leg());
    outcome.set("outcome", "OUTCOME_STABLE_IN_PLACEMENT");
    CHECK(p.lantern.refused("leg.follow-up", outcome).code == Errc::not_released);
    p.world.pump();
    CHECK(has(p.harbor.notices(), "FOLLOW_UP"));
    return_path(p, "DETAIL");
    CHECK(level_at(p.harbor, p.leg()) == schema::ReturnLevel::DETAIL);
    Json ended = with_id(p.leg());
    ended.set("outcome", "OUTCOME_MOVED_PLANNED");
    p.lantern.must("leg.ended", ended);
    p.world.pump();
    CHECK(p.harbor.state_of(p.leg()) == "ENDED");
}

TEST_CASE(
    "An end with an outcome is heard as an end by who was away longer than its record lived") {
    Papers p(323);
    arrive(p);
    return_path(p, "DETAIL");
    p.harbor.close();
    Json ended = with_id(p.leg());
    ended.set("outcome", "OUTCOME_MOVED_PLANNED");
    p.lantern.must("leg.ended", ended);
    p.world.pass(hours(24 * 14), hours(6));
    REQUIRE(p.lantern.count("SELECT count(*) FROM leg WHERE erased>0") == 1);
    p.harbor.open();
    p.world.pass(hours(1), std::chrono::minutes(5));
    CHECK(p.harbor.state_of(p.leg()) == "ENDED");
    CHECK(p.lantern.waiting() == 0);
}

TEST_CASE("A withdrawal heard by the referrer ends the return path too, and no bed") {
    Papers p(322);
    arrive(p);
    const std::string id = return_path(p, "COARSE");
    p.harbor.must("release.withdraw",
                  Json::object({{"case", p.asked.case_id}, {"scope", "PLACEMENT"}}));
    CHECK(level_at(p.harbor, p.leg()) == schema::ReturnLevel::NONE);
    p.world.pump();
    CHECK(p.lantern.must("release.show", with_id(id)).text_at("state") == "WITHDRAWN");
    CHECK(p.lantern.refused("leg.follow-up", contact(p.leg())).code == Errc::not_released);
    CHECK(p.lantern.state_of(p.leg()) == "ARRIVED");
}

TEST_CASE("A return path that has run out tells nothing more") {
    Papers p(323);
    arrive(p);
    return_path(p, "COARSE");
    p.world.pass(hours(24 * 31), hours(12));
    CHECK(p.lantern.refused("leg.follow-up", contact(p.leg())).code == Errc::not_released);
    CHECK(level_at(p.harbor, p.leg()) == schema::ReturnLevel::NONE);
    CHECK(p.harbor.state_of(p.leg()) == "ARRIVED");
}

}  // namespace leeward::test
