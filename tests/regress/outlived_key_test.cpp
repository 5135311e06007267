// Found while the universes were built: a record is erased in a transaction and its key is destroyed
// after it. Where the power went in between, or the disk failed, the key stayed for good, and with it
// everything that an old page or a backup still held of the record.
#include "node/exchange/legs.h"
#include "tests/regress/two_nodes.h"

namespace leeward::sim {
namespace {

using std::chrono::hours;

bool has_key(SimNode& node, const std::string& leg) {
    const auto names = node.home().keyring.names("leg/");
    return std::find(names.begin(), names.end(), "leg/" + leg) != names.end();
}

// As it is found after such a power loss: erased in the store, its key in the keyring.
void erase_all_but_the_key(SimNode& node) {
    REQUIRE(node.store().write(
        [](node::Transaction& tx) { return tx.run("UPDATE leg SET erased=1,erase_by=0"); }));
}

}  // namespace

TEST_CASE("a key that outlived its record goes at the next start, or within an hour") {
    for (const bool restart : {true, false}) {
        CAPTURE(restart);
        TwoNodes nodes;
        const std::string erased = nodes.ask();
        erase_all_but_the_key(nodes.house);
        const std::string kept = nodes.ask();
        REQUIRE(has_key(nodes.house, erased));
        if (restart) {
            nodes.house.stop();
            REQUIRE(nodes.house.start());
        } else {
            nodes.pass(hours(1));
        }
        CHECK_FALSE(has_key(nodes.house, erased));
        CHECK(has_key(nodes.house, kept));
    }
}

}  // namespace leeward::sim
