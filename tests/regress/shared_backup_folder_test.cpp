// Found by reading: two nodes kept their backups in one folder. At three in the morning one removed what
// the other was still writing, as if a crash had left it, and the other said that its backup was made.
#include <fstream>
#include <functional>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/holders.h"

namespace leeward::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;

// Lets others do something whenever bytes are drawn: what happens while a backup is written.
class Meanwhile final : public crypto::Random {
public:
    Meanwhile(crypto::Random& from, std::function<void()> act)
        : from_(from), act_(std::move(act)) {}
    void fill(std::span<Byte> out) override {
        act_();
        from_.fill(out);
    }

private:
    crypto::Random& from_;
    std::function<void()> act_;
};

struct Shared {
    World world{611, {"investigation", "shelter"}};
    HolderKeys holders{world.random()};
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    ScratchFolder disk;
    const fs::path& folder = disk.path();

    Shared() {
        name_holders(alder, holders);
        name_holders(birch, holders);
    }
    node::BackupName back_up(TestNode& node) {
        const auto made = node.must("backup.create", Json::object({{"to", folder.string()}}));
        return node::backup_at(made.text_at("backup"));
    }
    // What there is of it before its manifest is.
    fs::path begin_another(const std::string& name) {
        const fs::path path = node::BackupName{folder, name}.store();
        std::ofstream(path) << "age-encryption.org/v1";
        return path;
    }
    [[nodiscard]] crypto::age::Recipient to(std::size_t i) const {
        return crypto::age::recipient_of(holders.keys.at(i));
    }
    Result<node::BackupMade> write(TestNode& node, crypto::Random& random) {
        auto& home = node.home();
        const auto& self = node.desk().self;
        return node::make_backup({home.store,
                                  {home.keyring, home.root, {}, {}},
                                  self.card_jws,
                                  self.signing,
                                  node.desk().log.size(),
                                  node.desk().log.root()},
                                 {to(0), to(1), to(2)},
                                 folder,
                                 world.clock().now(),
                                 random);
    }
};

bool is_whole(const node::BackupName& backup) {
    return static_cast<bool>(node::verify_backup(backup));
}

}  // namespace

TEST_CASE("what another node may be writing stays, and what a crash left goes after a day") {
    Shared shared;
    const auto name = shared.back_up(shared.birch);
    fs::remove(name.manifest());
    fs::remove(name.keys());
    const fs::path strangers = shared.begin_another("minutes of the board");
    const auto made = shared.back_up(shared.alder);
    CHECK(fs::exists(name.store()));
    CHECK(node::remove_backups_of(
        shared.alder.home().identity.node(), shared.folder, shared.world.clock().now()));
    CHECK_FALSE(fs::exists(made.manifest()));
    CHECK(fs::exists(name.store()));
    shared.world.clock().move(hours(24));
    shared.back_up(shared.alder);
    CHECK_FALSE(fs::exists(name.store()));
    CHECK(fs::exists(strangers));
}

TEST_CASE("each node removes its own old backups alone") {
    Shared shared;
    const auto alders = shared.back_up(shared.alder);
    const auto birchs = shared.back_up(shared.birch);
    shared.world.clock().move(hours(24 * 31));
    shared.back_up(shared.alder);
    CHECK_FALSE(fs::exists(alders.manifest()));
    CHECK(is_whole(birchs));
    shared.back_up(shared.birch);
    CHECK_FALSE(fs::exists(birchs.manifest()));
}

// Found by a review: the manifest went first. Where the rest could not be removed it stayed for good, and nobody was
// told again: nothing knew any more whose it was.
TEST_CASE("an old backup that could be removed in part alone goes whole as soon as it can") {
    Shared shared;
    const auto old = shared.back_up(shared.alder);
    shared.world.clock().move(hours(24 * 20));
    shared.back_up(shared.alder);
    shared.world.clock().move(hours(24 * 11));
    const auto remove = [&] {
        return node::remove_old_backups(shared.alder.home().identity.node(),
                                        shared.folder,
                                        shared.world.clock().now(),
                                        node::Spare::NEWEST);
    };
    const fs::path aside = shared.folder / "aside";
    fs::rename(old.store(), aside);
    fs::create_directories(old.store() / "in the way");
    REQUIRE_FALSE(remove());
    CHECK(fs::exists(old.manifest()));
    fs::remove_all(old.store());
    fs::rename(aside, old.store());
    const auto removed = remove();
    REQUIRE(removed);
    CHECK(*removed == 1);
    CHECK_FALSE(fs::exists(old.store()));
    CHECK_FALSE(fs::exists(old.manifest()));
}

TEST_CASE("a manifest that cannot be read yet is not taken for one that nobody made") {
    Shared shared;
    const auto birchs = shared.back_up(shared.birch);
    std::ofstream(birchs.manifest(), std::ios::trunc) << "half of it";
    const auto leave = [&] {
        return node::remove_backups_of(
            shared.alder.home().identity.node(), shared.folder, shared.world.clock().now());
    };
    CHECK(leave());
    CHECK(fs::exists(birchs.store()));
    shared.world.clock().move(hours(24));
    CHECK(leave());
    CHECK_FALSE(fs::exists(birchs.store()));
}

TEST_CASE("a backup whose files went away while it was written is said not to be made") {
    Shared shared;
    Meanwhile random(shared.world.random(), [&] {
        for (const auto& one : fs::directory_iterator(shared.folder))
            fs::remove(one.path());
    });
    const auto made = shared.write(shared.alder, random);
    REQUIRE_FALSE(made);
    CHECK(made.error().code == Errc::io);
    CHECK(fs::is_empty(shared.folder));
}

TEST_CASE("two nodes that begin in one second each make their own") {
    Shared shared;
    std::optional<node::BackupMade> birchs;
    Meanwhile random(shared.world.random(), [&] {
        if (!birchs) birchs = shared.write(shared.birch, shared.world.random()).value();
    });
    const auto alders = shared.write(shared.alder, random);
    REQUIRE(alders);
    CHECK(is_whole(alders->name));
    CHECK(is_whole(birchs->name));
    CHECK(alders->name.name != birchs->name.name);
}

}  // namespace leeward::test
