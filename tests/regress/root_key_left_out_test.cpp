// A root key that could not be read (copied back from a stick, open to other users) was left out of every backup without
// a word, as if it had been moved away; so were the settings. The restore then asked for a file that there was not.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/holders.h"

namespace leeward::test {
namespace {

namespace fs = std::filesystem;

void open_to_others(const fs::path& file) {
    fs::permissions(file, fs::perms::others_read, fs::perm_options::add);
}

}  // namespace

TEST_CASE("no backup is made without the root key or the settings that are there") {
    World world(1211, {"investigation", "shelter"});
    TestNode& house = world.node(1);
    name_holders(house, HolderKeys(world.random()));
    for (const std::string name : {"root.key", "config.toml"}) {
        CAPTURE(name);
        open_to_others(house.folder() / name);
        const Error refused = house.refused("backup.create");
        CHECK(refused.code == Errc::untrusted);
        CHECK(refused.detail.find("no backup was made: " + name) != std::string::npos);
        fs::permissions(house.folder() / name, fs::perms::others_read, fs::perm_options::remove);
    }
    fs::remove(house.folder() / "root.key");  // kept away, as it may be
    CHECK(house.call("backup.create"));
}

}  // namespace leeward::test
