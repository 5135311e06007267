// What a house was given was withdrawn, and a new permission signed. The house read again, but whoever
// had sent it was told for ever that the papers are withdrawn, and to phone.
#include "tests/node/exchange/release_fixture.h"

namespace leeward::test {

TEST_CASE("once a new permission is in force, neither side says that the papers are withdrawn") {
    Papers p(1);
    const std::string first = p.active();
    p.harbor.must("release.withdraw", with_id(first));
    p.world.pump();
    const auto papers = [&](TestNode& node) {
        const Json list = node.must("leg.list", Json::object({{"all", true}}));
        return list.array_at("legs").front().text_at("papers");
    };
    CHECK(papers(p.harbor) == "WITHDRAWN");
    CHECK(papers(p.lantern) == "WITHDRAWN");
    p.active();
    CHECK(papers(p.harbor).empty());
    CHECK(papers(p.lantern).empty());
}

}  // namespace leeward::test
