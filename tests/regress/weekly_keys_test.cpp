// Each week a node sends its new prekeys to all partners, in one entry of its log. Their receipts did
// not say what they were about, so that an auditor found an undeclared disclosure at every partner.
#include "schema/audit/check.h"
#include "tests/node/exchange/one_leg.h"
#include "tests/support/bundle.h"

namespace leeward::test {

TEST_CASE("what a node tells all partners about itself is no undeclared disclosure to an auditor") {
    World world(1, {"investigation", "shelter", "shelter"});
    world.node(0).must(
        "peer.contact",
        Json::object(
            {{"set", R"({"duty_line":"555-0199","hours":"","deputy_line":"","languages":""})"}}));
    world.pass(std::chrono::hours(24 * 8), std::chrono::hours(1));
    std::vector<schema::Bundle> bundles;
    schema::Trust trust;
    for (std::size_t i = 0; i < world.size(); ++i) {
        bundles.push_back(whole_bundle(world.node(i)));
        trust.cards.push_back(world.node(i).desk().self.card);
    }
    for (const auto& finding : schema::check(bundles, trust).findings)
        FAIL_CHECK(finding.organisation << ": " << schema::name(finding.kind));
}

}  // namespace leeward::test
