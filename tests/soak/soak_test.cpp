// Five nodes that carry one referral after the other: what they hold in memory, and the descriptors that
// they keep open, do not grow with the referrals that are over.
//   LEEWARD_SOAK=100000 build/release/bin/soak_test    a day and more of their clock; prints as it goes
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <catch2/catch_test_macros.hpp>
#include <malloc.h>
#include <sqlcipher/sqlite3.h>

#include "tests/support/resident.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

namespace fs = std::filesystem;

constexpr int referrals_in_the_suite = 240;

int referrals() {
    const char* asked = std::getenv("LEEWARD_SOAK");
    return asked == nullptr ? referrals_in_the_suite : std::max(std::atoi(asked), 100);
}

// What is remembered of a log's tree (64 tiles of 16 KiB a node) fills up within the first thousands.
std::int64_t most_for_each(int referrals) {
    return referrals < 4'000 ? 8 * 1024 : 2 * 1024;
}

struct Held {
    std::int64_t heap = 0;  // bytes that were asked for and not given back, but for SQLite's
    std::size_t resident_kib = 0;
    std::size_t descriptors = 0;
};

Held held() {
    const auto open = fs::directory_iterator("/proc/self/fd");
    const auto of_sqlite = ::sqlite3_memory_used();
    return {static_cast<std::int64_t>(::mallinfo2().uordblks) - of_sqlite,
            resident_kib(),
            static_cast<std::size_t>(std::distance(begin(open), end(open)))};
}

// A network at work: who asks, three houses, a counsellor who witnesses.
struct Network {
    World world{16, {"investigation", "shelter", "shelter", "shelter", "counselling"}};

    // Asked of three, declined by one, chosen at another, lived to its end.
    void refer() {
        TestNode& harbor = world.node(0);
        TestNode& house = world.node(1);
        const Asked asked = ask(world, harbor, {&house, &world.node(2), &world.node(3)});
        const Json no = Json::object({{"id", asked.legs[1]}, {"code", "DECLINE_NO_CAPACITY"}});
        world.node(2).must("leg.show", Json::object({{"id", asked.legs[1]}}));
        world.node(2).must("leg.decline", no);
        make_firm(world, harbor, house, asked, 0);
        does(harbor, "leg.plan", window(asked.legs[0]));
        does(house, "leg.plan", Json::object({{"id", asked.legs[0]}}));
        does(harbor, "leg.departed", Json::object({{"id", asked.legs[0]}}));
        does(house, "leg.arrived", Json::object({{"id", asked.legs[0]}}));
        does(house, "leg.ended", Json::object({{"id", asked.legs[0]}}));
        if (++referrals_ % 10 == 0) world.pass(std::chrono::hours(1), std::chrono::hours(1));
    }

private:
    void does(TestNode& node, std::string_view command, const Json& args) {
        node.must(command, args);
        world.pump();
    }
    Json window(const std::string& leg) {
        const auto now = world.clock().seconds();
        return Json::object(
            {{"id", leg}, {"window-start", now + 600}, {"window-end", now + 3'600}});
    }

    int referrals_ = 0;
};

void tell(int referrals, const Held& now) {
    std::printf("%8d referrals  heap %8lld KiB  resident %8zu KiB  %zu descriptors\n",
                referrals,
                static_cast<long long>(now.heap / 1024),
                now.resident_kib,
                now.descriptors);
    std::fflush(stdout);
}

}  // namespace

// Tiles and keys of what lives are held; so are SQLite's pages, up to 16 MB a node, which count apart.
TEST_CASE("what five nodes hold in memory does not grow with the referrals they have carried") {
    Network network;
    const int all = referrals();
    std::vector<Held> at;
    for (int i = 1; i <= all; ++i) {
        network.refer();
        if (i % (all / 10) != 0) continue;
        at.push_back(held());
        tell(i, at.back());
    }
    const Held& half = at[at.size() / 2 - 1];
    const std::int64_t grown = (at.back().heap - half.heap) / (all - all / 2);
    INFO("bytes for each referral of the second half, all five together: " << grown);
    CHECK(grown < most_for_each(all));
    CHECK(at.back().descriptors == half.descriptors);
    for (std::size_t i = 0; i < network.world.size(); ++i)
        CHECK(network.world.node(i).waiting() == 0);
}

}  // namespace leeward::test
