// A witness remembered what it had cosigned by a log's origin alone. Any member could claim another's
// origin in its own card: the true log was then refused, or frozen as forked.
#include <catch2/catch_test_macros.hpp>

#include "node/exchange/witnessing.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using node::Transaction;
using std::chrono::hours;

// What an envelope of `from` asks `birch` as a witness.
void ask_as(World& world, TestNode& birch, node::Peer& from, schema::AddCheckpoint ask) {
    schema::Inner inner;
    inner.witnessing.ask = std::move(ask);
    node::Post post(birch.transport(), birch.desk().peers, world.random());
    node::Courier courier({birch.home().store,
                           birch.desk().log,
                           birch.desk().outbox,
                           birch.desk().peers,
                           birch.desk().prekeys,
                           birch.desk().self,
                           post,
                           world.random()},
                          {},
                          {});
    node::Witnesses witnesses(birch.desk(), courier);
    REQUIRE(birch.home().store.write([&](Transaction& tx) {
        return witnesses.take(
            tx, from, from.held.at, inner, schema::from_unix(birch.clock().seconds()));
    }));
}

}  // namespace

TEST_CASE(
    "a member that claims another's origin neither hides its log from a witness nor forks it") {
    World world(71, {"investigation", "shelter", "shelter", "counselling"});
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    TestNode& cedar = world.node(2);
    world.pass(hours(2));
    node::Peer& claims = *birch.desk().peers.find(cedar.desk().self.node());
    claims.card.log_origin = alder.desk().log.origin();
    const std::int64_t held = birch.count("SELECT max(size) FROM witnessed");
    crypto::Checkpoint head{alder.desk().log.origin(),
                            crypto::TreeSize{static_cast<std::uint64_t>(held)},
                            crypto::sha256(as_bytes("another tree"))};
    for (int i = 0; i < 3; ++i) {
        ask_as(
            world,
            birch,
            claims,
            {0, {}, crypto::format_note(crypto::sign_checkpoint(head, cedar.home().identity.log))});
        world.pass(hours(2));
        head.size = crypto::TreeSize{head.size.get() + 1'000'000};
    }
    CHECK_FALSE(birch.desk().peers.find(alder.desk().self.node())->frozen);
    const Json status = alder.must("witness.list");
    for (const auto& witness : status.array_at("witnesses"))
        CHECK(witness.int_at("answered_at") > world.clock().seconds() - 2 * 3600);
}

}  // namespace leeward::test
