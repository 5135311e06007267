// Found by a review: under a policy that people have set, what a log's own organisation had cosigned counted for
// that log. One that showed two logs was witness of both.
#include <catch2/catch_test_macros.hpp>

#include "node/exchange/witnessing.h"
#include "tests/schema/audit/sample_log.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using node::Transaction;
using schema::NodeCard;

// One of these is enough.
std::string any_of(const std::vector<NodeCard>& cards) {
    std::string lines;
    std::string group = "group g any";
    for (const auto& card : cards) {
        const std::string name = "w" + std::to_string(lines.size());
        lines += "witness " + name + " " + crypto::format_vkey(schema::witness_vkey(card)) + "\n";
        group += " " + name;
    }
    return lines + group + "\nquorum g\n";
}

// A log that began three days ago, of which each head is cosigned with the witness key of these nodes.
schema::samples::SampleLog cosigned_by(const std::vector<Byte>& witnesses) {
    schema::samples::SampleLog log(1);
    log.now = 1'785'000'000 / 900;
    for (int i = 0; i < 2; ++i) {
        log.pad();
        log.publish();
        for (const Byte witness : witnesses)
            log.cosigned_by(witness, std::uint64_t{log.now} * 900);
        log.now += 73 * 4;
    }
    return log;
}

// The card that this organisation has since a restore, with another witness key.
NodeCard restored_card(Byte node, Byte witness) {
    NodeCard card = schema::samples::card_of(node);
    card.version = 2;
    card.log_origin += "/restored";
    card.witness = verify_key_of(schema::samples::witness_key(witness));
    return card;
}

// How much of the log of `of` this node believes to be witnessed.
std::uint64_t believed(TestNode& node, TestNode& of) {
    auto rows = node.home().store.query("SELECT cosigned_size FROM peer WHERE node=?",
                                        of.desk().self.node());
    REQUIRE(rows.next());
    return static_cast<std::uint64_t>(rows.integer(0));
}

// The newest head of `of` that `node` holds, shown to it as cosigned by `witness`.
void show(World& world, TestNode& node, TestNode& of, TestNode& witness) {
    node::Peer& peer = *node.desk().peers.find(of.desk().self.node());
    auto note = crypto::sign_checkpoint(peer.held.at, of.home().identity.log);
    note.signatures.push_back(
        crypto::cosign_note(schema::witness_vkey(witness.desk().self.card).name,
                            witness.home().identity.witness,
                            crypto::CosignedAt{1},
                            note.text));
    schema::Inner inner;
    inner.witnessing.published = crypto::format_note(note);
    node::Post post(node.transport(), node.desk().peers, world.random());
    node::Courier courier({node.home().store,
                           node.desk().log,
                           node.desk().outbox,
                           node.desk().peers,
                           node.desk().prekeys,
                           node.desk().self,
                           post,
                           world.random()},
                          {},
                          {});
    node::Witnesses witnesses(node.desk(), courier);
    REQUIRE(node.home().store.write([&](Transaction& tx) {
        return witnesses.take(tx, peer, peer.held.at, inner, node.clock().now());
    }));
}

}  // namespace

TEST_CASE(
    "an auditor's policy that names a log's own organisation does not count it for that log") {
    using namespace schema::samples;
    const std::vector cards{card_of(1), card_of(2), restored_card(1, 9)};
    const auto policy = crypto::TlogPolicy::parse(any_of(cards));
    REQUIRE(policy);
    const schema::Trust trust{cards, *policy};
    const auto found = [&](const std::vector<Byte>& witnesses) {
        const std::vector bundles{cosigned_by(witnesses).bundle()};
        const std::vector proofs{proof_of(bundles[0], {0}, {})};
        const auto report = check(bundles, trust, proofs);
        CHECK(report.proofs[0].witnessed == kinds(report).empty());
        return kinds(report);
    };
    const std::vector<std::string_view> unwitnessed{"UNWITNESSED"};
    CHECK(found({1}) == unwitnessed);
    CHECK(found({9}) == unwitnessed);  // by the key of another of its cards
    CHECK(found({1, 9}) == unwitnessed);
    CHECK(found({1, 2}).empty());
}

TEST_CASE("a node's policy that names a log's own organisation does not count it for that log") {
    World world(73, {"investigation", "shelter", "shelter", "counselling"});
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    TestNode& cedar = world.node(2);
    const std::string policy = any_of({alder.desk().self.card, cedar.desk().self.card});
    birch.must("witness.policy", Json::object({{"set", policy}}));
    ask(world, alder, {&birch});
    const auto before = believed(birch, alder);
    const auto size = birch.desk().peers.find(alder.desk().self.node())->held.at.size.get();
    REQUIRE(before < size);
    show(world, birch, alder, alder);
    CHECK(believed(birch, alder) == before);
    show(world, birch, alder, cedar);
    CHECK(believed(birch, alder) == size);
    CHECK(birch.must("witness.policy").text_at("file") == policy);
}

}  // namespace leeward::test
