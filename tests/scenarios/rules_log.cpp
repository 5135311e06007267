// G3 and G9: what the logs say, to their own nodes and to an auditor without any key.
#include <algorithm>
#include <map>

#include "tests/scenarios/rules.h"
#include "tests/scenarios/scenario.h"
#include "tests/support/bundle.h"

namespace leeward::test {
namespace {

std::uint32_t quarter_of(const schema::BundleEntry& entry) {
    const auto record = schema::decode_audit_record(entry.rec);
    return record ? record->quarter : 0;
}

std::uint32_t last_quarter(const schema::Bundle& bundle) {
    std::uint32_t last = 0;
    for (const auto& entry : bundle.entries)
        last = std::max(last, quarter_of(entry));
    return last;
}

// The logs are signed one after another: an exchange of that quarter of an hour may stand in one
// bundle and not yet in the other.
std::uint32_t settled_before(const std::vector<schema::Bundle>& bundles) {
    std::uint32_t last = ~0U;
    for (const auto& bundle : bundles)
        last = std::min(last, last_quarter(bundle));
    return last;
}

bool is_settled(const schema::Finding& finding,
                const std::vector<schema::Bundle>& bundles,
                const std::vector<std::string>& owners) {
    const bool of_both_ends = finding.kind == schema::FindingKind::DISCLOSURE_UNDECLARED;
    if (!of_both_ends || !finding.leaf) return true;
    for (std::size_t i = 0; i < owners.size(); ++i)
        if (owners[i] == finding.organisation)
            return quarter_of(bundles[i].entries.at(*finding.leaf)) < settled_before(bundles);
    return true;
}

// All members', of those too whose machine is off: they are witnesses.
std::vector<schema::NodeCard> cards_of_all(Scenario& scenario) {
    std::map<schema::NodeId, schema::NodeCard> out;
    for (const House house : scenario.houses()) {
        if (!scenario.node(house).running()) continue;
        for (const node::Peer* peer : scenario.node(house).desk().peers.all())
            out.emplace(peer->node(), peer->card);
    }
    for (const House house : scenario.houses()) {
        if (!scenario.node(house).running()) continue;
        const auto& own = scenario.node(house).desk().self.card;
        out.insert_or_assign(own.node, own);
    }
    std::vector<schema::NodeCard> cards;
    for (auto& [node, card] : out)
        cards.push_back(std::move(card));
    return cards;
}

}  // namespace

schema::AuditReport audit(Scenario& scenario) {
    const schema::Trust trust{cards_of_all(scenario), std::nullopt};
    std::vector<schema::Bundle> bundles;
    std::vector<std::string> owners;
    for (const House house : scenario.houses()) {
        if (!scenario.node(house).running()) continue;
        owners.push_back(scenario.node(house).desk().self.card.organisation);
        bundles.push_back(whole_bundle(scenario.node(house)));
    }
    auto report = schema::check(bundles, trust);
    std::erase_if(report.findings, [&](const schema::Finding& finding) {
        return !is_settled(finding, bundles, owners) || scenario.is_admitted(finding);
    });
    return report;
}

void Rules::every_log_verifies() {
    for (const House house : scenario_.houses()) {
        TestNode& node = scenario_.node(house);
        if (!node.running()) continue;
        const std::string name(called_of(house));
        if (!scenario_.eye(house, "audit.verify").bool_at("verified"))
            fault("G3", "the log of " + name + " does not verify");
        const Bytes handed_over = schema::write_bundle(whole_bundle(node));
        if (!scenario_.canaries().found_in(as_text(handed_over)).empty())
            fault("G9", "what " + name + " gives to an auditor holds a word of the record");
    }
    for (const auto& finding : audit(scenario_).findings)
        fault("G3",
              finding.organisation + ": " + std::string(schema::name(finding.kind)) + " at " +
                  std::to_string(finding.leaf.value_or(0)));
}

}  // namespace leeward::test
