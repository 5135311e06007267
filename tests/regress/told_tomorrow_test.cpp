// `release withdraw --told 21:30`, typed at 22:00, was kept as said at 21:30 of tomorrow.
#include "tests/node/exchange/release_fixture.h"

namespace leeward::test {

TEST_CASE("no withdrawal is written down as said later than now") {
    Papers p(245);
    const std::string id = p.active();
    const auto now = schema::unix_seconds(p.world.clock().now());
    const auto told = [&](std::int64_t at) { return Json::object({{"id", id}, {"told", at}}); };
    CHECK(p.harbor.refused("release.withdraw", told(now + 3600)).code == Errc::invalid_argument);
    CHECK(p.state(id) == "ACTIVE");
    p.harbor.must("release.withdraw", told(now - 3600));
    CHECK(p.state(id) == "WITHDRAWN");
}

}  // namespace leeward::test
