// Numbers without people, as a node counts them.
#include "schema/numbers.h"

#include <catch2/catch_test_macros.hpp>

#include "schema/need.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const schema::HalfYear second_of_2026{2026, 2};

void go_to(World& world, schema::Time t) {
    world.clock().move(t - schema::from_unix(world.clock().seconds()));
}

std::string new_case(TestNode& node) {
    return node
        .must("case.new",
              Json::object({{"record", sample_record().dump()}, {"duplicate-check", "none"}}))
        .text_at("id");
}

void new_need(TestNode& node, const std::string& case_id, std::string_view service) {
    node.must("need.new", Json::object({{"case", case_id}, {"need", sample_need(service).dump()}}));
}

Json stats(TestNode& node) {
    return node.must("stats.show", Json::object({{"period", "2026-H2"}}));
}

// The number in a table, by its title, the beginning of the row and the column.
Json number(const Json& stats,
            std::string_view title,
            std::string_view row,
            std::string_view column) {
    for (const Json& table : stats.array_at("tables")) {
        if (table.text_at("title") != title) continue;
        for (const Json& line : table.array_at("counts"))
            if (line.text_at(table.text_at("rows")) == row) return *line.find(column);
    }
    return {};
}

}  // namespace

TEST_CASE("A half-year is counted 14 days after it has ended, not sooner") {
    World world(900, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    CHECK(harbor.refused("stats.show", Json::object({{"period", "2026-H2"}})).code ==
          Errc::wrong_state);
    go_to(world, schema::counted_at(second_of_2026) - seconds(1));
    CHECK(harbor.refused("stats.show", Json::object({{"period", "2026-H2"}})).code ==
          Errc::wrong_state);
    go_to(world, schema::counted_at(second_of_2026));
    CHECK(stats(harbor).text_at("period") == "2026-H2");
    CHECK(harbor.refused("stats.show", Json::object({{"period", "last year"}})).code ==
          Errc::invalid_argument);
}

TEST_CASE("A survivor with two needs is one person") {
    World world(901, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    for (int i = 0; i < 12; ++i) {
        const std::string id = new_case(harbor);
        new_need(harbor, id, "PLACEMENT");
        new_need(harbor, id, "COUNSELLING");
    }
    go_to(world, schema::counted_at(second_of_2026));
    const Json shown = stats(harbor);
    CHECK(number(shown, "people by age_band and served", "all", "all") == Json(10));
    CHECK(number(shown, "needs by service and result", "PLACEMENT", "all") == Json(10));
    CHECK(number(shown, "needs by service and result", "COUNSELLING", "all") == Json(10));
}

TEST_CASE("What was counted stays as it was published, whatever comes later") {
    World world(902, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    std::vector<std::string> cases;
    for (int i = 0; i < 12; ++i) {
        cases.push_back(new_case(harbor));
        new_need(harbor, cases.back(), "PLACEMENT");
    }
    go_to(world, schema::counted_at(second_of_2026));
    harbor.step();  // nobody has asked: it is counted by itself
    CHECK(harbor.count("SELECT count(*) FROM half_year") == 1);
    const Json before = stats(harbor);
    REQUIRE(harbor.desk().store.write([&](node::Transaction& tx) -> Outcome {
        return tx.run("UPDATE need SET state=?", schema::NeedState::UNPLACED);
    }));
    CHECK(stats(harbor) == before);
    harbor.close();
    harbor.open();
    CHECK(stats(harbor) == before);
}

TEST_CASE("Answers are counted for each recipient by the time that they took") {
    World world(903, {"investigation", "shelter", "shelter"});
    TestNode& harbor = world.node(0);
    TestNode& quick = world.node(1);
    TestNode& silent = world.node(2);
    for (int i = 0; i < 12; ++i) {
        const Asked asked = ask(world, harbor, {&quick, &silent});
        quick.must("leg.show", Json::object({{"id", asked.legs[0]}}));
        quick.must("leg.decline",
                   Json::object({{"id", asked.legs[0]}, {"code", "DECLINE_NO_CAPACITY"}}));
        world.pump();
    }
    CHECK(harbor.count("SELECT count(*) FROM leg_answer WHERE kind=2") == 12);
    go_to(world, schema::counted_at(second_of_2026));
    const Json shown = stats(harbor);
    const std::string title = "questions asked by recipient and answered";
    CHECK(number(shown, title, quick.name(), "all") == Json(10));
    CHECK(number(shown, title, silent.name(), "all") == Json(10));
    CHECK(number(shown, "questions asked by recipient and answer", "all", "DECLINED") == Json(10));
}

TEST_CASE("The first answer gives the time, the last one what was said") {
    World world(904, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    TestNode& lantern = world.node(1);
    const Asked asked = ask(world, harbor, {&lantern});
    lantern.must("leg.show", Json::object({{"id", asked.legs[0]}}));
    lantern.must("leg.waitlist", Json::object({{"id", asked.legs[0]}, {"band", "first_3"}}));
    world.pump();
    const auto first = harbor.count("SELECT at FROM leg_answer");
    world.pass(hours(2));
    lantern.must("leg.offer", Json::object({{"id", asked.legs[0]}}));
    world.pump();
    CHECK(harbor.count("SELECT at FROM leg_answer") == first);
    CHECK(harbor.count("SELECT kind FROM leg_answer") == 0);
    CHECK(lantern.count("SELECT count(*) FROM leg_answer") == 0);  // only the referrer counts
}

TEST_CASE("Numbers are for everyone, an auditor too, as tables or as a file") {
    World world(905, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    go_to(world, schema::counted_at(second_of_2026));
    const auto shown = harbor.call_as({schema::Role::AUDITOR}, "stats.show", Json::object());
    REQUIRE(shown);
    CHECK(shown->text_at("period") == "2026-H2");
    const Json file = harbor.must("stats.show", Json::object({{"csv", true}}));
    CHECK(file.text_at("file").starts_with("table,row,column,count\r\n"));
    CHECK(file.find("tables") == nullptr);
}

}  // namespace leeward::test
