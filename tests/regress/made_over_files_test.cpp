// `node init` in a folder that held files but no node failed half way, and when it was given again it overwrote
// every private file below the folder: backups, a root key, the keyrings of other nodes.
#include <fstream>

#include <catch2/catch_test_macros.hpp>

#include "node/app/home.h"
#include "tests/node/store/folder.h"
#include "tests/support/cheap_home.h"
#include "tests/support/process.h"

namespace leeward::test {
namespace {

namespace fs = std::filesystem;

struct Folder {
    node::TestFolder place;
    fs::path home = place.path / "home";
    crypto::SeededRandom random{1207};
    SecretBytes passphrase{as_bytes("right")};

    fs::path with_file(const fs::path& name) {
        const fs::path file = home / name;
        fs::create_directories(file.parent_path());
        write_private(file, "what nobody has a second time");
        return file;
    }
    Outcome make() {
        const node::NewNode shelter{
            "Alder", {"shelter"}, "tcp://127.0.0.1:7000", "", {"555-0100", "", "", ""}, "desk 1"};
        return support::create_cheap_home(
            home, shelter, passphrase, schema::from_unix(1'790'000'000), random);
    }
    Result<node::OpenedHome> open() { return node::open_home(home, passphrase, random); }
};

bool is_untouched(const fs::path& file) {
    return read_text(file) == "what nobody has a second time";
}

}  // namespace

TEST_CASE("a node is made in no folder that holds anything, however often it is asked for") {
    Folder folder;
    for (const char* name : {"root.key", "backups/2026-11-28T030000Z.manifest", "alder/keyring/a"})
        folder.with_file(name);
    for (int i = 0; i < 2; ++i) {
        const Outcome made = folder.make();
        REQUIRE_FALSE(made);
        CHECK(made.error().code == Errc::already_exists);
    }
    CHECK(is_untouched(folder.home / "root.key"));
    CHECK(is_untouched(folder.home / "backups/2026-11-28T030000Z.manifest"));
    CHECK(is_untouched(folder.home / "alder/keyring/a"));
}

TEST_CASE("making a node again after an interruption leaves what is not of it") {
    Folder folder;
    folder.with_file("unfinished");
    folder.with_file("store.db");
    folder.with_file("keyring/slots");
    const fs::path passphrase = folder.with_file("passphrase");
    const fs::path backup = folder.with_file("backups/2026-11-28T030000Z.manifest");
    REQUIRE(folder.make());
    CHECK(folder.open());
    CHECK(is_untouched(passphrase));
    CHECK(is_untouched(backup));
}

TEST_CASE("a folder that lost its store is not said to need a new node") {
    Folder folder;
    folder.with_file("keyring/slots");
    const auto opened = folder.open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().detail.find("node init") == std::string::npos);
    CHECK(opened.error().detail.find("backup restore") != std::string::npos);
}

}  // namespace leeward::test
