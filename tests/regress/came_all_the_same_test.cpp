// Found by reading: she came to a house that had been asked to let her bed go, when another was chosen already. The
// two were not counted as two: nobody was called, and her name went to the house that she was not coming to.
#include "tests/node/exchange/release_fixture.h"
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {
namespace {

// Lantern was asked to let the bed go, and Juniper is chosen, when she stands at Lantern's door.
struct CameAllTheSame : Papers {
    std::string elsewhere;

    explicit CameAllTheSame(std::uint64_t seed) : Papers(seed) {
        harbor.must("leg.cancel",
                    Json::object({{"id", leg()}, {"code", "CANCEL_WANTS_OTHER_PLACE"}}));
        world.pump();
        ask_juniper();
        offer(world, juniper, elsewhere);
        choose(world, harbor, asked.need, elsewhere);
    }
    void ask_juniper() {
        const Json sent = harbor.must(
            "need.ask",
            Json::object({{"id", asked.need}, {"to", Json(Json::Array{juniper.name()})}}));
        elsewhere = sent.array_at("legs").front().text_at("id");
        world.pump();
    }
    void comes() {
        lantern.must("leg.arrived", with_id(leg()));
        world.pump();
    }
    void juniper_confirms() {
        juniper.must("leg.confirm", with_id(elsewhere));
        world.pump();
    }
};

}  // namespace

TEST_CASE("she is in one house when another is chosen: people are called, and her name stays") {
    CameAllTheSame c(994);
    sign_release(c.harbor, c.asked.case_id, c.juniper);
    c.comes();
    c.juniper_confirms();
    REQUIRE(c.harbor.state_of(c.leg()) == "ARRIVED");
    REQUIRE(c.harbor.state_of(c.elsewhere) == "ACCEPTED");
    CHECK(is_told(c.harbor, "TWO_PLACES_CHOSEN"));
    CHECK(c.grants(c.juniper).empty());
    c.harbor.must("leg.cancel",
                  Json::object({{"id", c.elsewhere}, {"code", "CANCEL_NO_LONGER_NEEDED"}}));
    c.world.pump();
    CHECK_FALSE(is_told(c.harbor, "TWO_PLACES_CHOSEN"));
    CHECK(c.grants(c.juniper).empty());
}

TEST_CASE("the house that she is in is told what its care needs, whatever else is chosen") {
    CameAllTheSame c(993);
    c.comes();
    c.juniper_confirms();
    c.active();
    CHECK(c.grants(c.lantern).size() == 1);
    CHECK(c.grants(c.juniper).empty());
}

TEST_CASE(
    "what another house was to have is stopped on its way, and follows once it is the only one") {
    CameAllTheSame c(992);
    c.juniper_confirms();
    c.juniper.close();
    sign_release(c.harbor, c.asked.case_id, c.juniper);
    c.comes();
    c.juniper.open();
    c.world.pass(std::chrono::hours(1));
    CHECK(c.grants(c.juniper).empty());
    CHECK(c.harbor.waiting() == 0);
    c.lantern.must("leg.ended", with_id(c.leg()));
    c.world.pump();
    CHECK(c.grants(c.juniper) == std::vector<std::string>{"OPENABLE"});
}

}  // namespace leeward::test
