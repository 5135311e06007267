// Two real nodes and the networks that they may meet: what was promised is delivered once it can be, once.
//
//   alder 10.77.0.1 ── weather ── 10.77.0.2 birch
#include <catch2/catch_test_macros.hpp>

#include "tests/net/machines.h"

namespace leeward::test {
namespace {

using schema::Json;
using std::chrono::seconds;

constexpr std::uint64_t seed = 20260;
constexpr seconds heartbeat{15};  // of a connection: node/transport/zmq_transport.h

struct Pair {
    Lab lab{};
    Machine alder_house{lab.scratch(), "alder-house"};
    Machine birch_house{lab.scratch(), "birch-house"};
    LossyWire weather{
        lab.scratch(), alder_house, "10.77.0.1/24", birch_house, "10.77.0.2/24", seed};
    Organisation alder =
        lab.make("Alder Recovery", "investigation", "tcp://10.77.0.1:7700", alder_house);
    Organisation birch = lab.make("Birch House", "shelter", "tcp://10.77.0.2:7700", birch_house);

    Pair() { lab.found({&alder, &birch}); }

    [[nodiscard]] std::size_t legs_at_birch() const {
        return lab.run(birch, {"leg", "list", "--all"}).array_at("legs").size();
    }
    // Nothing gets through while `work` goes on.
    [[nodiscard]] bool stays_queued(const std::string& leg, seconds time = seconds(4)) const {
        return !eventually(time, [&] { return lab.state_of(alder, leg) == "DELIVERED"; });
    }
};

}  // namespace

TEST_CASE("In every network that heals, what was asked arrives, and arrives once", "[net]") {
    if (const auto why = no_machines_because(); !why.empty()) {
        WARN("skipped: " << why);
        return;
    }
    Pair pair;
    Lab& lab = pair.lab;
    std::size_t asked = 0;
    const auto arrives = [&](std::string_view where, const std::string& leg) {
        INFO(where);
        CHECK(lab.comes_to(pair.alder, leg, "DELIVERED"));
        CHECK(pair.legs_at_birch() == ++asked);
    };

    // Whatever was learned meanwhile about the way, three heartbeats after it is open again it is used.
    const auto resumes = [&](std::string_view where, const std::string& leg) {
        const auto open = std::chrono::steady_clock::now();
        CAPTURE(where);
        CHECK(lab.comes_to(pair.alder, leg, "DELIVERED", 3 * heartbeat));
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - open;
        CAPTURE(took.count());  // -s shows it
        CHECK(pair.legs_at_birch() == ++asked);
    };

    arrives("direct", lab.ask(pair.alder, pair.birch).leg);

    pair.weather.set({40, 20, 50, 10, 50});
    arrives("5 % loss, doubled and overtaken", lab.ask(pair.alder, pair.birch).leg);

    pair.weather.set({30, 0, 0, 0, 0, 64});
    arrives("64 kbit/s", lab.ask(pair.alder, pair.birch).leg);

    LossyWire::Weather cut;
    cut.a_to_b = cut.b_to_a = false;
    pair.weather.set(cut);
    const auto over_partition = lab.ask(pair.alder, pair.birch).leg;
    CHECK(
        pair.stays_queued(over_partition, 3 * heartbeat));  // the connection is given up meanwhile
    pair.weather.set({});
    resumes("a partition that heals", over_partition);

    LossyWire::Weather one_way;
    one_way.b_to_a = false;
    pair.weather.set(one_way);
    const auto over_one_way = lab.ask(pair.alder, pair.birch).leg;
    CHECK(pair.stays_queued(over_one_way));
    pair.weather.set({});
    resumes("a way that leads out and not back", over_one_way);

    pair.birch_house.sh(
        "nft 'table inet r { chain i { type filter hook input priority 0; tcp "
        "dport 7700 reject with tcp reset; }; }'");
    const auto over_resets = lab.ask(pair.alder, pair.birch).leg;
    CHECK(pair.stays_queued(over_resets));
    pair.birch_house.sh("nft delete table inet r");
    resumes("connections that are reset", over_resets);
}

}  // namespace leeward::test
