// A node's folder on disk: who may read it, and what becomes of one that was damaged.
#include "node/app/home.h"

#include <fstream>

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>

#include "tests/support/cheap_home.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

namespace fs = std::filesystem;

const schema::Time now = schema::from_unix(1'790'000'000);

node::NewNode shelter() {
    return {"Alder", {"shelter"}, "tcp://127.0.0.1:7000", "", {"555-0100", "", "", ""}, "desk 1"};
}

struct Home {
    explicit Home(std::uint64_t seed = 67) : random(seed) {
        REQUIRE(support::create_cheap_home(folder, shelter(), passphrase, now, random));
    }
    Result<node::OpenedHome> open() { return node::open_home(folder, passphrase, random); }

    ScratchFolder scratch;
    fs::path folder = scratch.path() / "home";
    crypto::SeededRandom random;
    SecretBytes passphrase{as_bytes("right")};
};

std::string read(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}
void write(const fs::path& file, std::string_view text) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
}

std::vector<fs::path> files_of(const fs::path& folder) {
    std::vector<fs::path> out;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) out.push_back(entry.path());
    return out;
}

unsigned mode_of(const fs::path& path) {
    return static_cast<unsigned>(fs::status(path).permissions()) & 0777U;
}

}  // namespace

TEST_CASE("everything in a home is its user's alone, whatever the umask was") {
    const ::mode_t before = ::umask(0);
    Home home;
    {
        const auto opened = home.open();
        REQUIRE(opened);
        CHECK(mode_of(home.folder) == 0700);
        CHECK(mode_of(home.folder / "keyring") == 0700);
        CHECK(files_of(home.folder).size() >= 6);
        for (const auto& file : files_of(home.folder)) {
            INFO(file.filename().string());
            CHECK(mode_of(file) == 0600);
        }
    }
    ::umask(before);
}

TEST_CASE("no file of a home that holds a secret is used once others may read it") {
    Home home;
    for (const char* name : {"config.toml", "views.journal", "keyring/slots"}) {
        INFO(name);
        for (const ::mode_t mode : {0640U, 0604U, 0660U}) {
            REQUIRE(::chmod((home.folder / name).c_str(), mode) == 0);
            const auto opened = home.open();
            REQUIRE_FALSE(opened);
            CHECK(opened.error().code == Errc::untrusted);
            CHECK(opened.error().detail.find("Alder") == std::string::npos);
        }
        REQUIRE(::chmod((home.folder / name).c_str(), 0600) == 0);
    }
    REQUIRE(::chmod((home.folder / "root.key").c_str(), 0644) == 0);
    const auto opened = home.open();
    REQUIRE(opened);
    CHECK(node::open_root_key(home.folder, opened->root).error().code == Errc::untrusted);
}

TEST_CASE("the root key opens only as it was written, and may be moved away") {
    Home home;
    const fs::path file = home.folder / "root.key";
    const std::string sound = read(file);
    const auto root = home.open()->root.clone();
    REQUIRE(node::open_root_key(home.folder, root));
    for (std::size_t bit = 0; bit < sound.size() * 8; ++bit) {
        std::string damaged = sound;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
        write(file, damaged);
        REQUIRE_FALSE(node::open_root_key(home.folder, root));
    }
    for (std::size_t length = 0; length < sound.size(); ++length) {
        write(file, std::string_view(sound).substr(0, length));
        REQUIRE_FALSE(node::open_root_key(home.folder, root));
    }
    write(file, sound + "x");
    CHECK_FALSE(node::open_root_key(home.folder, root));
    fs::remove(file);
    CHECK(node::open_root_key(home.folder, root).error().code == Errc::not_found);
    CHECK(home.open());  // which works without it
}

TEST_CASE("a home that lacks a file says so and makes no new one in its place") {
    for (const char* name : {"store.db", "keyring/slots", "config.toml"}) {
        INFO(name);
        Home home;
        fs::remove(home.folder / name);
        const auto opened = home.open();
        REQUIRE_FALSE(opened);
        CHECK_FALSE(opened.error().detail.empty());
        CHECK_FALSE(fs::exists(home.folder / name));
    }
}

TEST_CASE("a store of another home does not open with this one's keys") {
    Home mine;
    const Home theirs(68);
    for (const char* suffix : {"", "-wal"}) {
        const std::string name = std::string("store.db") + suffix;
        if (fs::exists(theirs.folder / name))
            fs::copy_file(
                theirs.folder / name, mine.folder / name, fs::copy_options::overwrite_existing);
    }
    const auto opened = mine.open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Errc::locked);
}

TEST_CASE("a home that cannot be made as asked is not begun") {
    const ScratchFolder scratch;
    crypto::SeededRandom random{68};
    const SecretBytes passphrase(as_bytes("right"));
    const auto refused = [&](const node::NewNode& made) {
        const fs::path folder = scratch.path() / "home";
        const auto done = support::create_cheap_home(folder, made, passphrase, now, random);
        REQUIRE_FALSE(done);
        CHECK(done.error().code == Errc::invalid_argument);
        CHECK_FALSE(fs::exists(folder));
    };
    auto made = shelter();
    made.organisation.clear();
    refused(made);
    made = shelter();
    made.organisation.assign(1000, 'x');
    refused(made);
    made = shelter();
    made.roles.clear();
    refused(made);
    made = shelter();
    made.roles = {"hospital"};
    refused(made);
    made = shelter();
    made.endpoint = "http://127.0.0.1";
    refused(made);
    made = shelter();
    made.bind = "ipc:///anywhere";
    refused(made);
}

}  // namespace leeward::test
