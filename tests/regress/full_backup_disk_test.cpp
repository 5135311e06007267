// Backups past their life went only after another one was made: a disk that they had filled never healed, and the node
// copied its whole store again with every turn.
#include <catch2/catch_test_macros.hpp>

#include "node/backup/backup.h"
#include "tests/support/holders.h"
#include "tests/support/small_disk.h"

namespace leeward::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;

struct House {
    World world{1209, {"investigation", "shelter"}};
    ScratchFolder place;
    TestNode& node = world.node(1);

    House() {
        name_holders(node, HolderKeys(world.random()));
        node.home().config.backup_folder = place.path().string();
    }
    [[nodiscard]] std::vector<node::BackupListed> backups() const {
        return node::list_backups(place.path()).value();
    }
};

}  // namespace

TEST_CASE("old backups make room for a new one on the disk that they have filled") {
    if (!SmallDisk::possible()) SKIP("mounting a small disk is not allowed here");
    House house;
    const SmallDisk disk(house.place.path(), 16);
    (void)back_up(house.node);
    house.world.clock().move(hours(1));
    (void)back_up(house.node);
    disk.fill();
    house.world.clock().move(hours(24 * 31));
    house.node.look_after_home();
    const auto left = house.backups();
    REQUIRE(left.size() == 1);
    CHECK(left[0].opened->manifest.made == house.world.clock().now());
}

TEST_CASE("a backup that could not be made is tried again after an hour, not with every turn") {
    House house;
    fs::remove(house.place.path());
    house.world.clock().move(hours(27));
    CHECK_FALSE(house.node.api().look_after_home());
    fs::create_directory(house.place.path());
    house.node.look_after_home();
    CHECK(house.backups().empty());
    house.world.clock().move(hours(1));
    house.node.look_after_home();
    CHECK(house.backups().size() == 1);
}

}  // namespace leeward::test
