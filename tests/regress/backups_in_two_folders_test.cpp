// A node that sets `backup_folder` has made backups in its own folder before. Nothing ever removed these: keys of
// records that were attested as erased, and all keys of a node that had left.
#include <catch2/catch_test_macros.hpp>

#include "node/backup/backup.h"
#include "tests/support/holders.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

struct Moved {
    World world{1208, {"investigation", "shelter"}};
    ScratchFolder stick;
    TestNode& house = world.node(1);
    std::filesystem::path own = house.folder() / "backups";

    Moved() {
        name_holders(house, HolderKeys(world.random()));
        (void)back_up(house);
        house.home().config.backup_folder = stick.path().string();
        world.clock().move(std::chrono::seconds(1));
        (void)back_up(house);
    }
    static std::size_t backups(const std::filesystem::path& folder) {
        return node::list_backups(folder).value().size();
    }
};

}  // namespace

TEST_CASE("backups in a folder that is no longer in use go when their life is over") {
    Moved m;
    m.house.look_after_home();
    CHECK(Moved::backups(m.own) == 1);
    m.world.clock().move(hours(24 * 31));
    m.house.look_after_home();
    CHECK(Moved::backups(m.own) == 0);
    CHECK(Moved::backups(m.stick.path()) == 1);
}

TEST_CASE("a house that leaves destroys its backups in every folder that it has used") {
    Moved m;
    m.house.must("node.retire");
    m.world.pass(hours(24 * 8), hours(12));
    m.house.look_after_home();
    CHECK(m.house.stopping());
    CHECK(Moved::backups(m.own) == 0);
    CHECK(Moved::backups(m.stick.path()) == 0);
}

}  // namespace leeward::test
