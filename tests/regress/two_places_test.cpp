// Found by universe 25711: a place was chosen after the backup, and another, by people who knew of none, once the
// node was restored. When the first house said what it knew, two places of one need were chosen, nobody was
// called, and the survivor's name would have gone to both. And once the second was firm before the first had been
// heard, the first was told that it was not needed.
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

// Two houses offer a bed; the first is chosen after the backup, the second after the restore.
struct Forgotten {
    World world;
    HolderKeys holders;
    TestNode& harbor = world.node(0);
    TestNode& first = world.node(1);
    TestNode& second = world.node(2);
    Asked asked;

    enum class First { CHOSEN, OFFERS };
    explicit Forgotten(std::uint64_t seed, First was = First::CHOSEN)
        : world(seed, {"investigation", "shelter", "shelter"}), holders(world.random()) {
        name_holders(harbor, holders);
        asked = ask(world, harbor, {&first, &second});
        offer(world, first, asked.legs[0]);
        offer(world, second, asked.legs[1]);
        const auto backup = back_up(harbor);
        if (was == First::CHOSEN) choose_first();
        restore(harbor, backup, holders, world.random());
        meet(second);
        choose(world, harbor, asked.need, asked.legs[1]);
    }
    void meet(TestNode& house) {
        pair_up(harbor, house);
        compare_words(harbor, house);
        compare_words(house, harbor);
        world.pump();
    }
    void choose_first() {
        choose(world, harbor, asked.need, asked.legs[0]);
        first.must("leg.confirm", id_arg(asked.legs[0]));  // which is never heard
    }
    void confirm_second() {
        second.must("leg.confirm", id_arg(asked.legs[1]));
        world.pump();
    }
    void cancel(std::size_t which) {
        harbor.must("leg.cancel",
                    Json::object({{"id", asked.legs[which]}, {"code", "CANCEL_NO_LONGER_NEEDED"}}));
        world.pump();
    }
    // A firm bed is given back by both.
    void end_first() {
        cancel(0);
        first.must("leg.cancel", id_arg(asked.legs[0]));
        world.pump();
    }
    Json hours_from_now(std::size_t which, int end) {
        const auto now = world.clock().seconds();
        return id_arg(asked.legs[which])
            .set("window-start", now + 3600)
            .set("window-end", now + std::int64_t{3600} * end);
    }
    void plan_second() {
        harbor.must("leg.plan", hours_from_now(1, 2));
        world.pump();
        second.must("leg.plan", id_arg(asked.legs[1]));
        world.pump();
        REQUIRE(harbor.state_of(asked.legs[1]) == "HANDOFF_SCHEDULED");
    }
    std::int64_t shared() { return second.count("SELECT count(*) FROM grant_of"); }
};

}  // namespace

TEST_CASE("people are called when a restore has left two places chosen, and no bed is given up") {
    Forgotten f(995);
    CHECK_FALSE(is_told(f.harbor, "TWO_PLACES_CHOSEN"));
    f.meet(f.first);
    CHECK(f.harbor.state_of(f.asked.legs[0]) == "ACCEPTED");
    CHECK(f.harbor.state_of(f.asked.legs[1]) == "SELECTED");
    CHECK(is_told(f.harbor, "TWO_PLACES_CHOSEN"));
    f.world.pass(hours(1));
    f.cancel(1);
    CHECK_FALSE(is_told(f.harbor, "TWO_PLACES_CHOSEN"));
    CHECK(f.harbor.state_of(f.asked.legs[0]) == "ACCEPTED");
}

TEST_CASE("a place that is firm takes no bed from a house that is not heard yet since a restore") {
    Forgotten f(997);
    f.confirm_second();
    f.meet(f.first);
    CHECK(f.harbor.state_of(f.asked.legs[0]) == "ACCEPTED");
    CHECK(f.first.state_of(f.asked.legs[0]) == "ACCEPTED");
    CHECK(f.harbor.state_of(f.asked.legs[1]) == "ACCEPTED");
    CHECK(is_told(f.harbor, "TWO_PLACES_CHOSEN"));
}

TEST_CASE("a house that only offered is let go once it is heard after a restore") {
    Forgotten f(998, Forgotten::First::OFFERS);
    f.confirm_second();
    CHECK(f.harbor.state_of(f.asked.legs[0]) == "OFFERED");
    f.meet(f.first);
    CHECK(f.harbor.state_of(f.asked.legs[0]) == "NOT_SELECTED");
    CHECK(f.first.state_of(f.asked.legs[0]) == "NOT_SELECTED");
    CHECK_FALSE(is_told(f.harbor, "TWO_PLACES_CHOSEN"));
}

TEST_CASE("while two places are chosen nothing is shared, and then with the one that is left") {
    Forgotten f(996);
    f.meet(f.first);
    f.confirm_second();
    const std::string release = sign_release(f.harbor, f.asked.case_id, f.second);
    f.world.pump();
    CHECK(f.shared() == 0);
    CHECK(f.harbor.refused("grant.send", Json::object({{"release", release}})).code ==
          Errc::not_released);
    f.end_first();
    CHECK(f.harbor.state_of(f.asked.legs[1]) == "ACCEPTED");
    CHECK(f.shared() > 0);
}

// Found by reading: a plan and a departure still went to both.
TEST_CASE(
    "while two places are chosen no plan goes to either, and then one to the one that is left") {
    Forgotten f(1331);
    f.confirm_second();
    f.meet(f.first);
    REQUIRE(is_told(f.harbor, "TWO_PLACES_CHOSEN"));
    for (const std::size_t which : {0U, 1U})
        CHECK(f.harbor.refused("leg.plan", f.hours_from_now(which, 2)).code == Errc::wrong_state);
    f.end_first();
    f.plan_second();
}

TEST_CASE(
    "while two places are chosen nobody sets out to either, and then to the one that is left") {
    Forgotten f(1332);
    f.confirm_second();
    f.plan_second();
    f.meet(f.first);
    REQUIRE(is_told(f.harbor, "TWO_PLACES_CHOSEN"));
    const Json leaves = id_arg(f.asked.legs[1]);
    CHECK(f.harbor.refused("leg.departed", leaves).code == Errc::wrong_state);
    f.end_first();
    f.harbor.must("leg.departed", leaves);
    f.world.pump();
    CHECK(f.second.state_of(f.asked.legs[1]) == "IN_TRANSIT");
}

TEST_CASE("the house that she is on her way to is told of a delay, whatever else is chosen") {
    Forgotten f(1333);
    f.confirm_second();
    f.plan_second();
    f.harbor.must("leg.departed", id_arg(f.asked.legs[1]));
    f.world.pump();
    f.meet(f.first);
    REQUIRE(is_told(f.harbor, "TWO_PLACES_CHOSEN"));
    const auto later = f.world.clock().seconds() + 4 * 3600;
    f.harbor.must("leg.departed", id_arg(f.asked.legs[1]).set("window-end", later));
    f.world.pump();
    CHECK(f.second.leg(f.asked.legs[1]).int_at("window_end") == later);
}

}  // namespace leeward::test
