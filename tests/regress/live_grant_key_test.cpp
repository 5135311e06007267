// Found when a refused disclosure was to be sent again: the hourly search for keys that outlived their
// records took the discloser's own grants, which hold no copy of the fields, for erased ones. What tied
// the log to a live grant was gone within the hour.
#include "tests/node/exchange/release_fixture.h"

namespace leeward::test {

using std::chrono::hours;

TEST_CASE("what ties the log to a grant stays with its discloser while the grant lives") {
    Papers p(1);
    p.active();
    const auto keys = [&] { return p.harbor.home().keyring.names("grant/").size(); };
    const auto sent = keys();
    REQUIRE(sent > 0);
    p.world.pass(hours(3));
    CHECK(keys() == sent);
    p.world.pass(hours(24 * 31), hours(12));
    CHECK(p.harbor.must("grant.list", Json::object({{"all", true}}))
              .array_at("grants")
              .front()
              .text_at("state") == "ERASURE_ATTESTED");
    CHECK(keys() == 0);
}

}  // namespace leeward::test
