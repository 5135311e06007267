#include "tests/support/memory_network.h"

#include <catch2/catch_test_macros.hpp>

using namespace leeward;
using namespace leeward::node;
using leeward::test::MemoryNetwork;

namespace {

TransportPublicKey key_of(Byte number) {
    return TransportPublicKey(ByteArray<32>{number});
}
std::string endpoint_of(Byte number) {
    return "tcp://node" + std::to_string(number) + ":1";
}
Frame numbered(Byte number) {
    return Frame{{Bytes{number}}};
}

// Nodes 0 … n−1, all of which know each other.
struct World {
    explicit World(std::uint64_t seed, Byte count = 2) : random(seed), network(random) {
        for (Byte i = 0; i < count; ++i)
            nodes.push_back(network.join(key_of(i), endpoint_of(i)));
        for (Byte i = 0; i < count; ++i)
            for (Byte j = 0; j < count; ++j)
                if (i != j) introduce(i, j);
    }
    void introduce(Byte from, Byte to) {
        REQUIRE(nodes[from]->connect(key_of(to), endpoint_of(to)));
        nodes[to]->allow(key_of(from));
    }
    Bytes received_by(std::size_t node) {
        Bytes numbers;
        while (const auto inbound = nodes[node]->poll())
            numbers.push_back(inbound->frame.parts.at(0).at(0));
        return numbers;
    }
    void send_numbers(Byte count) {
        for (Byte i = 0; i < count; ++i)
            REQUIRE(nodes[0]->send(key_of(1), numbered(i)));
    }

    crypto::SeededRandom random;
    MemoryNetwork network;
    std::vector<std::unique_ptr<Transport>> nodes;
};

ByteArray<32> stormy_history(std::uint64_t seed) {
    World world(seed, 4);
    world.network.set_weather({200, 200, 300});
    for (Byte round = 0; round < 20; ++round) {
        for (Byte i = 0; i < 4; ++i)
            REQUIRE(world.nodes[i]->send(key_of(static_cast<Byte>((i + 1) % 4)), numbered(round)));
        world.network.step();
        for (std::size_t i = 0; i < 4; ++i)
            world.received_by(i);
    }
    return world.network.history();
}

}  // namespace

TEST_CASE("in fair weather every frame arrives once, in order, with its sender's key") {
    World world(1);
    world.send_numbers(3);
    CHECK(world.network.step() == 3);
    const auto first = world.nodes[1]->poll();
    REQUIRE(first);
    CHECK(first->from == key_of(0));
    CHECK(first->frame == numbered(0));
    CHECK(world.received_by(1) == Bytes{1, 2});
    CHECK(world.network.under_way() == 0);
}

TEST_CASE("one seed is one history and another seed is another") {
    CHECK(stormy_history(7) == stormy_history(7));
    CHECK(stormy_history(7) != stormy_history(8));
}

TEST_CASE("bad weather loses, repeats and reorders") {
    World world(3);
    SECTION("loss") {
        world.network.set_weather({500, 0, 0});
        world.send_numbers(60);
        world.network.step();
        const auto count = world.received_by(1).size();
        CHECK(count > 10);
        CHECK(count < 50);
        CHECK(world.network.under_way() == 0);
    }
    SECTION("duplication") {
        world.network.set_weather({0, 500, 0});
        world.send_numbers(60);
        while (world.network.under_way() > 0)
            world.network.step();
        CHECK(world.received_by(1).size() > 80);
    }
    SECTION("reordering") {
        world.network.set_weather({0, 0, 500});
        world.send_numbers(60);
        while (world.network.under_way() > 0)
            world.network.step();
        const auto numbers = world.received_by(1);
        CHECK(numbers.size() == 60);
        CHECK_FALSE(std::is_sorted(numbers.begin(), numbers.end()));
    }
}

TEST_CASE("a partition holds frames back until it heals") {
    World world(4);
    world.network.partition({{key_of(1), 1}});
    world.send_numbers(2);
    CHECK(world.network.step() == 0);
    world.network.heal();
    CHECK(world.network.step() == 2);
}

TEST_CASE("the memory network refuses as the real one does") {
    World world(5);
    const auto stranger = world.network.join(key_of(9), endpoint_of(9));
    CHECK(stranger->send(key_of(1), numbered(1)).error().code == Errc::not_found);
    REQUIRE(stranger->connect(key_of(1), endpoint_of(1)));
    REQUIRE(stranger->send(key_of(1), numbered(1)));
    CHECK(world.network.step() == 0);
    CHECK(world.nodes[1]->counters().strangers == 1);

    // Right address, wrong key: nothing arrives.
    REQUIRE(world.nodes[0]->connect(key_of(7), endpoint_of(1)));
    REQUIRE(world.nodes[0]->send(key_of(7), numbered(1)));
    CHECK(world.network.step() == 0);

    world.send_numbers(64);
    CHECK(world.nodes[0]->send(key_of(1), numbered(64)).error().code == Errc::busy);
    CHECK(world.network.step() == 64);
    world.nodes[1]->deny(key_of(0));
    CHECK_FALSE(world.nodes[1]->poll());
}

TEST_CASE("a crashed node loses its inbox and hears again after it rejoins") {
    World world(6);
    world.send_numbers(1);
    world.network.step();
    world.nodes[1].reset();
    world.send_numbers(1);
    CHECK(world.network.step() == 0);
    world.nodes[1] = world.network.join(key_of(1), endpoint_of(1));
    world.nodes[1]->allow(key_of(0));
    CHECK_FALSE(world.nodes[1]->poll());
    world.send_numbers(1);
    CHECK(world.network.step() == 1);
}
