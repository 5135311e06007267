// Found by reading: the text of a return path and the names of who signed it stayed at the house that wrote it,
// sealed under a key of their own that nothing destroyed, for as long as the house kept its store.
#include "tests/node/exchange/release_fixture.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

void end_leg(TestNode& node, std::int64_t at) {
    REQUIRE(node.home().store.write([&](node::Transaction& tx) {
        return tx.run("UPDATE leg SET shown=24,timer=0,since=?", at);
    }));
}

bool has_key(TestNode& node, const std::string& id) {
    return node.home().keyring.contains("release/" + id);
}

// Written by the house for whoever asked it, and in force until 30 days have passed.
struct Path {
    Papers p;
    std::string id;

    explicit Path(std::uint64_t seed)
        : p(seed), id(sign_return_path(p.lantern, p.leg(), "COARSE")) {
        p.world.pump();
    }
    [[nodiscard]] std::int64_t sealed() {
        return p.lantern.count("SELECT length(sealed) FROM release");
    }
    void set_retention(std::int64_t days) {
        p.lantern.must("retention.set", Json::object({{"days", days}}));
    }
};

}  // namespace

TEST_CASE("a return path is erased as long after its leg as the house keeps its own records") {
    Path path(970);
    path.set_retention(3);
    end_leg(path.p.lantern, path.p.world.clock().seconds());
    path.p.world.pass(hours(24 * 31), hours(6));  // it runs out
    CHECK(path.p.lantern.must("release.show", with_id(path.id)).text_at("state") == "EXPIRED");
    CHECK(has_key(path.p.lantern, path.id));
    path.p.world.pass(hours(24 * 4), hours(6));
    CHECK(path.sealed() == 0);
    CHECK_FALSE(has_key(path.p.lantern, path.id));
    CHECK(path.p.lantern.must("release.show", with_id(path.id)).text_at("state") == "EXPIRED");
    CHECK(path.p.lantern.count("SELECT timer FROM release") == 0);
    CHECK(path.p.lantern.must("audit.verify").bool_at("verified"));
}

TEST_CASE("a return path stays while its leg lives, and where no days are set") {
    for (const bool ended : {true, false}) {
        Path path(971);
        if (ended)
            end_leg(path.p.lantern, path.p.world.clock().seconds());
        else
            path.set_retention(3);
        path.p.world.pass(hours(24 * 40), hours(12));
        CHECK(path.sealed() > 0);
        CHECK(has_key(path.p.lantern, path.id));
    }
}

TEST_CASE("a return path stays while an incident about its leg is open") {
    Path path(973);
    path.set_retention(3);
    end_leg(path.p.lantern, path.p.world.clock().seconds());
    REQUIRE(path.p.lantern.home().store.write([](node::Transaction& tx) {
        return tx.run(
            "INSERT INTO incident(id,kind,state,opened,since,subject,leg) SELECT randomblob(16),"
            "'INCIDENT_MISDIRECTED',1,since,since,id,id FROM leg");
    }));
    path.p.world.pass(hours(24 * 40), hours(12));
    CHECK(path.sealed() > 0);
    REQUIRE(path.p.lantern.home().store.write(
        [](node::Transaction& tx) { return tx.run("UPDATE incident SET state=2"); }));
    path.p.world.pass(hours(1));
    CHECK(path.sealed() == 0);
}

TEST_CASE("a return path's key that a crash has left goes at the next start") {
    Path path(972);
    path.set_retention(1);
    end_leg(path.p.lantern, path.p.world.clock().seconds());
    path.p.world.pass(hours(24 * 33), hours(12));
    REQUIRE_FALSE(has_key(path.p.lantern, path.id));
    REQUIRE(path.p.lantern.desk().records.ensure("release/" + path.id));
    path.p.lantern.close();
    path.p.lantern.open();
    path.p.lantern.step();
    CHECK_FALSE(has_key(path.p.lantern, path.id));
}

}  // namespace leeward::test
