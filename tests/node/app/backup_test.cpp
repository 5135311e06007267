// Backups over whole nodes: what a holder needs, what a stranger meets, what comes back.
#include "node/backup/backup.h"

#include <algorithm>
#include <fstream>

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>

#include "tests/support/holders.h"

namespace leeward::test {
namespace {

namespace fs = std::filesystem;
namespace age = crypto::age;
using std::chrono::hours;

const std::vector<std::string> two{"investigation", "shelter"};

node::RestoreFrom from(const TestNode& node,
                       const node::BackupName& backup,
                       node::TwoHolders holders,
                       schema::NodeId id) {
    (void)node;
    return {backup, id, std::move(holders), {}, {}, {}, {}};
}

std::string whole(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

struct Backed {
    World world{11, two};
    HolderKeys holders{world.random()};
    TestNode& harbor = world.node(0);
    schema::NodeId id = harbor.home().identity.node();
    node::BackupName backup;

    Backed() {
        (void)ask(world, harbor, {&world.node(1)});
        name_holders(harbor, holders);
        backup = back_up(harbor);
    }
    Result<Json> attempt(std::size_t i, std::size_t j) {
        return node::try_backup(harbor.folder() / "drill",
                                from(harbor, backup, holders.pair(i, j), id),
                                world.clock().now(),
                                world.random());
    }
};

}  // namespace

TEST_CASE("a backup is made while the node runs, and any two of three holders open all of it") {
    Backed b;
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j) {
            const auto tried = b.attempt(i, j);
            CHECK(static_cast<bool>(tried) == (i != j));
            if (!tried) {
                CHECK(tried.error().code == Errc::untrusted);
                continue;
            }
            CHECK(tried->text_at("organisation") == "Alder");
            CHECK(tried->int_at("cases") == 1);
            CHECK(tried->int_at("questions") == 1);
        }
    CHECK_FALSE(fs::exists(b.harbor.folder() / "drill"));
    b.world.pump();
    CHECK(b.harbor.must("audit.verify").bool_at("verified"));
}

TEST_CASE(
    "the files of a backup are this user's alone, and no word of a record is readable in them") {
    Backed b;
    const std::string name = sample_record().text_at("given_name");
    REQUIRE(name.size() > 3);
    for (const auto& path : {b.backup.manifest(), b.backup.store(), b.backup.keys()}) {
        struct stat found {};
        REQUIRE(::stat(path.c_str(), &found) == 0);
        CHECK((found.st_mode & 0777) == 0600);
        CHECK(whole(path).find(name) == std::string::npos);
    }
}

TEST_CASE("prekeys, keys of pairs and offers are in no backup") {
    Backed b;
    CHECK_FALSE(node::is_backed_up("prekey/2960"));
    CHECK_FALSE(node::is_backed_up("psk/ab/cd/2960"));
    CHECK_FALSE(node::is_backed_up("offer/ab"));
    std::size_t left_out = 0;
    for (const auto& key : b.harbor.home().keyring.names())
        if (!node::is_backed_up(key)) ++left_out;
    CHECK(left_out > 0);
    fs::create_directory(b.harbor.folder() / "look");
    const auto opened = node::open_backup(
        b.backup, b.id, b.holders.pair(0, 2), b.harbor.folder() / "look", b.world.clock().now());
    REQUIRE(opened);
    CHECK(opened->keys.keys.size() + left_out == b.harbor.home().keyring.size());
    for (const auto& key : opened->keys.keys)
        CHECK(node::is_backed_up(key.name));
}

TEST_CASE("nobody makes a backup before three holders are named, each with her own key") {
    World world(12, two);
    TestNode& harbor = world.node(0);
    CHECK(harbor.refused("backup.create").code == Errc::wrong_state);
    const HolderKeys holders(world.random());
    const auto named = [&](const std::string& name, const std::string& key) {
        return harbor.call("recovery.holder", Json::object({{"name", name}, {"key", key}}));
    };
    CHECK(named("board", "age1qqqq").error().code == Errc::invalid_argument);
    REQUIRE(named("board", holders.public_key(0)));
    CHECK(named("desk 2", holders.public_key(0)).error().code == Errc::invalid_argument);
    REQUIRE(named("desk 2", holders.public_key(1)));
    CHECK(harbor.refused("backup.create").code == Errc::wrong_state);
    CHECK_FALSE(fs::exists(harbor.folder() / "recovery.key"));
    REQUIRE(named("partner", holders.public_key(2)));
    CHECK(fs::exists(harbor.folder() / "recovery.key"));
    CHECK(named("a fourth",
                age::format_recipient(age::recipient_of(age::generate_identity(world.random()))))
              .error()
              .code == Errc::invalid_argument);
    CHECK(harbor.call("backup.create"));
}

TEST_CASE(
    "a backup that was cut, changed or exchanged for another's is refused before it is opened") {
    Backed b;
    const auto changed = [&](const fs::path& path, auto change) {
        const std::string before = whole(path);
        std::string after = before;
        change(after);
        std::ofstream(path, std::ios::binary | std::ios::trunc) << after;
        const auto tried = b.attempt(0, 1);
        std::ofstream(path, std::ios::binary | std::ios::trunc) << before;
        REQUIRE_FALSE(tried);
        return tried.error();
    };
    const auto is_refused = [](const Error& error) {
        return error.code == Errc::untrusted || error.code == Errc::malformed;
    };
    for (const auto& path : {b.backup.store(), b.backup.keys(), b.backup.manifest()}) {
        CHECK(is_refused(changed(path, [](std::string& text) { text[text.size() / 2] ^= 1; })));
        CHECK(is_refused(changed(path, [](std::string& text) { text.resize(text.size() / 2); })));
    }
    REQUIRE(b.attempt(0, 1));
    fs::remove(b.backup.keys());
    CHECK(b.attempt(0, 1).error().code == Errc::not_found);
}

TEST_CASE("another node's backup is named as what it is and not opened") {
    Backed b;
    TestNode& birch = b.world.node(1);
    const auto tried =
        node::try_backup(birch.folder() / "drill",
                         from(birch, b.backup, b.holders.pair(0, 1), birch.home().identity.node()),
                         b.world.clock().now(),
                         b.world.random());
    REQUIRE_FALSE(tried);
    CHECK(tried.error().code == Errc::untrusted);
    CHECK(tried.error().detail.find("Alder") != std::string::npos);
}

TEST_CASE("after thirty days a backup is not opened, and the next one removes it") {
    Backed b;
    b.world.clock().move(hours(24 * 30));
    const auto tried = b.attempt(0, 1);
    REQUIRE_FALSE(tried);
    CHECK(tried.error().code == Errc::wrong_state);
    const auto next = back_up(b.harbor);
    CHECK(fs::exists(next.manifest()));
    for (const auto& path : {b.backup.manifest(), b.backup.store(), b.backup.keys()})
        CHECK_FALSE(fs::exists(path));
}

TEST_CASE("a backup is made by night without anybody asking, and the doctor says how old it is") {
    Backed b;
    const auto backups = [&] {
        return node::list_backups(b.harbor.folder() / "backups").value().size();
    };
    REQUIRE(backups() == 1);
    const auto look = [&] { b.harbor.look_after_home(); };
    look();
    CHECK(backups() == 1);
    b.world.clock().move(hours(27));
    look();
    CHECK(backups() == 2);
    look();
    CHECK(backups() == 2);
    const auto light = [&] {
        const Json doctor = b.harbor.must("node.doctor");
        for (const auto& one : doctor.array_at("checks"))
            if (one.text_at("check") == "backup") return one.text_at("light");
        return std::string();
    };
    CHECK(light() == "amber");  // nobody has opened one yet
    b.harbor.must("backup.drilled");
    CHECK(light() == "green");
    b.world.clock().move(hours(24 * 8));
    CHECK(light() == "red");
}

}  // namespace leeward::test
