// Found by a review: what waits for a partner that lacked our newest card goes out as soon as it says that it holds it.
// Where something that came in the same breath could not be taken in, all of it was taken in one by one, and by then
// memory had forgotten that anything waits: it went out after its pause, at a hidden house's host after hours.
#include "tests/node/exchange/release_fixture.h"
#include "tests/regress/holds_frame.h"
#include "tests/support/made_up.h"

namespace leeward::test {
namespace {

using node::Frame;

// How often the question of this leg has left.
std::int64_t attempts(TestNode& node, const std::string& leg) {
    return node.count("SELECT max(attempts) FROM outbox WHERE leg=x'" + leg + "'");
}

}  // namespace

TEST_CASE("what waits for a card goes out although a message beside the word meets a fault") {
    Papers p(1072);
    p.harbor.must("identity.renew", Json::object({{"new-key", true}}));
    p.world.pass(std::chrono::seconds(60), std::chrono::seconds(5));
    p.active();
    const std::uint32_t newest = p.harbor.desk().self.card.version;
    REQUIRE(p.harbor.desk().peers.find(p.juniper.desk().self.node())->knows_card == newest);
    p.harbor.watch([&](const node::TransportPublicKey& to, const Frame&) {
        return to != p.juniper.link();  // all of it is lost
    });
    const std::string leg = ask(p.world, p.harbor, {&p.juniper}).legs[0];
    deliver(p.world, p.juniper, p.harbor, holds_frame(p.juniper, p.harbor, newest - 1));
    REQUIRE(attempts(p.harbor, leg) == 1);

    p.lose_key_of_case();
    p.lantern.must("release.withdraw", Json::object({{"leg", p.leg()}, {"scope", "ALL"}}));
    p.lantern.step();
    REQUIRE(p.juniper.transport().send(p.harbor.link(), holds_frame(p.juniper, p.harbor, newest)));
    p.world.network().step();
    const auto work = p.harbor.engine().step(p.world.clock().ms());
    REQUIRE(work);
    REQUIRE(work->received.fault == Errc::not_found);
    CHECK(attempts(p.harbor, leg) == 2);
}

}  // namespace leeward::test
