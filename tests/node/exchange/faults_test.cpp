// Something that cannot be done, for a reason that nobody has thought of, stops nothing else. The reason here:
// the key of a case whose release is in force is gone.
#include "release_fixture.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

node::Engine::Work work_of(Papers& p) {
    auto work = p.harbor.engine().step(p.world.clock().ms());
    REQUIRE(work);
    return std::move(work).value();
}

}  // namespace

TEST_CASE("A deadline that cannot be done stops no other, and is named as a fault") {
    Papers p(940);
    p.active();
    const Asked other = ask(p.world, p.harbor, {&p.juniper}, "PLACEMENT", "EMERGENCY");
    p.juniper.close();
    p.lose_key_of_case();
    p.world.clock().move(hours(24 * 31));
    bool met = false;
    for (int i = 0; i < 20; ++i) {
        met = work_of(p).fault == Errc::not_found || met;
        p.world.clock().move(seconds(1));
    }
    CHECK(met);
    CHECK(p.harbor.state_of(other.legs.front()) == "LAPSED");
    CHECK(p.harbor.must("audit.verify").bool_at("verified"));
}

TEST_CASE("A message that cannot be taken in stops no other, and is named as a fault") {
    Papers p(941);
    p.active();
    const Asked other = ask(p.world, p.harbor, {&p.juniper});
    p.lose_key_of_case();
    p.lantern.must("release.withdraw", Json::object({{"leg", p.leg()}, {"scope", "ALL"}}));
    p.juniper.must("leg.show", with_id(other.legs.front()));
    p.juniper.must("leg.offer", with_id(other.legs.front()));
    bool met = false;
    for (int i = 0; i < 20; ++i) {
        p.lantern.step();
        p.juniper.step();
        p.world.network().step();
        met = work_of(p).received.fault == Errc::not_found || met;
    }
    CHECK(met);
    CHECK(p.harbor.state_of(other.legs.front()) == "OFFERED");
    CHECK(p.lantern.waiting() > 0);  // it comes again, once there is a build that can take it
}

}  // namespace leeward::test
