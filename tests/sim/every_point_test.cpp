// The power goes with each single call that changes the disk, one after another, under what a node does
// in one go: it is done or it is not, and can be done again.
#include <algorithm>

#include "tests/regress/two_nodes.h"

namespace leeward::sim {
namespace {

constexpr std::uint64_t most_calls = 2'000;

// Plays `act` once for each of its calls, on disks as they are now. Afterwards both nodes run again.
template <class Act, class Check>
std::uint64_t at_every_call(TwoNodes& nodes, SimNode& actor, Act act, Check check) {
    const auto all = {&nodes.referrer, &nodes.house};
    std::vector<test::MemoryDisk::Image> images;
    for (SimNode* node : all) {
        node->stop();
        images.push_back(node->disk().image());
    }
    for (std::uint64_t call = 1; call < most_calls; ++call) {
        CAPTURE(call);
        for (SimNode* node : all) {
            node->stop();
            node->disk().put(images[node->index()]);
            REQUIRE(node->start());
        }
        actor.disk().lose_power_at(call);
        const bool done = act();
        const bool went = actor.disk().is_off();
        actor.stop();
        crypto::SeededRandom dice(call);
        actor.disk().power_on(dice);
        const auto started = actor.start();
        if (!started) FAIL(started.error().detail);
        check(done && !went);
        if (!went) return call - 1;
    }
    FAIL("it never ends");
    return 0;
}

}  // namespace

TEST_CASE("a node that lost its power while it was made is made again in the same folder") {
    crypto::SeededRandom random(5);
    test::MemoryNetwork network(random);
    Traffic traffic;
    Surroundings around{network, traffic, random, {}};
    for (std::uint64_t call = 1; call < most_calls; ++call) {
        CAPTURE(call);
        SimNode node(0, "Alder", around);
        node.disk().lose_power_at(call);
        bool made = true;
        try {
            node.create("shelter", node.clock().now());
        } catch (const Broken&) {
            made = false;
        }
        const bool went = node.disk().is_off();
        node.disk().lose_power();
        crypto::SeededRandom dice(call);
        node.disk().power_on(dice);
        if (!made) {
            const auto started = node.start();
            if (!started) {
                CHECK(started.error().code == Errc::not_found);
                CHECK_NOTHROW(node.create("shelter", node.clock().now()));
            } else {
                node.stop();
            }
        }
        const auto started = node.start();
        if (!started) FAIL(started.error().detail);
        CHECK(node.must("node.status").text_at("organisation") == "Alder");
        if (!went) {
            CHECK(call > 50);
            return;
        }
    }
    FAIL("it never ends");
}

TEST_CASE("a question that lost its power on the way is asked again, and is there once") {
    TwoNodes nodes;
    const auto made =
        nodes.referrer.must("case.new",
                            Json::object({{"record", test::founding::sample_record().dump()},
                                          {"duplicate-check", "none"}}));
    const auto need =
        nodes.referrer.must("need.new",
                            Json::object({{"case", made.text_at("id")},
                                          {"need", test::founding::sample_need().dump()}}));
    const Json ask =
        Json::object({{"id", need.text_at("id")}, {"to", Json(Json::Array{nodes.house.name()})}});
    const auto calls = at_every_call(
        nodes,
        nodes.referrer,
        [&] { return static_cast<bool>(nodes.referrer.call("need.ask", ask)); },
        [&](bool done) {
            const auto legs = [&] { return nodes.referrer.number("SELECT count(*) FROM leg"); };
            if (done) CHECK(legs() == 1);
            (void)nodes.referrer.call("need.ask", ask);  // refused where it was done after all
            nodes.pump();
            CHECK(legs() == 1);
            CHECK(nodes.house.number("SELECT count(*) FROM leg") == 1);
        });
    CHECK(calls > 3);
}

TEST_CASE("an offer that lost its power on the way is made again, and counts once") {
    TwoNodes nodes;
    const std::string leg = nodes.ask();
    const Json id = Json::object({{"id", leg}});
    nodes.house.must("leg.show", id);
    nodes.pump();
    const auto calls = at_every_call(
        nodes,
        nodes.house,
        [&] { return static_cast<bool>(nodes.house.call("leg.offer", id)); },
        [&](bool done) {
            const auto offered = [](SimNode& node) {
                return node.number("SELECT count(*) FROM leg WHERE answer=4 AND answer_counter=3");
            };
            if (done) CHECK(offered(nodes.house) == 1);
            (void)nodes.house.call("leg.offer", id);
            nodes.pump();
            CHECK(offered(nodes.house) == 1);
            CHECK(offered(nodes.referrer) == 1);
        });
    CHECK(calls > 3);
}

TEST_CASE("a message whose taking loses its power is not receipted, comes again, and counts once") {
    TwoNodes nodes;
    const auto made =
        nodes.referrer.must("case.new",
                            Json::object({{"record", test::founding::sample_record().dump()},
                                          {"duplicate-check", "none"}}));
    const auto need =
        nodes.referrer.must("need.new",
                            Json::object({{"case", made.text_at("id")},
                                          {"need", test::founding::sample_need().dump()}}));
    nodes.referrer.must(
        "need.ask",
        Json::object({{"id", need.text_at("id")}, {"to", Json(Json::Array{nodes.house.name()})}}));
    const auto calls = at_every_call(
        nodes,
        nodes.house,
        [&] {
            nodes.pump();
            return nodes.referrer.number("SELECT count(*) FROM outbox") == 0;
        },
        [&](bool) {
            nodes.pass(std::chrono::seconds(30));
            CHECK(nodes.referrer.number("SELECT count(*) FROM outbox") == 0);
            CHECK(nodes.house.number("SELECT count(*) FROM leg") == 1);
            CHECK(nodes.house.must("audit.verify").bool_at("verified"));
        });
    CHECK(calls > 3);
}

}  // namespace leeward::sim
