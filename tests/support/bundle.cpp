#include "tests/support/bundle.h"

#include <catch2/catch_test_macros.hpp>

#include "node/audit/published.h"

namespace leeward::test {
namespace {

schema::BundleEntry opened(const node::LeafEntry& leaf) {
    return {leaf.commit(), leaf.xref, leaf.n, leaf.rec};
}

// The published heads, with what witnesses have signed of them, and how many entries the last of them covers.
std::vector<std::string> published_by(TestNode& node, std::uint64_t& covered) {
    std::vector<std::string> notes;
    const auto heads = node.home().store.peek([&](node::Transaction& tx) {
        return node::published_between(
            tx, schema::from_unix(0), schema::from_unix(node.clock().seconds() + 3600));
    });
    REQUIRE(heads);
    for (const auto& head : *heads) {
        notes.push_back(head.note);
        covered = head.size;
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
