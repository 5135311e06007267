// How long what is held is kept: grants to their end (G1t to G10t), the handoff set, our own record.
#include <algorithm>

#include "release_fixture.h"

namespace leeward::test {
namespace {

using schema::Machine;
using std::chrono::hours;
using std::chrono::seconds;
using States = std::vector<std::string>;

constexpr schema::RoleSet supervisor{schema::Role::INVESTIGATION_SUPERVISOR};
constexpr schema::RoleSet shelter_supervisor{schema::Role::SHELTER_SUPERVISOR};

bool has(const std::vector<std::string>& all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

// The case is closed as its last need would close it.
void close_case(TestNode& node, const std::string& id, std::int64_t at) {
    REQUIRE(node.home().store.write([&](node::Transaction& tx) -> Outcome {
        LEEWARD_TRY(tx.run("UPDATE leg SET shown=24,timer=0"));
        return tx.run("UPDATE survivor_case SET state=1,since=? WHERE hex(id)=upper(?)", at, id);
    }));
}

std::int64_t state_of_case(TestNode& node) {
    return node.count("SELECT max(state) FROM survivor_case");
}

}  // namespace

TEST_CASE("A grant is chosen, sealed, opened with a purpose, closed, asked back and attested") {
    Papers p(500);
    const std::string id = p.active();
    const std::string grant = only_grant(p.lantern);
    CHECK(p.lantern.call("grant.open", Json::object({{"id", grant}, {"purpose", "CURIOSITY"}}))
              .error()
              .code == Errc::invalid_argument);
    p.lantern.must("grant.open", open_with(grant));
    p.lantern.must("grant.open", open_with(grant));
    p.world.pump();
    CHECK(p.grants(p.harbor) == States{"OPENED"});
    p.harbor.must("release.withdraw", with_id(id));
    p.world.pass(seconds(10), seconds(1));
    CHECK(p.grants(p.harbor) == States{"ERASURE_ATTESTED"});
    for (const unsigned move : {1U, 2U, 3U, 4U, 6U, 7U})
        CHECK(p.harbor.logged(Machine::GRANT, move) >= 1);
    const Json list = p.harbor.must("grant.list", Json::object({{"all", true}}));
    const Json& closing = *list.array_at("grants").front().find("closing");
    CHECK(closing.text_at("statement").find("destroyed") != std::string::npos);
    CHECK(closing.int_at("backups_by") - p.world.clock().seconds() <= 30 * 86'400);
}

TEST_CASE(
    "Its own service record is kept with a basis and fields by name, the referral copy goes") {
    Papers p(501);
    const std::string id = p.active({"preferred_name", "allergies"});
    const std::string grant = only_grant(p.lantern);
    p.lantern.must("grant.open", open_with(grant));
    REQUIRE(p.lantern.home().store.write([](node::Transaction& tx) -> Outcome {
        return tx.run("UPDATE grant_of SET discloser=4");  // asked back, not yet attested
    }));
    Json keep = with_id(grant);
    keep.set("retain", "our own service record");
    CHECK_FALSE(p.lantern.call_as({schema::Role::SHELTER_INTAKE}, "grant.erase", keep));
    CHECK_FALSE(p.lantern.call_as(shelter_supervisor, "grant.erase", keep));  // which fields?
    keep.set("fields", Json(Json::Array{"allergies"}));
    REQUIRE(p.lantern.call_as(shelter_supervisor, "grant.erase", keep));
    CHECK_FALSE(p.lantern.home().keyring.contains("grant/" + grant));
    p.harbor.must("release.withdraw", with_id(id));
    p.world.pump();
    CHECK(p.grants(p.harbor) == States{"RETAINED_LAWFULLY"});
}

TEST_CASE("An erasure that is not attested is overdue after a week, counted, and stays counted") {
    Papers p(502);
    const std::string id = p.active();
    p.lantern.close();
    p.harbor.must("release.withdraw", with_id(id));
    p.world.pass(hours(24 * 7 + 1), hours(12));
    CHECK(p.grants(p.harbor) == States{"ERASURE_OVERDUE"});
    CHECK(has(p.harbor.notices(), "ERASURE_OVERDUE"));
    CHECK(p.harbor.must("node.status").int_at("erasures_overdue") == 1);
    p.world.pass(hours(24 * 7), hours(12));
    CHECK(p.harbor.count("SELECT repeats FROM notice WHERE code='ERASURE_OVERDUE'") == 2);
    const std::string grant = only_grant(p.harbor);
    CHECK_FALSE(
        p.harbor.call_as({schema::Role::INVESTIGATOR}, "grant.unreachable", with_id(grant)));
    REQUIRE(p.harbor.call_as(supervisor, "grant.unreachable", with_id(grant)));
    CHECK(p.harbor.must("node.status").int_at("erasures_unreachable") == 1);
    for (const unsigned move : {9U, 10U})
        CHECK(p.harbor.logged(Machine::GRANT, move) == 1);
}

TEST_CASE("A grant whose release ended by time is expired, not revoked") {
    Papers p(503);
    p.active();
    p.world.pass(hours(24 * 31), hours(12));
    CHECK(p.harbor.logged(Machine::GRANT, 5) == 1);
    CHECK(p.harbor.logged(Machine::GRANT, 4) == 0);
}

TEST_CASE("Who reads a referral copy is warned before it ends") {
    Papers p(504);
    p.active();
    p.world.pass(hours(24 * 22), hours(12));
    CHECK_FALSE(has(p.lantern.notices(), "GRANT_ENDS_SOON"));
    p.world.pass(hours(24 * 2), hours(12));
    CHECK(has(p.lantern.notices(), "GRANT_ENDS_SOON"));
    p.world.pass(hours(24 * 5 + 2), hours(1));
    CHECK(p.lantern.count("SELECT repeats FROM notice WHERE code='GRANT_ENDS_SOON'") == 3);
}

TEST_CASE("Where she was met is erased at both ends a day after she arrived, and the rest is not") {
    World world(505, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    TestNode& lantern = world.node(1);
    Json record = sample_record();
    record.set("handoff_meeting_place", "By the old clock.");
    const std::string case_id =
        harbor
            .must("case.new",
                  Json::object({{"record", record.dump()}, {"duplicate-check", "none"}}))
            .text_at("id");
    Asked asked;
    asked.case_id = case_id;
    asked.need = harbor
                     .must("need.new",
                           Json::object({{"case", case_id},
                                         {"need", sample_need("PLACEMENT", "URGENT").dump()}}))
                     .text_at("id");
    const Json answer = harbor.must(
        "need.ask", Json::object({{"id", asked.need}, {"to", Json(Json::Array{lantern.name()})}}));
    asked.legs.push_back(answer.array_at("legs").front().text_at("id"));
    world.pump();
    make_firm(world, harbor, lantern, asked, 0);
    sign_release(harbor, case_id, lantern);
    world.pump();
    const Json before = lantern.must("grant.list");
    REQUIRE(before.array_at("grants").size() == 2);  // each under a key and a clock of its own
    const auto now = world.clock().seconds();
    harbor.must("leg.plan",
                Json::object({{"id", asked.legs[0]},
                              {"window-start", now + 3600},
                              {"window-end", now + 7200},
                              {"code-word", "lantern"}}));
    world.pump();
    lantern.must("leg.plan", with_id(asked.legs[0]));
    world.pump();
    lantern.must("leg.arrived", with_id(asked.legs[0]));
    world.pump();
    world.pass(hours(23), hours(1));
    CHECK(lantern.must("grant.list").array_at("grants").size() == 2);
    world.pass(hours(3), hours(1));
    const Json after = lantern.must("grant.list");
    REQUIRE(after.array_at("grants").size() == 1);
    const Json opened =
        lantern.must("grant.open", open_with(after.array_at("grants").front().text_at("id")));
    CHECK(opened.find("record")->text_at("preferred_name") == "Wren");
    const Json own =
        harbor.must("case.show", Json::object({{"id", case_id}, {"purpose", "PURPOSE_PLACEMENT"}}));
    CHECK(own.dump().find("old clock") == std::string::npos);
    CHECK(own.dump().find("Wren") != std::string::npos);
}

// ------------------------------------------------------------------ our own record

TEST_CASE(
    "Our own record is warned of, then erased with its keys, once nothing speaks against it") {
    Papers p(510);
    p.harbor.must("retention.set", Json::object({{"days", 60}}));
    close_case(p.harbor, p.asked.case_id, p.world.clock().seconds());
    p.world.pass(hours(24 * 29), hours(24));
    CHECK_FALSE(has(p.harbor.notices(), "CASE_ERASED_SOON"));
    p.world.pass(hours(24 * 2), hours(24));
    CHECK(has(p.harbor.notices(), "CASE_ERASED_SOON"));
    p.world.pass(hours(24 * 30), hours(6));
    CHECK(state_of_case(p.harbor) == 2);
    CHECK_FALSE(p.harbor.home().keyring.contains("case/" + p.asked.case_id));
    CHECK(p.harbor.count("SELECT count(*) FROM survivor_case WHERE length(sealed)>0") == 0);
    CHECK(p.harbor.must("audit.verify").bool_at("verified"));
}

TEST_CASE("Where no clock is set, nothing of ours is erased by itself") {
    Papers p(511);
    close_case(p.harbor, p.asked.case_id, p.world.clock().seconds());
    p.world.pass(hours(24 * 400), hours(24 * 10));
    CHECK(state_of_case(p.harbor) == 1);
}

TEST_CASE(
    "An erasure that is unconfirmed, an incident or a hold keeps our own record, and says so") {
    Papers p(512);
    p.harbor.must("retention.set", Json::object({{"days", 1}}));
    const std::string id = p.active();
    p.lantern.close();
    p.harbor.must("release.withdraw", with_id(id));
    close_case(p.harbor, p.asked.case_id, p.world.clock().seconds());
    p.world.pass(hours(24 * 3), hours(12));
    CHECK(state_of_case(p.harbor) == 1);
    CHECK(has(p.harbor.notices(), "ERASURE_WAITS"));
    p.harbor.must("retention.hold",
                  Json::object({{"case", p.asked.case_id}, {"code", "HOLD_COURT"}}));
    p.lantern.open();  // attests: its copy goes on time, hold or not
    p.world.pass(hours(2), seconds(600));
    CHECK(p.grants(p.harbor) == States{"ERASURE_ATTESTED"});
    p.world.pass(hours(24 * 30), hours(24));
    CHECK(state_of_case(p.harbor) == 1);
    p.harbor.must("retention.hold", Json::object({{"case", p.asked.case_id}, {"lift", true}}));
    p.world.pass(hours(24), hours(12));
    CHECK(state_of_case(p.harbor) == 2);
}

TEST_CASE("An incident that a worker opens about a leg keeps our own record until it is closed") {
    Papers p(515);
    p.harbor.must("retention.set", Json::object({{"days", 1}}));
    close_case(p.harbor, p.asked.case_id, p.world.clock().seconds());
    const Json about = Json::object({{"kind", "INCIDENT_DEVICE_LOST"}, {"leg", p.leg()}});
    Json incident = with_id(p.harbor.must("incident.open", about).text_at("id"));
    p.world.pass(hours(24 * 3), hours(12));
    CHECK(state_of_case(p.harbor) == 1);
    incident.set("code", "CONTAINED_NOTHING_LEFT");
    p.harbor.must("incident.contain", incident);
    incident.set("code", "REVIEWED_NO_HARM");
    p.harbor.must("incident.close", incident);
    p.world.pass(hours(24), hours(12));
    CHECK(state_of_case(p.harbor) == 2);
}

TEST_CASE("A postponement needs a code and a second person, who is never the one who asked") {
    Papers p(513);
    p.harbor.must("retention.set", Json::object({{"days", 10}}));
    close_case(p.harbor, p.asked.case_id, p.world.clock().seconds());
    Json ask_more = Json::object({{"case", p.asked.case_id}, {"days", 90}, {"code", "LATER"}});
    CHECK_FALSE(p.harbor.call("retention.postpone", ask_more));
    ask_more.set("code", "POSTPONE_COMPLAINT");
    const Json asked = p.harbor.must("retention.postpone", ask_more);
    CHECK(asked.bool_at("needs_second_person"));
    const Json agree = with_id(asked.text_at("id"));
    CHECK(p.harbor.refused("approval.give", agree).code == Errc::not_permitted);
    CHECK(p.harbor.must("retention.show").array_at("kept_longer").empty());
    REQUIRE(p.harbor.call_as(supervisor, "approval.give", agree));
    CHECK(p.harbor.must("retention.show").array_at("kept_longer").size() == 1);
    p.world.pass(hours(24 * 30), hours(24));
    CHECK(state_of_case(p.harbor) == 1);
    p.world.pass(hours(24 * 65), hours(24));
    CHECK(state_of_case(p.harbor) == 2);
}

TEST_CASE("A postponement that nobody signs changes nothing") {
    Papers p(514);
    p.harbor.must("retention.set", Json::object({{"days", 10}}));
    close_case(p.harbor, p.asked.case_id, p.world.clock().seconds());
    p.harbor.must(
        "retention.postpone",
        Json::object({{"case", p.asked.case_id}, {"days", 90}, {"code", "POSTPONE_COMPLAINT"}}));
    p.world.pass(hours(24 * 12), hours(12));
    CHECK(state_of_case(p.harbor) == 2);
}

}  // namespace leeward::test
