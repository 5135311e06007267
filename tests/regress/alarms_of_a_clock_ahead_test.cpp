// Found by a review: what was written while a clock stood ahead kept its time when the clock was right again. Whatever
// calls, ends or erases some time after that (erasures, endings that do not arrive, incidents, second persons, our own
// records) waited for as much longer as the clock had been ahead.
#include "tests/node/exchange/release_fixture.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

constexpr hours day{24};
constexpr hours year{24 * 365};

bool is_told(TestNode& node, std::string_view code) {
    const auto notices = node.notices();
    return std::find(notices.begin(), notices.end(), code) != notices.end();
}

std::int64_t calls(TestNode& node, std::string_view code) {
    return node.count("SELECT coalesce(sum(repeats),0) FROM notice WHERE code='" +
                      std::string(code) + "'");
}

// Harbor alone looks at a clock that is so far ahead, does this, and works on; then the clock is right again.
template <class Deed>
void by_a_clock_ahead(Papers& p, hours by, Deed deed) {
    p.world.clock().move(by);
    deed();
    p.harbor.step();
    p.world.clock().move(-by);
    p.harbor.step();
}
void by_a_clock_ahead(Papers& p, hours by) {
    by_a_clock_ahead(p, by, [] {});
}

// In an emergency, with a yes by telephone.
void grant_access_by_a_clock_ahead(Papers& p) {
    const Json question = Json::object({{"leg", p.leg()},
                                        {"fields", Json(Json::Array{"allergies"})},
                                        {"harm", "HARM_MEDICAL_TONIGHT"}});
    const std::string access = p.lantern.must("access.ask", question).text_at("id");
    p.world.pump();
    by_a_clock_ahead(p, year, [&] {
        p.harbor.must(
            "access.grant",
            Json::object({{"id", access}, {"by-phone", "Grace"}, {"number", "555-0102"}}));
    });
}

}  // namespace

TEST_CASE(
    "an erasure asked for by a clock ahead is overdue after a week, and its ending after three "
    "days") {
    Papers p(2611);
    p.active();
    p.lantern.close();
    by_a_clock_ahead(p, year);  // the release is over
    REQUIRE(p.grants(p.harbor) == std::vector<std::string>{"ERASURE_REQUESTED"});
    p.world.pass(hours(71));
    CHECK_FALSE(is_told(p.harbor, "CONTROL_NOT_DELIVERED"));
    p.world.pass(hours(2));
    CHECK(calls(p.harbor, "CONTROL_NOT_DELIVERED") == 1);
    p.world.pass(day * 5, hours(6));
    CHECK(calls(p.harbor, "CONTROL_NOT_DELIVERED") == 2);
    CHECK(is_told(p.harbor, "ERASURE_OVERDUE"));
    p.lantern.open();
    p.world.pass(hours(1), std::chrono::minutes(1));
    CHECK_FALSE(is_told(p.harbor, "CONTROL_NOT_DELIVERED"));
    CHECK(p.grants(p.harbor) == std::vector<std::string>{"ERASURE_ATTESTED"});
}

TEST_CASE("an incident that was opened by a clock ahead calls after an hour") {
    Papers p(2612);
    by_a_clock_ahead(p, year, [&] {
        p.harbor.must("incident.open", Json::object({{"kind", "INCIDENT_DEVICE_LOST"}}));
    });
    CHECK(calls(p.harbor, "INCIDENT_DEVICE_LOST") == 1);
    p.world.pass(hours(2));
    CHECK(calls(p.harbor, "INCIDENT_DEVICE_LOST") == 2);
}

TEST_CASE("a yes by telephone from a time to come is an incident if nobody signs it within days") {
    Papers p(2613);
    grant_access_by_a_clock_ahead(p);
    p.world.pass(hours(97), hours(1));
    CHECK(is_told(p.harbor, "INCIDENT_NOT_COUNTERSIGNED"));
}

TEST_CASE("an access that was granted by a clock ahead ends after four hours, and is reviewed") {
    Papers p(2618);
    grant_access_by_a_clock_ahead(p);
    p.world.pass(hours(3));
    CHECK(p.harbor.must("access.list").array_at("accesses").front().text_at("state") == "ACTIVE");
    p.world.pass(hours(2));
    CHECK(p.harbor.must("access.list").array_at("accesses").front().text_at("state") == "ENDED");
    p.world.pass(day * 6, hours(4));
    CHECK(is_told(p.harbor, "REVIEW_OVERDUE"));
}

TEST_CASE("the card of a question that ended by a clock ahead is erased within three days") {
    World world(2619, {"investigation", "shelter"});
    TestNode& shelter = world.node(1);
    const Asked asked = ask(world, world.node(0), {&shelter});
    world.clock().move(year);
    shelter.must("leg.show", Json::object({{"id", asked.legs.front()}}));
    shelter.must("leg.decline",
                 Json::object({{"id", asked.legs.front()}, {"code", "DECLINE_NO_CAPACITY"}}));
    shelter.step();
    world.clock().move(-year);
    shelter.step();
    REQUIRE(shelter.count("SELECT count(*) FROM leg WHERE erased=0") == 1);
    world.pass(day * 3 + hours(2), hours(1));
    CHECK(shelter.count("SELECT count(*) FROM leg WHERE erased=0") == 0);
}

TEST_CASE("an emergency's no that a clock ahead has dated is called for review after a day") {
    World world(2620, {"investigation", "shelter"});
    TestNode& shelter = world.node(1);
    const Asked asked = ask(world, world.node(0), {&shelter}, "PLACEMENT", "EMERGENCY");
    const Json leg = Json::object({{"id", asked.legs.front()}});
    world.clock().move(hours(72));
    shelter.must("leg.show", leg);
    shelter.must("leg.decline",
                 Json::object({{"id", asked.legs.front()}, {"code", "DECLINE_OTHER_REVIEWED"}}));
    shelter.step();
    world.clock().move(-hours(72));
    world.pump();
    REQUIRE(shelter.state_of(asked.legs.front()) == "DECLINED");
    REQUIRE(calls(shelter, "REVIEW_DECLINE") == 1);
    world.pass(hours(25));
    CHECK(calls(shelter, "REVIEW_DECLINE") == 2);
}

TEST_CASE("papers that nobody signs call again in time, though a clock ahead has called") {
    Papers p(2614);
    p.draft();
    by_a_clock_ahead(p, day * 5);
    CHECK(calls(p.harbor, "RELEASE_UNSIGNED") == 1);
    p.world.pass(hours(80), hours(4));
    CHECK(calls(p.harbor, "RELEASE_UNSIGNED") == 2);
}

namespace {

// The case was closed a year from now, and a record is kept for ten days.
void close_in_a_year(Papers& p) {
    p.harbor.must("retention.set", Json::object({{"days", 10}}));
    const auto closed = (p.world.clock().now() + year).time_since_epoch().count();
    REQUIRE(p.harbor.home().store.write([&](node::Transaction& tx) -> Outcome {
        LEEWARD_TRY(tx.run("UPDATE leg SET shown=24,timer=0"));
        return tx.run("UPDATE survivor_case SET state=1,since=?", closed);
    }));
}

void start_again(Papers& p) {
    p.harbor.close();
    p.harbor.open();
}

// What so many partners have signed is a time to come.
void hear_of(Papers& p, hours ahead, std::int64_t partners) {
    const auto heard = schema::unix_seconds(p.world.clock().now() + ahead);
    REQUIRE(p.harbor.home().store.write([&](node::Transaction& tx) {
        return tx.run(
            "UPDATE peer SET peer_time=? WHERE node IN (SELECT node FROM peer ORDER BY node LIMIT "
            "?)",
            heard,
            partners);
    }));
}

}  // namespace

TEST_CASE("our own record of a case that was closed by a clock ahead is erased in its time") {
    Papers p(2615);
    close_in_a_year(p);
    start_again(p);
    p.world.pass(day * 11, hours(12));
    CHECK(p.harbor.count("SELECT max(state) FROM survivor_case") == 2);
}

TEST_CASE("it is, whatever date a single partner signs") {
    Papers p(2616);
    close_in_a_year(p);
    hear_of(p, year, 1);
    start_again(p);
    p.world.pass(day * 11, hours(12));
    CHECK(p.harbor.count("SELECT max(state) FROM survivor_case") == 2);
}

TEST_CASE("a call comes in time also where the partners' clocks are days ahead as well") {
    Papers p(2617);
    hear_of(p, day * 6, 2);
    by_a_clock_ahead(p, day * 5, [&] {
        p.harbor.must("incident.open", Json::object({{"kind", "INCIDENT_DEVICE_LOST"}}));
    });
    p.world.pass(hours(2));
    CHECK(calls(p.harbor, "INCIDENT_DEVICE_LOST") == 2);
}

}  // namespace leeward::test
