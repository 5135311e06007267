// The disk in memory is one to the programs on it, and forgets as it promises to.
#include "tests/support/memory_disk.h"

#include <fstream>
#include <set>

#include <catch2/catch_test_macros.hpp>

#include "node/store/files.h"

namespace leeward::test {
namespace {

namespace fs = std::filesystem;
using node::File;

struct Disk {
    MemoryDisk disk{"/memory-disk/test"};
    crypto::SeededRandom dice{1};
    fs::path root = disk.mount();

    [[nodiscard]] Outcome write(const char* name, std::string_view text, bool sync) const {
        auto file = File::create(root / name);
        if (!file && file.error().code == Errc::already_exists)
            file = File::open_private(root / name);
        if (!file) return file.error();
        LEEWARD_TRY(file->write_at(0, as_bytes(text)));
        return sync ? file->sync() : Outcome(Done{});
    }
    [[nodiscard]] std::string read(const char* name) const {
        auto file = File::open_private(root / name);
        if (!file) return "none";
        return to_text(file->read_all(1 << 20)->reveal());
    }
};

}  // namespace

TEST_CASE("files on it are made, read, listed, renamed and removed by the system's own calls") {
    Disk on;
    REQUIRE(on.write("a", "one", true));
    CHECK(on.read("a") == "one");
    CHECK(fs::exists(on.root / "a"));
    CHECK(fs::file_size(on.root / "a") == 3);
    CHECK_FALSE(File::create(on.root / "a"));
    fs::rename(on.root / "a", on.root / "b");
    CHECK(on.read("a") == "none");
    CHECK(on.read("b") == "one");
    fs::create_directories(on.root / "folder");
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(on.root))
        names.insert(entry.path().filename());
    CHECK(names == std::set<std::string>{"b", "folder"});
    CHECK(fs::remove(on.root / "b"));
    CHECK_FALSE(fs::remove(on.root / "b"));
    CHECK_FALSE(fs::exists("/memory-disk/test/b"));
    CHECK(fs::exists("/proc/self"));  // everything else is where it was
}

TEST_CASE("what was synced survives a power loss, what was not may be lost, torn or there") {
    std::set<std::string> seen;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        Disk on;
        on.dice = crypto::SeededRandom(seed);
        const std::string old(1024, 'a');
        REQUIRE(on.write("file", old, true));
        REQUIRE(node::sync_folder(on.root));
        REQUIRE(on.write("file", std::string(1024, 'b'), false));
        on.disk.lose_power();
        CHECK(on.read("file") == "none");
        CHECK_FALSE(on.write("file", "x", false));
        on.disk.power_on(on.dice);
        const std::string found = on.read("file");
        REQUIRE(found.size() == 1024);
        seen.insert({found[0], found[512]});
        CHECK(found == std::string(512, found[0]) + std::string(512, found[512]));
    }
    CHECK(seen == std::set<std::string>{"aa", "ab", "ba", "bb"});
}

TEST_CASE("a name that was made or removed is durable once its folder is synced") {
    std::set<std::string> seen;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        Disk on;
        on.dice = crypto::SeededRandom(seed);
        REQUIRE(on.write("old", "old", true));
        REQUIRE(node::sync_folder(on.root));
        REQUIRE(on.write("new", "new", true));
        fs::remove(on.root / "old");
        on.disk.lose_power();
        on.disk.power_on(on.dice);
        seen.insert(on.read("old") + " " + on.read("new"));
    }
    CHECK(seen == std::set<std::string>{"none new", "old none", "none none", "old new"});
}

TEST_CASE("a call of one's choice fails, once or from then on") {
    Disk on;
    on.disk.fail({{DiskCall::WRITE}, 2, EIO, false});
    CHECK(on.write("a", "one", false));
    CHECK(on.write("a", "two", false).error().code == Errc::io);
    CHECK(on.write("a", "one", false));
    on.disk.fail({{DiskCall::SYNC}, 1, ENOSPC, true});
    CHECK(on.write("a", "two", true).error().code == Errc::disk_full);
    CHECK(on.write("a", "two", true).error().code == Errc::disk_full);
    on.disk.mend();
    CHECK(on.write("a", "two", true));
}

TEST_CASE("a disk that is full takes what fits and tells how much there is") {
    Disk on;
    on.disk.set_capacity(8192);
    CHECK(node::free_space(on.root) == 8192);
    CHECK(on.write("a", std::string(8192, 'a'), true));
    CHECK(node::free_space(on.root) == 0);
    CHECK(on.write("a", std::string(8192, 'b'), true));  // in place
    CHECK(on.write("a", std::string(8193, 'b'), true).error().code == Errc::disk_full);
    CHECK(on.write("b", "x", true).error().code == Errc::disk_full);
    fs::remove(on.root / "a");
    CHECK(on.write("b", "x", true));
}

TEST_CASE("a sync that lies is forgotten, and a bit that turns over is read") {
    Disk on;
    on.disk.behave({512, ""});
    REQUIRE(on.write("a", "one", true));
    bool lost = false;
    for (std::uint64_t seed = 0; seed < 50 && !lost; ++seed) {
        on.disk.lose_power();
        on.dice = crypto::SeededRandom(seed);
        on.disk.power_on(on.dice);
        lost = on.read("a") != "one";
        if (!lost) static_cast<void>(on.write("a", "two", true));
    }
    CHECK(lost);
    on.disk.behave({});
    REQUIRE(on.write("b", "b", true));
    REQUIRE(node::sync_folder(on.root));
    CHECK(on.disk.turn_bit("/b", 0));
    CHECK(on.read("b") == "c");
    CHECK_FALSE(on.disk.turn_bit("/b", 8));
}

TEST_CASE("a text that may not be written is seen when it is") {
    Disk on;
    on.disk.forbid({"Wren"});
    REQUIRE(on.write("a", "sealed", true));
    CHECK_FALSE(on.disk.wrote_forbidden());
    REQUIRE(on.write("a", "her name is Wren", true));
    CHECK(on.disk.wrote_forbidden());
}

TEST_CASE("copies of a disk share nothing that either of them changes") {
    Disk on;
    REQUIRE(on.write("a", "one", true));
    const auto image = on.disk.image();
    REQUIRE(on.write("a", "two", true));
    on.disk.put(image);
    CHECK(on.read("a") == "one");
}

}  // namespace leeward::test
