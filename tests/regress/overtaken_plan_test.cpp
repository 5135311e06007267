// Found by waiting out the deadlines of a scenario: a plan that arrived after the word that they had
// left was dropped as an older one. The house knew neither when to expect her nor the code word at the
// door, and no alarm rang when nobody came.
#include "tests/node/exchange/one_leg.h"

namespace leeward::test {

using std::chrono::minutes;

TEST_CASE("a plan that arrives after the departure is known to the house all the same") {
    One o(1);
    make_firm(o.world, o.harbor, o.lantern, o.asked, 0);
    const std::int64_t end = o.world.clock().seconds() + 4 * 3600;
    bool is_lost = true;
    o.harbor.watch([&](const node::TransportPublicKey&, const node::Frame&) { return !is_lost; });
    o.harbor.must("leg.plan",
                  Json::object({{"id", o.leg()},
                                {"window-start", end - 3600},
                                {"window-end", end},
                                {"code-word", "lamplight"}}));
    o.world.pump();
    is_lost = false;
    o.harbor.must("leg.departed", Json::object({{"id", o.leg()}}));
    o.world.pump();
    Json leg = o.lantern.must("leg.show", o.args());
    REQUIRE(leg.text_at("state") == "IN_TRANSIT");
    REQUIRE(leg.find("window_end") == nullptr);
    o.world.pass(minutes(30), minutes(1));
    leg = o.lantern.must("leg.show", o.args());
    CHECK(leg.text_at("state") == "IN_TRANSIT");
    CHECK(leg.int_at("window_end") == end);
    CHECK(leg.dump().find("lamplight") != std::string::npos);
}

}  // namespace leeward::test
