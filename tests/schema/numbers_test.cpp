#include "schema/numbers.h"

#include <map>

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

#include "schema/iso_time.h"
#include "tests/schema/numbers_attack.h"

using namespace leeward::schema;
using leeward::test::Number;
using leeward::test::Population;

namespace {

Time at(std::string_view text) {
    return *date_time_from(text);
}

std::vector<Chain> all_chains() {
    return {people_chain(),
            needs_chain(),
            outcomes_chain(),
            answers_chain({"Juniper House", "Quay Cottage", "Lantern House"})};
}

// A few kinds of people, each several times: some tables come out full, some sparse.
Population any_population(const Chain& chain) {
    Population people;
    const auto kinds = *rc::gen::inRange<std::size_t>(1, 12);
    for (std::size_t k = 0; k < kinds; ++k) {
        Fact fact;
        for (const Variable& variable : chain.variables)
            fact.values.push_back(*rc::gen::elementOf(variable.categories));
        const auto& detail = chain.detail;
        if (detail && fact.values[detail->variable] == detail->category)
            fact.detail = *rc::gen::elementOf(detail->codes);
        const auto times = *rc::gen::inRange<std::size_t>(1, 40);
        people.insert(people.end(), times, fact);
    }
    return people;
}

Population placements(std::size_t met, std::size_t unmet) {
    Population people(met, Fact{{"PLACEMENT", "MET", "URGENT"}, ""});
    people.insert(
        people.end(), unmet, Fact{{"PLACEMENT", "UNMET", "URGENT"}, "UNMET_NO_CAPACITY_ANYWHERE"});
    return people;
}

// As a careless office would publish it: every small number blanked out, nothing else.
std::vector<Number> without_complements(const Chain& chain, const Population& people) {
    auto numbers = leeward::test::numbers_of(tables(chain, people));
    for (Number& number : numbers) {
        const auto n = leeward::test::count(chain, people, number);
        number.shown = n >= 11 ? std::optional((n + 2) / 5 * 5) : std::nullopt;
    }
    return numbers;
}

}  // namespace

TEST_CASE("Half-years follow each other without a gap and are counted 14 days after their end") {
    const HalfYear second{2026, 2};
    CHECK(begin_of(second) == at("2026-07-01T00:00:00Z"));
    CHECK(end_of(second) == at("2027-01-01T00:00:00Z"));
    CHECK(end_of(before(second)) == begin_of(second));
    CHECK(before({2026, 1}) == HalfYear{2025, 2});
    CHECK(counted_at(second) == at("2027-01-15T00:00:00Z"));
    CHECK(half_year_of(at("2026-06-30T23:59:59Z")) == HalfYear{2026, 1});
    CHECK(half_year_of(at("2026-07-01T00:00:00Z")) == second);
}

TEST_CASE("A half-year reads back from its name, and nothing else does") {
    CHECK(half_year_from(name(HalfYear{2026, 2})) == HalfYear{2026, 2});
    for (const auto* text : {"", "2026", "2026-H3", "2026-h1", "1999-H1", "20x6-H1", "2026-H12"})
        CHECK_FALSE(half_year_from(text));
}

TEST_CASE("No table has more than two variables") {
    for (const Chain& chain : all_chains())
        for (const Json& table : tables(chain, {})) {
            CHECK_FALSE(table.text_at("rows").empty());
            for (const Json& line : table.array_at("counts"))
                for (const auto& [key, value] : *line.as_object())
                    CHECK((value.as_int() != nullptr || value.as_string() != nullptr));
        }
}

TEST_CASE("Every number that is shown is of 11 or more, to the nearest 5") {
    REQUIRE(rc::check([] {
        for (const Chain& chain : all_chains()) {
            const auto people = any_population(chain);
            for (const Number& number : leeward::test::numbers_of(tables(chain, people))) {
                if (!number.shown) continue;
                RC_ASSERT(*number.shown % 5 == 0);
                RC_ASSERT(leeward::test::fits(leeward::test::count(chain, people, number),
                                              *number.shown));
            }
        }
    }));
}

TEST_CASE("All tables together, sums and totals included, give no small number away") {
    REQUIRE(rc::check([] {
        for (const Chain& chain : all_chains()) {
            const auto people = any_population(chain);
            const auto numbers = leeward::test::numbers_of(tables(chain, people));
            RC_ASSERT(leeward::test::fits(chain, people, numbers));
            RC_ASSERT(leeward::test::exposed(chain, people, numbers).empty());
        }
    }));
}

TEST_CASE("The attack finds what a table gives away where only small cells are blanked out") {
    const Chain chain = needs_chain();
    const auto people = placements(40, 4);
    CHECK_FALSE(leeward::test::exposed(chain, people, without_complements(chain, people)).empty());
    const auto published = leeward::test::numbers_of(tables(chain, people));
    CHECK(leeward::test::exposed(chain, people, published).empty());
}

TEST_CASE("The attack finds a small number that is simply shown") {
    const Chain chain = needs_chain();
    const auto people = placements(40, 4);
    auto numbers = leeward::test::numbers_of(tables(chain, people));
    for (Number& number : numbers)
        if (number.row == "PLACEMENT" && number.column == "UNMET") number.shown = 5;
    CHECK_FALSE(leeward::test::exposed(chain, people, numbers).empty());
}

TEST_CASE("The same number is the same in every table that holds it") {
    REQUIRE(rc::check([] {
        const Chain chain = needs_chain();
        const auto people = any_population(chain);
        std::map<std::string, std::optional<std::int64_t>> seen;
        for (const Number& n : leeward::test::numbers_of(tables(chain, people))) {
            if (n.row != "all" && n.column != "all") continue;
            const std::string sum = n.row != "all" ? n.row : n.rows == "why" ? "UNMET" : n.column;
            RC_ASSERT(seen.emplace(sum, n.shown).first->second == n.shown);
        }
    }));
}

TEST_CASE("How many needs were not met stays, though none was cancelled and nobody knows it") {
    const Chain chain = needs_chain();
    const auto people = placements(60, 33);
    const Json sums = tables(chain, people).at(0).array_at("counts").back();
    CHECK(*sums.find("MET") == Json(60));
    CHECK(*sums.find("UNMET") == Json(35));
    CHECK(*sums.find("CANCELLED") == Json("withheld"));
    CHECK(*sums.find("all") == Json("withheld"));
}

TEST_CASE("Of the reasons the common ones stay, and one of them hides the rare ones") {
    const Chain chain = needs_chain();
    auto people = placements(60, 33);
    people.insert(people.end(), 20, Fact{{"PLACEMENT", "UNMET", "URGENT"}, "UNMET_NO_ANSWER"});
    const Json why = tables(chain, people).at(2);
    CHECK(why.text_at("title") == "needs, UNMET, by why");
    CHECK(*why.array_at("counts").at(0).find("all") == Json(35));
    CHECK(*why.array_at("counts").at(2).find("all") == Json("withheld"));
    CHECK(*why.array_at("counts").back().find("all") == Json(55));
}

TEST_CASE("The commonest answer says why a need was not met") {
    using Answers = std::vector<std::string>;
    CHECK(unmet_why(Answers{"DECLINE_NO_CAPACITY", "", "DECLINE_NO_CAPACITY"}) ==
          "UNMET_NO_CAPACITY_ANYWHERE");
    CHECK(unmet_why(Answers{"", ""}) == "UNMET_NO_ANSWER");
    CHECK(unmet_why(Answers{"OFFERED"}) == "UNMET_SURVIVOR_DECLINED_ALL");
    CHECK(unmet_why(Answers{"DECLINE_AGE_RANGE"}) == "UNMET_NO_ELIGIBLE_PROGRAMME");
    CHECK(unmet_why(Answers{}) == "UNMET_NO_ELIGIBLE_PROGRAMME");
}

TEST_CASE("As CSV each number has a line, and no text is taken for a formula") {
    const Chain chain = answers_chain({"=1+1", "The \"Quay\""});
    const Population people(20, Fact{{"in_time", "=1+1", "OFFERED"}, ""});
    const std::string text = csv(Json(tables(chain, people)));
    CHECK(text.starts_with("table,row,column,count\r\n"));
    CHECK(text.find("\"'=1+1\"") != std::string::npos);
    CHECK(text.find("\"=1+1\"") == std::string::npos);
    CHECK(text.find("\"The \"\"Quay\"\"\"") != std::string::npos);
    CHECK(text.find("\"'=1+1\",\"all\",20\r\n") != std::string::npos);
}
