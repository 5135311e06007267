// A store of an older build is brought up to date: killed at every step, put back, refused downwards.
#include <csignal>
#include <filesystem>
#include <fstream>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/store/migrate.h"
#include "node/store/store.h"
#include "tests/node/store/folder.h"

namespace leeward::node {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t older = 9;  // of the migrations

StoreKey some_key() {
    return StoreKey(ByteArray<32>{1, 2, 3});
}

fs::path older_store(const fs::path& folder, std::size_t schema = older) {
    StoreOptions options;
    options.schema = schema;
    const fs::path file = folder / "store.db";
    auto store = Store::open(file, some_key(), options);
    REQUIRE(store);
    REQUIRE(store->write([&](Transaction& tx) -> Outcome {
        for (int i = 0; i < 200; ++i)
            LEEWARD_TRY(tx.run("INSERT INTO meta(key,value) VALUES(?,?)",
                               "row " + std::to_string(i),
                               Bytes(500, static_cast<Byte>(i))));
        return Done{};
    }));
    return file;
}

std::int64_t rows_in(Store& store) {
    auto rows = store.query("SELECT count(*) FROM meta WHERE key LIKE 'row %'");
    return rows.next() ? rows.integer(0) : -1;
}

// In a process of its own, which is killed when the upgrade comes to its n-th step. False when it was
// not, since there are fewer.
bool killed_at(const fs::path& file, int n) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        StoreOptions options;
        options.upgrade_step = [left = n]() mutable {
            if (left-- == 0) ::kill(::getpid(), SIGKILL);
        };
        const auto store = Store::open(file, some_key(), options);
        ::_exit(store ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    if (WIFSIGNALED(status)) return true;
    REQUIRE(WEXITSTATUS(status) == 0);
    return false;
}

}  // namespace

TEST_CASE("an upgrade that is killed at any step has happened whole or not at all") {
    const auto schema = GENERATE(range(std::size_t{1}, migrations().size()));
    CAPTURE(schema);
    const TestFolder before(in_memory());
    const std::string name = older_store(before.path, schema).filename();
    int steps = 0;
    for (bool killed = true; killed; ++steps) {
        const TestFolder folder(in_memory());
        fs::copy(before.path, folder.path);
        const fs::path file = folder.path / name;
        killed = killed_at(file, steps);
        StoreOptions as_before;
        as_before.schema = schema;
        {
            auto with_older = Store::open(file, some_key(), as_before);
            const bool happened = !with_older;
            if (happened) CHECK(with_older.error().code == Errc::unsupported);
            if (!happened) CHECK(rows_in(*with_older) == 200);
        }
        auto store = Store::open(file, some_key());
        REQUIRE(store);
        CHECK(store->schema_version() == static_cast<std::int64_t>(migrations().size()));
        CHECK(rows_in(*store) == 200);
        CHECK(store->verify());
    }
    // Before, after the copy, after each migration, after the commit: and once to the end.
    CHECK(steps == static_cast<int>(migrations().size() - schema) + 4);
}

TEST_CASE(
    "the copy from before an upgrade is whole, this user's alone, and opens with the older "
    "program") {
    const TestFolder folder;
    const fs::path file = older_store(folder.path);
    REQUIRE(Store::open(file, some_key()));
    fs::path copy = file;
    copy += ".before-" + std::to_string(older);
    struct stat found {};
    REQUIRE(::stat(copy.c_str(), &found) == 0);
    CHECK((found.st_mode & 0777) == 0600);
    std::ifstream in(copy, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    CHECK(text.find("SQLite format") == std::string::npos);
    StoreOptions as_before;
    as_before.schema = older;
    fs::rename(copy, folder.path / "back.db");
    auto back = Store::open(folder.path / "back.db", some_key(), as_before);
    REQUIRE(back);
    CHECK(rows_in(*back) == 200);
}

TEST_CASE("a copy from before an upgrade is gone thirty days later") {
    const TestFolder folder;
    const fs::path file = older_store(folder.path);
    REQUIRE(Store::open(file, some_key()));
    fs::path copy = file;
    copy += ".before-" + std::to_string(older);
    REQUIRE(fs::exists(copy));
    fs::last_write_time(copy, fs::file_time_type::clock::now() - std::chrono::hours(24 * 29));
    REQUIRE(Store::open(file, some_key()));
    CHECK(fs::exists(copy));
    fs::last_write_time(copy, fs::file_time_type::clock::now() - std::chrono::hours(24 * 31));
    REQUIRE(Store::open(file, some_key()));
    CHECK_FALSE(fs::exists(copy));
}

TEST_CASE("a store of every older build is brought up to date with all that is in it") {
    for (std::size_t schema = 1; schema < migrations().size(); ++schema) {
        const TestFolder folder;
        const fs::path file = older_store(folder.path, schema);
        auto store = Store::open(file, some_key());
        REQUIRE(store);
        CHECK(store->schema_version() == static_cast<std::int64_t>(migrations().size()));
        CHECK(rows_in(*store) == 200);
        CHECK(store->verify());
    }
}

// They were named for the host, in small letters; what a place of ours is named for now is its own (mail_places.h).
TEST_CASE("a place at a mail host of an older store keeps the name that its key was stored under") {
    constexpr std::size_t before_names = 27;
    const TestFolder folder;
    const fs::path file = older_store(folder.path, before_names);
    {
        StoreOptions as_before;
        as_before.schema = before_names;
        auto store = Store::open(file, some_key(), as_before);
        REQUIRE(store);
        REQUIRE(store->write([](Transaction& tx) {
            const ByteArray<32> host{0xab, 0x0c, 0xf7};
            return tx.run("INSERT INTO mail_place(server,endpoint,added) VALUES(?,'tcp://a:1',0)",
                          host);
        }));
    }
    auto store = Store::open(file, some_key());
    REQUIRE(store);
    auto rows = store->query("SELECT key_name FROM mail_place");
    REQUIRE(rows.next());
    CHECK(rows.text(0) == "mailhost/ab0cf7" + std::string(58, '0'));
}

TEST_CASE("a plan says what an upgrade would do, and does nothing") {
    const TestFolder folder;
    const fs::path file = older_store(folder.path);
    for (int twice = 0; twice < 2; ++twice) {
        const auto plan = Store::plan(file, some_key());
        REQUIRE(plan);
        CHECK(plan->present == older);
        CHECK(plan->missing.size() == migrations().size() - older);
        CHECK(plan->missing.front() == migrations()[older].name);
        CHECK(plan->bytes > 0);
    }
    REQUIRE(Store::open(file, some_key()));
    CHECK(Store::plan(file, some_key())->missing.empty());
    CHECK(Store::plan(folder.path / "none.db", some_key()).error().code == Errc::not_found);
    CHECK(Store::plan(file, StoreKey()).error().code == Errc::locked);
}

TEST_CASE("a store of a newer build is refused in a plain sentence, and left as it is") {
    const TestFolder folder;
    const fs::path file = folder.path / "store.db";
    REQUIRE(Store::open(file, some_key()));
    StoreOptions as_before;
    as_before.schema = older;
    const auto refused = Store::open(file, some_key(), as_before);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::unsupported);
    CHECK(refused.error().detail.find("newer version; nothing was changed") != std::string::npos);
    CHECK(Store::open(file, some_key()));
}

}  // namespace leeward::node
