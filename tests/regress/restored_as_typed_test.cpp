// `backup restore --home DIR/` made its scratch folder inside DIR and failed when both holders had typed; and --endpoint
// was signed into the card whatever it said, so that every partner refused the restored node.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/holders.h"

namespace leeward::test {
namespace {

struct Lost {
    World world{1213, {"investigation", "shelter"}};
    HolderKeys holders{world.random()};
    TestNode& harbor = world.node(0);
    ScratchFolder place;
    node::BackupName backup;

    Lost() {
        name_holders(harbor, holders);
        backup = back_up(harbor);
    }
    Result<Json> restored(const std::string& folder, const std::string& endpoint) {
        node::RestoreFrom from{backup, harbor.home().identity.node(), holders.pair(0, 1)};
        from.endpoint = endpoint;
        return node::restore_home(
            (place.path() / folder).string(), from, world.clock().now(), world.random());
    }
};

}  // namespace

TEST_CASE("a node is restored into a folder that is typed with a slash at its end") {
    Lost lost;
    CHECK(lost.restored("harbor/", "tcp://127.0.0.1:7001"));
    CHECK(std::filesystem::exists(lost.place.path() / "harbor" / "store.db"));
}

TEST_CASE("nothing is restored under an address that no partner would take") {
    Lost lost;
    CHECK(lost.restored("harbor", "our house").error().code == Errc::invalid_argument);
    CHECK_FALSE(std::filesystem::exists(lost.place.path() / "harbor"));
}

}  // namespace leeward::test
