// Who tries to read what has run out is refused, and that is in her node's log. The entry named the
// partner whose paper it was, and an auditor took it for a message that the partner never declared.
#include "schema/audit/check.h"
#include "tests/node/exchange/release_fixture.h"
#include "tests/support/bundle.h"

namespace leeward::test {

using std::chrono::hours;

TEST_CASE("an attempt to read what has run out is no undeclared disclosure to an auditor") {
    Papers p(1);
    p.active();
    const std::string grant = p.lantern.must("grant.list").array_at("grants").front().text_at("id");
    p.world.pass(hours(24 * 31), hours(12));
    CHECK(p.lantern.refused("grant.open", open_with(grant)).code == Errc::not_released);
    p.world.pass(hours(24), hours(1));
    std::vector<schema::Bundle> bundles;
    schema::Trust trust;
    for (std::size_t i = 0; i < p.world.size(); ++i) {
        bundles.push_back(whole_bundle(p.world.node(i)));
        trust.cards.push_back(p.world.node(i).desk().self.card);
    }
    for (const auto& finding : schema::check(bundles, trust).findings)
        CHECK(finding.kind != schema::FindingKind::DISCLOSURE_UNDECLARED);
}

}  // namespace leeward::test
