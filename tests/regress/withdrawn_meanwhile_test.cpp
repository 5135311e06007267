// Found by reading: she withdrew at the shelter while what had been released was still on its way there.
// The shelter said that its own use had stopped, and what came then could still be opened.
#include "tests/node/exchange/release_fixture.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

void withdraw_at_lantern(Papers& p, std::string_view scope) {
    p.lantern.must("release.withdraw", Json::object({{"leg", p.leg()}, {"scope", scope}}));
}

// Until it may speak again, whatever it hears.
void silence(TestNode& node) {
    node.watch([](const auto&, const auto&) { return false; });
}

void listen_to(Papers& p, TestNode& node) {
    node.watch({});
    p.world.pass(hours(1));
}

bool calls_for(TestNode& node, std::string_view code) {
    const auto notices = node.notices();
    return std::find(notices.begin(), notices.end(), code) != notices.end();
}

bool opens_at_lantern(Papers& p, std::string_view grant) {
    return bool(p.lantern.call("grant.open", open_with(std::string(grant))));
}

std::string newest_grant(TestNode& node) {
    const Json list = node.must("grant.list", Json::object({{"all", true}}));
    return list.array_at("grants").back().text_at("id");
}

}  // namespace

TEST_CASE("what was on its way when she withdrew is not opened and not kept by whom she told") {
    Papers p(920);
    silence(p.lantern);
    withdraw_at_lantern(p, "ALL");
    p.active();
    REQUIRE(p.grants(p.lantern).size() == 1);
    CHECK_FALSE(calls_for(p.lantern, "GRANT_TO_OPEN"));
    CHECK_FALSE(opens_at_lantern(p, newest_grant(p.lantern)));
    CHECK(p.lantern.count("SELECT count(*) FROM grant_of WHERE length(sealed)>0") == 0);
    listen_to(p, p.lantern);
    CHECK(p.grants(p.lantern) == std::vector<std::string>{"ERASURE_ATTESTED"});
    CHECK(p.grants(p.harbor) == std::vector<std::string>{"ERASURE_ATTESTED"});
    CHECK_FALSE(calls_for(p.lantern, "PLEASE_ERASE"));
    for (auto* node : {&p.harbor, &p.lantern})
        CHECK(node->must("audit.verify").bool_at("verified"));
}

TEST_CASE("a permission that is signed after her withdrawal was heard opens as any other") {
    Papers p(921);
    withdraw_at_lantern(p, "ALL");
    p.world.pump();
    p.active();
    CHECK(opens_at_lantern(p, newest_grant(p.lantern)));
}

TEST_CASE("a withdrawal of another service that waits leaves what comes for this one open") {
    Papers p(922);
    silence(p.lantern);
    withdraw_at_lantern(p, "COUNSELLING");
    p.active();
    CHECK(calls_for(p.lantern, "GRANT_TO_OPEN"));
    CHECK(opens_at_lantern(p, newest_grant(p.lantern)));
}

}  // namespace leeward::test
