// That the watch would see a third reader, which no planted bug makes.
#include "tests/sim/watch.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/sim/broken.h"

namespace leeward::sim {
namespace {

struct Watched {
    Watched() {
        node.create("shelter", node.clock().now());
        REQUIRE(node.start());
        watch = std::make_unique<Watch>(std::vector{&node}, traffic, -1);
        REQUIRE_NOTHROW(watch->look(node));
    }
    crypto::SeededRandom random{3};
    test::MemoryNetwork network{random};
    Traffic traffic;
    Surroundings around{network, traffic, random, {}};
    SimNode node{0, "Alder", around};
    std::unique_ptr<Watch> watch;
};

}  // namespace

TEST_CASE("an envelope that was not sealed for a node and that it remembers is seen") {
    Watched alone;
    REQUIRE(alone.node.store().write([&](node::Transaction& tx) {
        return tx.run("INSERT INTO envelope(ench,peer,receipt,leaves,epoch) VALUES(?,?,'',x'',0)",
                      alone.random.array<32>(),
                      alone.random.array<32>());
    }));
    CHECK_THROWS_AS(alone.watch->look(alone.node), Broken);
}

TEST_CASE("one more envelope opened than have come sealed for a node is seen") {
    Watched alone;
    SimNode::Stepped step;
    step.opened = step.for_us = 2;
    CHECK_NOTHROW(alone.watch->stepped(alone.node, step));
    step.opened = 3;
    CHECK_THROWS_AS(alone.watch->stepped(alone.node, step), Broken);
}

}  // namespace leeward::sim
