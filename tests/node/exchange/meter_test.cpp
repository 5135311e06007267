// What an inquiry would tell about one survivor, over all that was asked about her.
#include <catch2/catch_test_macros.hpp>

#include "schema/need.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

const std::vector<std::string> three{"investigation", "shelter", "shelter"};

std::string new_case(TestNode& node) {
    return node
        .must("case.new",
              Json::object({{"record", sample_record().dump()}, {"duplicate-check", "none"}}))
        .text_at("id");
}

Json need_of(const Json& fields) {
    return Json::object({{"service", "PLACEMENT"},
                         {"priority", "URGENT"},
                         {"fields", fields},
                         {"wishes_asked", true}});
}

Json new_need(TestNode& node, const std::string& case_id, const Json& fields) {
    return node.must("need.new",
                     Json::object({{"case", case_id}, {"need", need_of(fields).dump()}}));
}

Json ask_args(const std::string& need, const TestNode& to) {
    return Json::object({{"id", need}, {"to", Json(Json::Array{to.name()})}});
}

// With the priority 7.2 of the 8 bits that one recipient may be told.
Json most_fields() {
    return Json::object(
        {{"age_band", "15_to_17"}, {"programme_gender_need", "girls"}, {"start_window", "today"}});
}

}  // namespace

TEST_CASE("The priority counts too: the inquiry names it") {
    World world(910, three);
    TestNode& harbor = world.node(0);
    const Json need = new_need(harbor, new_case(harbor), most_fields());
    CHECK(need.find("risk")->text_at("bits") == "7.2");
    CHECK(need.find("risk")->text_at("budget") == "8.0");
    CHECK_FALSE(need.find("risk")->bool_at("over"));
}

TEST_CASE("What a recipient was told before about the same case counts with what it is told now") {
    World world(911, three);
    TestNode& harbor = world.node(0);
    const std::string id = new_case(harbor);
    const auto first = new_need(harbor, id, most_fields()).text_at("id");
    harbor.must("need.ask", ask_args(first, world.node(1)));
    const auto second =
        new_need(harbor, id, Json::object({{"length_expected", "longer"}})).text_at("id");
    CHECK(harbor.refused("need.ask", ask_args(second, world.node(1))).code ==
          Errc::invalid_argument);
    const Json asked = harbor.must("need.ask", ask_args(second, world.node(2)));
    CHECK(asked.find("risk")->text_at("bits") == "3.6");
    CHECK(asked.find("risk_of_case")->text_at("bits") == "9.2");
}

TEST_CASE("The budget of the case holds over all recipients") {
    World world(912, three);
    TestNode& harbor = world.node(0);
    const std::string id = new_case(harbor);
    harbor.must("need.ask",
                ask_args(new_need(harbor, id, most_fields()).text_at("id"), world.node(1)));
    const Json others = Json::object(
        {{"length_expected", "longer"}, {"support_level", "awake_24h"}, {"distance_need", "far"}});
    const auto second = new_need(harbor, id, others).text_at("id");
    CHECK(harbor.refused("need.ask", ask_args(second, world.node(2))).code ==
          Errc::invalid_argument);
}

TEST_CASE("An override says why, is in the log and waits for a supervisor") {
    World world(913, three);
    TestNode& harbor = world.node(0);
    Json fields = most_fields();
    fields.set("length_expected", "longer");
    const auto need = new_need(harbor, new_case(harbor), fields).text_at("id");
    Json args = ask_args(need, world.node(1));
    CHECK(harbor.refused("need.ask", args).code == Errc::invalid_argument);
    CHECK(harbor.notices().empty());
    args.set("override", "RISK_OVERRIDE_SURVIVOR_AGREED");
    const Json asked = harbor.must("need.ask", args);
    CHECK(asked.find("risk")->bool_at("over"));
    CHECK(harbor.notices() == std::vector<std::string>{"REVIEW_OVERRIDE"});
    CHECK(harbor.count("SELECT count(*) FROM notice WHERE code='REVIEW_OVERRIDE'") == 1);
    CHECK(harbor.must("audit.verify").bool_at("verified"));
}

TEST_CASE("From 50 closed needs on the meter counts what came here") {
    World world(914, three);
    TestNode& harbor = world.node(0);
    for (int i = 0; i < 50; ++i)
        new_need(harbor, new_case(harbor), most_fields());
    REQUIRE(harbor.desk().store.write([&](node::Transaction& tx) -> Outcome {
        return tx.run("UPDATE need SET state=?", schema::NeedState::CLOSED);
    }));
    const Json usual = new_need(harbor, new_case(harbor), most_fields());
    CHECK(usual.find("risk")->text_at("bits") == "0.0");
    CHECK(usual.find("risk")->int_at("closed_needs") == 50);
    Json rare = most_fields();
    rare.set("programme_gender_need", "boys");
    const Json other = new_need(harbor, new_case(harbor), rare);
    CHECK(other.find("risk")->text_at("bits") == "5.7");  // log2 51
}

TEST_CASE("Words that may identify her are pointed out to the one who writes, and nobody else") {
    World world(915, three);
    TestNode& harbor = world.node(0);
    Json record = sample_record();
    record.set("child_wishes", "she misses the lighthouse")
        .set("survivor_location_now", "the yellow lighthouse");
    const Json made = harbor.must(
        "case.new", Json::object({{"record", record.dump()}, {"duplicate-check", "none"}}));
    REQUIRE(made.array_at("check_words").size() == 1);
    CHECK(made.array_at("check_words")[0].text_at("kind") == "HELD_BACK");
    CHECK(made.array_at("check_words")[0].text_at("field") == "child_wishes");
    const auto draft = [&](std::string_view fields) {
        return harbor.must("release.new",
                           Json::object({{"case", made.text_at("id")},
                                         {"to", world.node(1).name()},
                                         {"fields", Json(Json::Array{fields})},
                                         {"purpose", "PURPOSE_PLACEMENT"}}));
    };
    CHECK(draft("child_wishes").array_at("check_words").size() == 1);
    CHECK(draft("allergies").find("check_words") == nullptr);
    const Json listed = harbor.must("case.show", Json::object({{"id", made.text_at("id")}}));
    CHECK(listed.dump().find("lighthouse") == std::string::npos);
}

}  // namespace leeward::test
