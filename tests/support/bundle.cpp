#include "tests/support/bundle.h"

#include <catch2/catch_test_macros.hpp>

namespace leeward::test {
namespace {

schema::BundleEntry opened(const node::LeafEntry& leaf) {
    return {leaf.commit(), leaf.xref, leaf.n, leaf.rec};
}

// The published heads, and how many entries the last of them covers.
std::vector<std::string> published_by(TestNode& node, std::uint64_t& covered) {
    std::vector<std::string> notes;
    auto rows = node.home().store.query("SELECT note,size FROM published_head ORDER BY hour");
    while (rows.next()) {
        notes.push_back(rows.text(0));
        covered = static_cast<std::uint64_t>(rows.integer(1));
    }
    return notes;
}

}  // namespace

schema::Bundle whole_bundle(TestNode& node) {
    schema::Bundle bundle;
    bundle.card = node.desk().self.card_jws;
    std::uint64_t covered = 0;
    bundle.heads = published_by(node, covered);
    const auto read = node.home().store.peek([&](node::Transaction& tx) -> Outcome {
        for (std::uint64_t i = 0; i < covered; ++i) {
            LEEWARD_ASSIGN(const auto leaf, node.desk().log.entry(tx, i));
            bundle.entries.push_back(opened(leaf));
        }
        return Done{};
    });
    if (!read) FAIL(node.name() << ": " << read.error().detail);
    return bundle;
}

}  // namespace leeward::test
