// Found by a review: a witness that says it holds another size of our log is asked again from there, at once. One that
// never said anything else was asked for ever: envelopes and work without end between two nodes.
#include <utility>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/made_up.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// Alder's only witness: what it says is made up, once it lies.
struct Witnessed {
    explicit Witnessed(std::uint64_t seed) : world(seed, {"investigation", "shelter"}) {
        world.pass(hours(2));
    }
    void let_birch_lie() {
        birch.watch([this](const node::TransportPublicKey&, const node::Frame&) { return lies; });
        alder.watch([this](const node::TransportPublicKey& to, const node::Frame& frame) {
            if (to == birch.link()) sent.push_back(frame);
            return true;
        });
    }
    void say_other_size() {
        const auto fill = [](node::Transaction&, const node::Sealing&, schema::Inner& inner) {
            inner.witnessing.answer =
                schema::WitnessAnswer{schema::WitnessStatus::OTHER_SIZE, 0, ""};
            return Outcome(Done{});
        };
        auto frame = made_up(birch, alder, fill);
        lies = true;
        REQUIRE(birch.transport().send(alder.link(), std::move(frame)));
        lies = false;
        world.pump();
    }
    // How often Birch was asked since the last time.
    std::size_t asked() {
        std::size_t times = 0;
        for (const auto& frame : std::exchange(sent, {})) {
            const auto said = inside(alder, birch, frame.parts);
            if (said && said->witnessing.ask) ++times;
        }
        return times;
    }
    // An hour later Alder's log has grown, and a head of it was published.
    void publish() {
        alder.must("audit.leaves");  // is entered in the log
        world.pass(hours(1));
    }

    World world;
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    bool lies = false;
    std::vector<node::Frame> sent{};
};

}  // namespace

TEST_CASE("a witness that always holds another size is asked once more, and then after the pause") {
    Witnessed log(2661);
    log.let_birch_lie();
    log.publish();
    CHECK(log.asked() == 1);
    for (const bool paused : {false, true}) {
        CAPTURE(paused);
        if (paused) log.world.pass(minutes(10), minutes(10));
        CHECK(log.asked() == (paused ? 1U : 0U));
        for (int i = 0; i < 20; ++i)
            log.say_other_size();
        CHECK(log.asked() == 1);
    }
}

TEST_CASE("a witness that holds another size than its log thought cosigns the same hour's head") {
    Witnessed log(2662);
    for (int i = 0; i < 2; ++i) {
        REQUIRE(log.birch.home().store.write(
            [](node::Transaction& tx) { return tx.run("DELETE FROM witnessed"); }));
        log.publish();
        CHECK(log.alder.count("SELECT count(*) FROM head_cosignature WHERE size=(SELECT max(size) "
                              "FROM published_head)") == 1);
    }
}

}  // namespace leeward::test
