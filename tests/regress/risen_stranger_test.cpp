// Found by reading: revocations of organisations that nobody had met were bounded in number and not in height, so
// that a member could revoke a root of its own making card after card, and each partner told all of its own.
#include <catch2/catch_test_macros.hpp>

#include "schema/node_card.h"
#include "schema/revocation.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

struct Stranger {
    crypto::SigningKey root = crypto::signing_key_from_seed(ByteArray<32>{9});
    schema::NodeId id = schema::node_id_of(crypto::verify_key_of(root));

    [[nodiscard]] Json word(std::uint32_t cards, schema::Time now) const {
        const schema::Revocation said{id, id, cards, now, now, "REVOKED_DEVICE_STOLEN"};
        return Json::object(
            {{"words", schema::write_revocations({schema::sign_revocation(said, root)})}});
    }
};

constexpr const char* heard = "SELECT coalesce(max(cards),0) FROM revocation";

}  // namespace

TEST_CASE("of a stranger whose revocation rises partners hear once a day, and then all of it") {
    World world(990, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    TestNode& partner = world.node(1);
    const Stranger stranger;
    const auto take = [&](std::uint32_t cards) {
        const bool fresh =
            harbor.must("peer.revoke", stranger.word(cards, world.clock().now())).bool_at("new");
        world.pump();
        return fresh;
    };
    REQUIRE(take(1));
    REQUIRE(partner.count(heard) == 1);
    const auto leaves = partner.count("SELECT count(*) FROM leaf");
    for (std::uint32_t cards = 2; cards <= 50; ++cards)
        CHECK(take(cards));
    CHECK(harbor.count(heard) == 50);  // nobody comes back under those keys here
    CHECK(partner.count(heard) == 1);
    CHECK(partner.count("SELECT count(*) FROM leaf") == leaves);
    CHECK_FALSE(take(49));
    world.pass(hours(26));
    CHECK(partner.count(heard) == 50);
}

TEST_CASE("a stranger's rise is told at once where the clock was ahead when the first word came") {
    World world(992, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    const Stranger stranger;
    harbor.must("peer.revoke", stranger.word(1, world.clock().now()));
    REQUIRE(harbor.home().store.write([](node::Transaction& tx) {
        return tx.run("UPDATE revocation SET taken=taken+31536000");
    }));
    harbor.must("peer.revoke", stranger.word(2, world.clock().now()));
    world.pump();
    CHECK(world.node(1).count(heard) == 2);
}

TEST_CASE("a day after the last word the next one about a stranger is told at once") {
    World world(991, {"investigation", "shelter"});
    const Stranger stranger;
    for (std::uint32_t cards = 1; cards <= 3; ++cards) {
        world.node(0).must("peer.revoke", stranger.word(cards, world.clock().now()));
        world.pump();
        CHECK(world.node(1).count(heard) == cards);
        world.pass(hours(25), hours(5));
    }
}

}  // namespace leeward::test
