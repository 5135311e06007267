// A backup that was made while the clock stood years ahead was taken for the newest until that date: no other was made
// at night, and the doctor was green.
#include <catch2/catch_test_macros.hpp>

#include "node/backup/backup.h"
#include "tests/support/holders.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

constexpr auto two_years = hours(24 * 730);

struct Ahead {
    World world{1210, {"investigation", "shelter"}};
    TestNode& house = world.node(1);

    Ahead() {
        name_holders(house, HolderKeys(world.random()));
        (void)back_up(house);
        house.must("backup.drilled");
        world.clock().move(two_years);
        house.look_after_home();
        world.clock().move(-two_years);
    }
    std::string light() {
        const Json doctor = house.must("node.doctor");
        for (const auto& one : doctor.array_at("checks"))
            if (one.text_at("check") == "backup") return one.text_at("light");
        return {};
    }
    std::vector<node::BackupListed> backups() {
        return node::list_backups(house.folder() / "backups").value();
    }
};

}  // namespace

TEST_CASE("once a clock that was ahead is right, a backup is made as ever") {
    Ahead a;
    CHECK(a.light() == "red");
    a.house.look_after_home();
    CHECK(a.light() == "green");
    a.world.clock().move(hours(27));
    a.house.look_after_home();
    CHECK(a.backups().size() == 2);
}

TEST_CASE("what a clock ahead has dated goes once there is a backup of the present, not before") {
    Ahead a;
    REQUIRE(a.backups().size() == 1);
    CHECK(a.backups()[0].opened->manifest.made > a.world.clock().now() + hours(24));
    a.house.look_after_home();
    REQUIRE(a.backups().size() == 1);
    CHECK(a.backups()[0].opened->manifest.made == a.world.clock().now());
}

}  // namespace leeward::test
