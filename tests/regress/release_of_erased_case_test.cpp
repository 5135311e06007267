// Found by reading: a case was erased while a release of it was in force, or a survivor was still to be told
// of a disclosure; once the release's day came nothing that was due at the node was done any more.
#include "tests/node/exchange/release_fixture.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using States = std::vector<std::string>;

// As its last need would close it.
void close_case(TestNode& node, std::int64_t at) {
    REQUIRE(node.home().store.write([&](node::Transaction& tx) -> Outcome {
        LEEWARD_TRY(tx.run("UPDATE leg SET shown=24,timer=0"));
        return tx.run("UPDATE survivor_case SET state=1,since=?", at);
    }));
}

std::int64_t state_of_case(TestNode& node) {
    return node.count("SELECT max(state) FROM survivor_case");
}

}  // namespace

TEST_CASE("a release ends with its case, and what was shared is erased before the case is") {
    Papers p(920);
    const std::string id = p.active();
    p.harbor.must("retention.set", Json::object({{"days", 1}}));
    close_case(p.harbor, p.world.clock().seconds());
    p.lantern.close();
    p.world.pass(hours(24 * 3), hours(6));
    CHECK(state_of_case(p.harbor) == 1);
    CHECK(p.state(id) == "EXPIRED");
    p.lantern.open();
    p.world.pass(hours(12), hours(1));
    CHECK(p.grants(p.harbor) == States{"ERASURE_ATTESTED"});
    CHECK(state_of_case(p.harbor) == 2);
    p.world.pass(hours(24 * 100), hours(24));  // whatever was due of it stops nothing
    CHECK(p.harbor.must("audit.verify").bool_at("verified"));
}

TEST_CASE("a release that nobody has signed ends with its case") {
    Papers p(921);
    const std::string id = p.draft();
    p.harbor.must("retention.set", Json::object({{"days", 1}}));
    close_case(p.harbor, p.world.clock().seconds());
    p.world.pass(hours(24 * 20), hours(6));
    CHECK(state_of_case(p.harbor) == 2);
    CHECK(p.harbor.must("release.list").array_at("releases").front().text_at("state") == "VOID");
}

TEST_CASE("a release of a case that an older build erased stops nothing that is due") {
    Papers p(922);
    p.active();
    p.harbor.must("retention.set", Json::object({{"days", 1}}));
    close_case(p.harbor, p.world.clock().seconds());
    p.world.pass(hours(24 * 3), hours(6));
    REQUIRE(state_of_case(p.harbor) == 2);
    REQUIRE(p.harbor.home().store.write([](node::Transaction& tx) {
        return tx.run("UPDATE release SET state=3,timer=1");  // ACTIVE, as it was left
    }));
    p.world.pass(hours(2));
    CHECK(p.harbor.must("audit.verify").bool_at("verified"));
}

}  // namespace leeward::test
