// G3 and G9: what the logs say, to their own nodes and to an auditor without any key.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/scenarios/rules.h"
#include "tests/scenarios/scenario.h"

namespace leeward::test {
namespace {

schema::BundleEntry opened(const node::LeafEntry& leaf) {
    return {leaf.commit(), leaf.xref, leaf.n, leaf.rec};
}

std::vector<std::string> published_by(TestNode& node, std::int64_t& covered) {
    std::vector<std::string> notes;
    auto rows = node.home().store.query("SELECT note,size FROM published_head ORDER BY hour");
    while (rows.next()) {
        notes.push_back(rows.text(0));
        covered = rows.integer(1);
    }
    return notes;
}

schema::Bundle bundle_of(TestNode& node) {
    schema::Bundle bundle;
    bundle.card = node.desk().self.card_jws;
    std::int64_t covered = 0;
    bundle.heads = published_by(node, covered);
    const auto read = node.home().store.peek([&](node::Transaction& tx) -> Outcome {
        for (std::int64_t i = 0; i < covered; ++i) {
            LEEWARD_ASSIGN(const auto leaf,
                           node.desk().log.entry(tx, static_cast<std::uint64_t>(i)));
            bundle.entries.push_back(opened(leaf));
        }
        return Done{};
    });
    if (!read) FAIL(node.name() << ": " << read.error().detail);
    return bundle;
}

}  // namespace

std::vector<schema::Bundle> bundles_of(Scenario& scenario) {
    std::vector<schema::Bundle> out;
    for (const House house : scenario.houses())
        if (scenario.node(house).running()) out.push_back(bundle_of(scenario.node(house)));
    return out;
}

schema::AuditReport audit(Scenario& scenario) {
    schema::Trust trust;
    for (const House house : scenario.houses())
        if (scenario.node(house).running())
            trust.cards.push_back(scenario.node(house).desk().self.card);
    return schema::check(bundles_of(scenario), trust);
}

void Rules::every_log_verifies() {
    for (const House house : scenario_.houses()) {
        TestNode& node = scenario_.node(house);
        if (!node.running()) continue;
        if (!scenario_.eye(house, "audit.verify").bool_at("verified"))
            fault("G3", "the log of " + std::string(called_of(house)) + " does not verify");
    }
    for (const auto& bundle : bundles_of(scenario_))
        if (!scenario_.canaries().found_in(as_text(schema::write_bundle(bundle))).empty())
            fault("G9", "what an auditor gets holds a word of the record");
    for (const auto& finding : audit(scenario_).findings)
        fault("G3",
              finding.organisation + ": " + std::string(schema::name(finding.kind)) + " at " +
                  std::to_string(finding.leaf.value_or(0)));
}

}  // namespace leeward::test
