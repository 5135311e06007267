// Found by seeds 47641 and 75758 of the universes: a question was taken, its key durable and its record not, for the
// disk failed. At the next start the key was destroyed, and that was not confirmed either: memory still had the key, the
// disk had it no more. The question came again, was sealed under it, acknowledged, and could not be read after the
// next start.
#include <cerrno>

#include "tests/regress/two_nodes.h"

namespace leeward::sim {
namespace {

using std::chrono::seconds;
using test::DiskCall;

void lose_power(SimNode& node, std::uint64_t seed) {
    crypto::SeededRandom dice(seed);
    node.disk().lose_power();
    node.stop();
    node.disk().power_on(dice);
}

// Its key is durable; its record was not confirmed, and went with the power or did not.
std::string ask_in_vain(TwoNodes& nodes, std::uint64_t seed) {
    nodes.pass(seconds(15));
    nodes.house.disk().fail({{DiskCall::SYNC}, 2, EIO, true});  // the first is the key's
    std::string leg = nodes.ask();
    REQUIRE(nodes.house.home().keyring.names("leg/").size() == 1);
    REQUIRE(nodes.house.number("SELECT count(*) FROM leg") == 0);
    lose_power(nodes.house, seed);
    nodes.house.disk().mend();
    return leg;
}

}  // namespace

TEST_CASE(
    "what is taken while the end of its first key is not confirmed can be read after a start") {
    int ended = 0;
    for (std::uint64_t call = 1; call <= 12; ++call) {
        CAPTURE(call);
        TwoNodes nodes;
        const std::string leg = ask_in_vain(nodes, call);
        nodes.house.disk().fail({{DiskCall::SYNC}, call, EIO, false});
        while (!nodes.house.start())
            nodes.house.stop();
        if (nodes.house.home().keyring.names("leg/").empty()) ++ended;
        for (int i = 0; i < 4; ++i)
            nodes.pass(seconds(15));
        REQUIRE(nodes.house.number("SELECT count(*) FROM leg") == 1);
        nodes.house.stop();
        REQUIRE(nodes.house.start());
        CHECK(nodes.house.must("leg.show", Json::object({{"id", leg}})).text_at("id") == leg);
        CHECK(nodes.house.home().keyring.contains("leg/" + leg));
    }
    CHECK(ended > 0);
}

}  // namespace leeward::sim
