// Found by a review: when a pair's key moves on the row that names the new one was written before the key. Where the
// keyring could not be written that was put off, and the row stood: an hour later the old key went, which nothing
// named any more, and with the next start the node did not open.
#include <cerrno>

#include "tests/regress/two_nodes.h"

namespace leeward::sim {
namespace {

using std::chrono::hours;
using test::DiskCall;

// A week in which both hear of each other, so that their keys may move on; in each hour this call of the house's
// disk fails.
void live_a_week(TwoNodes& nodes, DiskCall kind, std::uint64_t call) {
    nodes.pass(hours(24 * 7));
    (void)nodes.ask();
    for (int i = 0; i < 3; ++i) {
        nodes.house.disk().fail({{kind}, call, EIO, false});
        nodes.pass(hours(1));
        nodes.house.disk().mend();
    }
}

}  // namespace

TEST_CASE("whatever fails as a week begins, the keys of pairs are there at the next start") {
    std::int64_t moved = 0;
    for (const DiskCall kind : {DiskCall::WRITE, DiskCall::SYNC})
        for (std::uint64_t call = 1; call <= 8; ++call) {
            CAPTURE(static_cast<int>(kind), call);
            TwoNodes nodes;
            const auto epoch = [&] { return nodes.house.number("SELECT psk_epoch FROM peer"); };
            const std::int64_t before = epoch();
            for (int week = 0; week < 4; ++week)
                live_a_week(nodes, kind, call);
            moved += epoch() - before;
            nodes.house.stop();
            REQUIRE(nodes.house.start());
            const std::string leg = nodes.ask();
            CHECK(nodes.house.must("leg.show", Json::object({{"id", leg}})).text_at("id") == leg);
        }
    CHECK(moved > 0);
}

}  // namespace leeward::sim
