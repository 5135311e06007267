// Found by a review: a clock some months ahead counted the half-year that was still running, and that count stood for
// good: whoever came later in the half-year was in no number.
#include "schema/numbers.h"
#include "tests/node/exchange/one_leg.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const schema::HalfYear second_of_2026{2026, 2};

struct Counted {
    World world;
    TestNode& harbor = world.node(0);
    TestNode& lantern = world.node(1);

    explicit Counted(std::uint64_t seed) : world(seed, {"investigation", "shelter"}) {}

    void go_to(schema::Time t) { world.clock().move(t - world.clock().now()); }
    void dozen_of_cases() {
        for (int i = 0; i < 12; ++i) {
            const Json made = harbor.must(
                "case.new",
                Json::object({{"record", sample_record().dump()}, {"duplicate-check", "none"}}));
            harbor.must("need.new",
                        Json::object({{"case", made.text_at("id")},
                                      {"need", sample_need("PLACEMENT").dump()}}));
        }
    }
    // Harbor starts with this clock, two years before now.
    void start_behind(TestClock& behind) {
        behind = world.clock();
        behind.move(-hours(24 * 730));
        harbor.close();
        harbor.use_clock(behind);
        harbor.open();
    }
    std::int64_t kept() { return harbor.count("SELECT count(*) FROM half_year"); }
    // Everybody of the half-year, as its tables say.
    Json people() {
        const Json shown = harbor.must("stats.show", Json::object({{"period", "2026-H2"}}));
        for (const Json& table : shown.array_at("tables")) {
            if (table.text_at("title") != "people by age_band and served") continue;
            for (const Json& line : table.array_at("counts"))
                if (line.text_at(table.text_at("rows")) == "all") return *line.find("all");
        }
        return {};
    }
};

}  // namespace

TEST_CASE("a half-year that a clock ahead has counted while it ran is counted whole on its day") {
    Counted c(2621);
    const auto today = c.world.clock().now();
    c.dozen_of_cases();
    c.go_to(schema::counted_at(second_of_2026) + hours(24));
    c.harbor.step();
    REQUIRE(c.kept() == 1);
    c.go_to(today);
    c.harbor.step();
    CHECK(c.kept() == 0);
    CHECK(c.harbor.refused("stats.show", Json::object({{"period", "2026-H2"}})).code ==
          Errc::wrong_state);
    c.dozen_of_cases();
    c.go_to(schema::counted_at(second_of_2026));
    CHECK(c.people() == Json(25));  // of 24, rounded to 5
}

TEST_CASE("a half-year that was counted on its day stays so through a clock that is years behind") {
    Counted c(2622);
    c.dozen_of_cases();
    c.go_to(schema::counted_at(second_of_2026));
    c.world.pump();
    c.world.pass(hours(1), minutes(10));
    const Asked asked = ask(c.world, c.harbor, {&c.lantern});
    c.world.pass(hours(1), minutes(10));
    offer(c.world, c.lantern, asked.legs.front());  // a word of today
    REQUIRE(c.kept() == 1);
    TestClock behind;
    c.start_behind(behind);
    CHECK(c.kept() == 1);
}

// Found by a later review: only where a partner had told of the time.
TEST_CASE("it stays so at a node that has heard nobody since before that day") {
    Counted c(2623);
    c.dozen_of_cases();
    c.lantern.close();
    c.go_to(schema::counted_at(second_of_2026) - hours(24 * 35));
    c.world.pass(hours(24 * 36), hours(12));
    REQUIRE(c.kept() == 1);
    TestClock behind;
    c.start_behind(behind);
    CHECK(c.kept() == 1);
}

}  // namespace leeward::test
