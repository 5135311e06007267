// What closes and does not arrive: somebody is called, and it is tried on.
#include "release_fixture.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

std::int64_t calls(TestNode& node) {
    return node.count(
        "SELECT coalesce(sum(repeats),0) FROM notice WHERE code='CONTROL_NOT_DELIVERED'");
}

}  // namespace

TEST_CASE("An ending that does not arrive for three days calls the supervisors, and is tried on") {
    Papers p(600);
    const std::string id = p.active();
    p.lantern.close();
    p.harbor.must("release.withdraw", with_id(id));
    p.world.pass(hours(71), hours(1));
    CHECK(calls(p.harbor) == 0);
    p.world.pass(hours(2), hours(1));
    CHECK(calls(p.harbor) == 1);
    p.world.pass(hours(60), hours(6));
    CHECK(calls(p.harbor) == 1);
    p.world.pass(hours(24), hours(6));
    CHECK(calls(p.harbor) == 2);
    p.world.pass(hours(24 * 70), hours(24));
    p.lantern.open();
    p.world.pass(hours(1), std::chrono::minutes(1));
    CHECK(calls(p.harbor) == 0);
    CHECK(p.grants(p.harbor) == std::vector<std::string>{"ERASURE_ATTESTED"});
}

TEST_CASE("What goes to all partners by itself calls nobody") {
    Papers p(601);
    const Json beds = Json::object({{"service_class", "PLACEMENT"},
                                    {"ages", Json(Json::Array{"15_17"})},
                                    {"capacity", "has"},
                                    {"beds", 2},
                                    {"features", Json::array()}});
    p.juniper.must("capacity.set", Json::object({{"statement", beds.dump()}}));
    p.lantern.close();
    p.world.pass(hours(24 * 5), hours(6));
    CHECK(p.juniper.count("SELECT count(*) FROM outbox") > 0);
    CHECK(calls(p.juniper) == 0);
}

}  // namespace leeward::test
