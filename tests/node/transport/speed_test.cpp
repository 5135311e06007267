#include <algorithm>
#include <cstdio>

#include "tests/node/transport/nodes.h"
#include "tests/support/frame_sink.h"

using namespace leeward;
using namespace leeward::node;
using Clock = std::chrono::steady_clock;

namespace {

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

// Hidden: they measure, and a busy machine would fail them. Run with: transport_test "[speed]"

TEST_CASE("a peer takes two thousand frames of 66 KiB a second", "[.][speed]") {
    constexpr int frames = 4000;
    const TestNode sender;
    const TestNode receiver;
    introduce(sender, receiver);
    const Frame frame{{Bytes(32, 1), Bytes(66 * 1024, 7)}};
    const auto start = Clock::now();
    int received = 0;
    for (int sent = 0; received < frames;) {
        if (sent < frames && sent - received < 200 && sender->send(receiver.key, frame)) ++sent;
        while (receiver->poll())
            ++received;
        REQUIRE(seconds_since(start) < 60);
    }
    const double rate = frames / seconds_since(start);
    std::printf("%.0f frames/s of 66 KiB, dropped %llu\n",
                rate,
                static_cast<unsigned long long>(receiver->counters().dropped));
    CHECK(rate >= 2000);
}

TEST_CASE("an idle round trip takes less than a millisecond", "[.][speed]") {
    const TestNode one;
    const TestNode other;
    introduce(one, other);
    introduce(other, one);
    std::vector<double> trips;
    for (int i = 0; i < 500; ++i) {
        const auto start = Clock::now();
        REQUIRE(one->send(other.key, frame_of("ping")));
        REQUIRE(next_inbound(*other));
        REQUIRE(other->send(one.key, frame_of("pong")));
        REQUIRE(next_inbound(*one));
        trips.push_back(seconds_since(start) * 1000);
    }
    std::sort(trips.begin(), trips.end());
    std::printf("round trip p50 %.3f ms, p99 %.3f ms\n", trips[250], trips[495]);
    CHECK(trips[250] < 1);
}

TEST_CASE("a frame for each of a thousand peers is queued and handed over", "[.][speed]") {
    constexpr std::size_t peers = 1000;
    const TestNode node("");
    test::FrameSink sink(peers, node.key, crypto::system_random(), [](auto, const auto&) {});
    const Frame frame{{Bytes(32, 1), Bytes(9000, 7)}};
    auto start = Clock::now();
    for (const auto& end : sink.ends())
        REQUIRE(node->connect(end.key, end.endpoint));
    for (const auto& end : sink.ends())
        REQUIRE(node->send(end.key, frame));
    REQUIRE(sink.wait_for(peers, std::chrono::seconds(60)));
    std::printf("connected and first frame at all: %.0f ms\n", seconds_since(start) * 1000);

    start = Clock::now();
    for (const auto& end : sink.ends())
        REQUIRE(node->send(end.key, frame));
    const double queued = seconds_since(start);
    REQUIRE(eventually([&] { return node->counters().handed_over == 2 * peers; }));
    const double handed_over = seconds_since(start);
    REQUIRE(sink.wait_for(2 * peers, std::chrono::seconds(60)));
    std::printf("queued %.1f ms, handed over %.1f ms, arrived %.1f ms\n",
                queued * 1000,
                handed_over * 1000,
                seconds_since(start) * 1000);
    CHECK(handed_over < 0.5);
}
