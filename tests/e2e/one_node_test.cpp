// One node with the programs that people run: starts that must not succeed, and a full disk.
#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/e2e/stage.h"
#include "tests/support/small_disk.h"
#include "tests/support/words.h"

using namespace leeward::test;
using leeward::schema::Json;

namespace {

namespace fs = std::filesystem;
constexpr Who us = Who::HARBOR;

struct OneNode {
    OneNode() : stage(programs(), root()) {
        fs::create_directories(stage.home(us));
        write_private(record(), R"({"preferred_name":"Wren","allergies":"Nuts."})");
        write_private(stage.desk(us, "wrong"), "not the passphrase\n");
    }
    ~OneNode() {
        std::error_code ignored;
        fs::remove_all(root_, ignored);
    }
    OneNode(const OneNode&) = delete;
    OneNode& operator=(const OneNode&) = delete;

    fs::path root() {
        std::string pattern = (fs::temp_directory_path() / "leeward-one-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        root_ = pattern;
        return root_;
    }
    [[nodiscard]] fs::path record() const { return stage.desk(us, "record.json"); }
    [[nodiscard]] fs::path passphrase() const {
        return record().parent_path().parent_path() / "passphrase";
    }
    Finished up(const fs::path& with) {
        return stage.call(us, {"node", "up", "--passphrase-file", with.string()}, Words::NONE);
    }
    [[nodiscard]] Finished second_daemon() const {
        return run({{(programs() / "leewardd").string(),
                     "--home",
                     stage.home(us).string(),
                     "--passphrase-fd",
                     "0"},
                    {"PATH=/usr/bin:/bin"},
                    read_text(passphrase())},
                   std::chrono::seconds(60));
    }
    [[nodiscard]] std::vector<std::string> case_new() const {
        return {"case", "new", record().string(), "--duplicate-check", "none"};
    }
    Json disk_line() {
        const Json doctor = stage.run(us, {"node", "doctor"});
        for (const auto& line : doctor.array_at("checks"))
            if (line.text_at("check") == "disk") return line;
        return {};
    }

    fs::path root_;
    Stage stage;
};

}  // namespace

TEST_CASE("a node does not start with a wrong passphrase, open keys or beside another") {
    OneNode one;
    one.stage.make_home(us);
    const fs::path slots = one.stage.home(us) / "keyring" / "slots";

    const Finished wrong = one.up(one.stage.desk(us, "wrong"));
    CHECK(wrong.status == 4);
    CHECK((wrong.out + wrong.err).find("not the passphrase") == std::string::npos);

    REQUIRE(::chmod(slots.c_str(), 0644) == 0);
    CHECK(one.up(one.passphrase()).status == 5);
    REQUIRE(::chmod(slots.c_str(), 0600) == 0);

    REQUIRE(::chmod(one.passphrase().c_str(), 0644) == 0);
    CHECK(one.up(one.passphrase()).status != 0);
    REQUIRE(::chmod(one.passphrase().c_str(), 0600) == 0);
    CHECK(one.stage.try_run(us, {"node", "status"}).is_null());

    one.stage.start(us);
    const auto said = one.stage.run(us, {"node", "status"}).text_at("node");
    CHECK(one.up(one.passphrase()).status == 0);  // it runs already, and that is all
    const Finished second = one.second_daemon();
    CHECK(second.status == 1);
    CHECK(second.err.find("another process") != std::string::npos);
    CHECK(one.stage.run(us, {"node", "status"}).text_at("node") == said);
}

TEST_CASE("on a full disk new work is refused in words, reading goes on, and room is enough") {
    if (!SmallDisk::possible()) SKIP("mounting a small disk is not allowed here");
    OneNode one;
    const SmallDisk disk(one.stage.home(us), 24);
    one.stage.make_home(us);
    one.stage.start(us);
    const std::string held = one.stage.run(us, one.case_new()).text_at("id");

    disk.fill();
    const Finished refused = one.stage.call(us, one.case_new(), Words::NONE);
    CHECK(refused.status == 1);
    CHECK((refused.out + refused.err).find("disk_full") != std::string::npos);
    const Json shown =
        one.stage.run(us, {"case", "show", held, "--purpose", "PURPOSE_REVIEW"}, Words::AUTHORISED);
    CHECK(shown.find("record")->text_at("allergies") == "Nuts.");
    CHECK(one.disk_line().text_at("light") == "red");
    CHECK(one.disk_line().int_at("reserve_bytes") == 0);
    CHECK(one.stage.run(us, {"case", "list"}).array_at("cases").size() == 1);

    one.stage.stop(us);
    one.stage.start(us);  // a power cut on a full disk
    CHECK(one.disk_line().text_at("light") == "red");
    one.stage.run(us, {"case", "show", held, "--purpose", "PURPOSE_REVIEW"}, Words::AUTHORISED);

    disk.make_room();
    one.stage.run(us, one.case_new());
    CHECK(one.stage.run(us, {"case", "list"}).array_at("cases").size() == 2);
    CHECK(one.disk_line().int_at("reserve_bytes") == 8 * 1024 * 1024);
    CHECK(one.stage.run(us, {"audit", "verify"}).bool_at("verified"));
    one.stage.stop(us);
}

TEST_CASE("a node is backed up while it runs, two holders open it, and a new node comes of it") {
    OneNode one;
    one.stage.make_home(us);
    one.stage.start(us);
    one.stage.run(us, one.case_new());
    CHECK(one.stage.refused(us, {"backup", "create"}).text_at("code") == "wrong_state");
    for (const std::string name : {"first", "second", "third"}) {
        const auto secret = one.stage.desk(us, name + ".key").string();
        const auto shown = one.stage.desk(us, name + ".holder").string();
        const Finished made = one.stage.call(
            us, {"recovery", "key", "--identity", secret, "--out", shown}, Words::NONE);
        REQUIRE(made.status == 0);
        struct stat found {};
        REQUIRE(::stat(secret.c_str(), &found) == 0);
        CHECK((found.st_mode & 0777) == 0600);
        one.stage.run(us,
                      {"recovery",
                       "holder",
                       name,
                       "--key",
                       shown,
                       "--passphrase-file",
                       one.passphrase().string()});
    }
    const std::string number = one.stage.run(us, {"recovery", "holders"}).text_at("node");
    const fs::path root_key = one.stage.desk(us, "root.key");  // kept away from the node
    fs::rename(one.stage.home(us) / "root.key", root_key);
    const std::string backup = one.stage.run(us, {"backup", "create"}).text_at("backup");
    CHECK(one.stage.run(us, {"backup", "verify"}).bool_at("verified"));
    // The node has made one by itself as soon as three holders were named.
    const Json list = one.stage.run(us, {"backup", "list"});
    CHECK_FALSE(
        item_with(member(list, "backups"), "backup", fs::path(backup).stem().string()).is_null());
    const auto keys = [&](const std::string& a, const std::string& b) {
        return one.stage.desk(us, a + ".key").string() + "," +
               one.stage.desk(us, b + ".key").string();
    };
    const Json drill = one.stage.run(us, {"backup", "drill", "--holders", keys("third", "first")});
    CHECK(drill.bool_at("written_down"));
    CHECK(drill.int_at("cases") == 1);
    CHECK(one.stage.refused(us, {"backup", "drill", "--holders", keys("first", "first")})
              .text_at("code") == "untrusted");

    one.stage.stop(us);
    const fs::path home = one.stage.home(us);
    fs::path lost = home;
    lost += ".lost";
    fs::rename(home, lost);
    const std::string moved = (lost / "backups" / fs::path(backup).filename()).string();
    const std::vector<std::string> restore{
        "backup", "restore", moved, "--node", number, "--holders", keys("second", "third")};
    CHECK(one.stage.refused(us, restore).text_at("code") == "not_found");
    std::vector<std::string> try_it = restore;
    try_it.emplace_back("--dry-run");
    CHECK_FALSE(one.stage.run(us, try_it).bool_at("restored"));
    CHECK_FALSE(fs::exists(home));
    std::vector<std::string> with_root_key = restore;
    with_root_key.insert(with_root_key.end(), {"--root-key", root_key.string()});
    CHECK(one.stage.run(us, with_root_key).bool_at("restored"));
    one.stage.start(us);
    CHECK(one.stage.run(us, {"case", "list"}).array_at("cases").size() == 1);
    CHECK(one.stage.run(us, {"audit", "verify"}).bool_at("verified"));
    CHECK(one.stage.refused(us, restore).text_at("code") == "already_exists");

    const std::vector<std::string> plan{
        "upgrade", "--check", "--passphrase-file", one.passphrase().string()};
    CHECK(one.stage.refused(us, plan).text_at("code") == "wrong_state");  // it runs
    one.stage.stop(us);
    write_private(one.stage.desk(us, "new"), "seven lanterns under a quiet bridge\n");
    one.stage.run(us, plan);
    const Json tried =
        one.stage.run(us, {"upgrade", "--dry-run", "--passphrase-file", one.passphrase().string()});
    CHECK(tried.find("upgraded") == nullptr);
}
