// The published log as files: what stands there, that it follows the store through crashes and damage,
// and that implementations which are not ours verify it.
#include "node/audit/log_directory.h"

#include <cstdlib>
#include <fstream>

#include <catch2/catch_test_macros.hpp>

#include "node/audit/witness.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

namespace fs = std::filesystem;
using node::AuditLog;
using node::LogDirectory;
using node::Store;
using node::Transaction;

crypto::SigningKey key_of(Byte number) {
    return crypto::signing_key_from_seed(crypto::SigningSeed(ByteArray<32>{number}).reveal());
}

// A log that publishes, and the folder that follows it.
class PublishedLog {
public:
    PublishedLog() : key_(key_of(5)), files_(folder_.path() / "log") { open(); }

    void close() {
        log_.reset();
        store_.reset();
    }
    void open() {
        close();
        auto store = Store::open(folder_.path() / "store.db", node::StoreKey(ByteArray<32>{7}));
        REQUIRE(store);
        store_ = std::make_unique<Store>(std::move(store).value());
        auto log = AuditLog::open(*store_, key_, "leeward/log/test", random_);
        REQUIRE(log);
        log_ = std::make_unique<AuditLog>(std::move(log).value());
        files_ = LogDirectory(folder_.path() / "log");
    }
    void append(int count) {
        schema::AuditRecord record;
        record.kind = schema::EventKind::ACT;
        REQUIRE(store_->write([&](Transaction& tx) -> Outcome {
            for (int i = 0; i < count; ++i)
                LEEWARD_TRY(log_->append(tx, record));
            return Done{};
        }));
    }
    // The head of the next hour. Its size.
    std::uint64_t publish() {
        hour_ += 1;
        REQUIRE(store_->write(
            [&](Transaction& tx) { return log_->publish(tx, schema::from_unix(hour_ * 3600)); }));
        return log_->size();
    }
    // Witness `number` cosigns the newest published head.
    void cosign(Byte number) {
        const auto witness = key_of(number);
        REQUIRE(store_->write([&](Transaction& tx) -> Outcome {
            LEEWARD_ASSIGN(const auto head, node::newest_published(tx));
            LEEWARD_ASSIGN(auto note, crypto::parse_note(head->note));
            const auto vkey = schema::witness_vkey(crypto::verify_key_of(witness));
            const auto line = crypto::format_signature_line(crypto::cosign_note(
                vkey.name, witness, crypto::CosignedAt{1'790'000'000}, note.text));
            LEEWARD_ASSIGN(const auto kept,
                           node::keep_cosignature(
                               tx, head->size, line, vkey, schema::from_unix(1'790'000'000)));
            CHECK(kept);
            return Done{};
        }));
    }
    void follow() { REQUIRE(files_.follow_whole(*store_, *log_)); }
    std::string difference() {
        auto found = files_.first_difference(*store_, *log_);
        REQUIRE(found);
        return *found;
    }
    std::string vkey() { return crypto::format_vkey(log_->vkey()); }
    fs::path at(const std::string& name = "") { return folder_.path() / "log" / name; }
    fs::path home() { return folder_.path(); }
    LogDirectory& files() { return files_; }
    Store& store() { return *store_; }
    AuditLog& log() { return *log_; }

private:
    ScratchFolder folder_;
    crypto::SeededRandom random_{9};
    crypto::SigningKey key_;
    std::int64_t hour_ = 490'000;
    std::unique_ptr<Store> store_;
    std::unique_ptr<AuditLog> log_;
    LogDirectory files_;
};

std::string text_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}
void put(const fs::path& path, std::string_view text) {
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(text.data(), static_cast<std::streamsize>(text.size()));
}

std::string witness_vkey_of(Byte number) {
    return crypto::format_vkey(schema::witness_vkey(crypto::verify_key_of(key_of(number))));
}

struct Foreign {
    std::string name;
    std::string command;
};

bool is_there(const std::string& program) {
    return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

// The folder of Go's x/mod that has packages note and tlog, where Debian puts it; empty: none.
fs::path go_sumdb() {
    std::error_code error;
    for (const auto& host : fs::directory_iterator("/usr/share/gocode/src", error))
        if (fs::path sumdb = host.path() / "x/mod/sumdb"; fs::exists(sumdb / "tlog")) return sumdb;
    return {};
}

// Implementations that are not ours, as far as they are installed.
std::vector<Foreign> foreign(const fs::path& scratch) {
    const fs::path folder = fs::path(LEEWARD_SOURCE) / "tests/node/audit/foreign";
    std::vector<Foreign> all;
    if (is_there("python3"))
        all.push_back({"python", "python3 " + (folder / "verify_log.py").string()});
    else
        WARN("skipped: no python3 to verify the log directory with");
    const fs::path sumdb = go_sumdb();
    if (sumdb.empty() || !is_there("go")) {
        WARN(
            "skipped: golang-go and golang-golang-x-mod-dev, to verify the log directory with Go's "
            "x/mod, are not installed");
        return all;
    }
    fs::create_directories(scratch / "gopath" / "src");
    fs::create_directory_symlink(sumdb, scratch / "gopath" / "src" / "sumdb");
    const std::string program = (scratch / "verify_log").string();
    const std::string build = "GO111MODULE=off GOFLAGS= GOPATH=" + (scratch / "gopath").string() +
                              " GOCACHE=" + (scratch / "gocache").string() + " go build -o " +
                              program + " " + (folder / "verify_log.go").string();
    REQUIRE(std::system(build.c_str()) == 0);
    all.push_back({"go", program});
    return all;
}

bool verifies(const Foreign& tool, PublishedLog& log, const std::vector<std::string>& witnesses) {
    std::string command = tool.command + " " + log.at().string() + " " + log.vkey();
    for (const auto& witness : witnesses)
        command += " " + witness;
    return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

}  // namespace

TEST_CASE("The published log stands in the folder as the open formats say") {
    PublishedLog log;
    log.append(300);
    const auto size = log.publish();
    log.follow();
    CHECK(log.difference().empty());
    const auto opened = crypto::open_checkpoint(text_of(log.at("checkpoint")), log.log().vkey());
    REQUIRE(opened);
    CHECK(opened->checkpoint.size.get() == size);
    CHECK(fs::file_size(log.at("tile/0/000")) == 8192);
    CHECK(fs::file_size(log.at("tile/entries/000")) == 256 * 82);
    CHECK(fs::exists(log.at("tile/1/000.p/1")));
    CHECK(fs::exists(log.at("tile/0/001.p/" + std::to_string(size - 256))));

    log.append(600);
    log.publish();
    log.follow();
    CHECK(log.difference().empty());
    CHECK_FALSE(fs::exists(log.at("tile/0/001.p")));
    CHECK_FALSE(fs::exists(log.at("tile/entries/001.p")));
}

TEST_CASE("Implementations that are not ours verify the folder, and refuse a changed one") {
    PublishedLog log;
    const auto tools = foreign(log.home());
    const std::vector<std::string> witnesses{witness_vkey_of(51), witness_vkey_of(52)};
    for (const int more : {1, 250, 300, 700}) {
        log.append(more);
        log.publish();
        log.cosign(51);
        log.cosign(52);
        log.follow();
        for (const auto& tool : tools) {
            INFO(tool.name << " at " << log.log().size());
            CHECK(verifies(tool, log, witnesses));
        }
    }
    const std::string other = witness_vkey_of(53);
    for (const auto& tool : tools) {
        INFO(tool.name);
        CHECK_FALSE(verifies(tool, log, {other}));
        for (const std::string file : {"tile/0/001", "tile/entries/002", "checkpoint"}) {
            const std::string whole = text_of(log.at(file));
            std::string changed = whole;
            changed[changed.size() / 3] = static_cast<char>(changed[changed.size() / 3] ^ 1);
            put(log.at(file), changed);
            INFO(file);
            CHECK_FALSE(verifies(tool, log, witnesses));
            put(log.at(file), whole);
        }
        CHECK(verifies(tool, log, witnesses));
    }
}

TEST_CASE("Cosignatures that come later are added to the checkpoint") {
    PublishedLog log;
    log.append(3);
    log.publish();
    log.follow();
    const std::string before = text_of(log.at("checkpoint"));
    log.cosign(51);
    log.follow();
    const std::string after = text_of(log.at("checkpoint"));
    CHECK(after.starts_with(before));
    CHECK(after.size() > before.size());
    CHECK(log.difference().empty());
}

TEST_CASE("A crash at any file leaves a folder that verifies, and the next start completes it") {
    PublishedLog log;
    log.append(300);
    log.publish();
    log.follow();
    const fs::path older = log.home() / "older";
    fs::copy(log.at(), older, fs::copy_options::recursive);
    log.append(400);
    log.publish();
    log.follow();
    const fs::path newer = log.home() / "newer";
    fs::copy(log.at(), newer, fs::copy_options::recursive);

    std::vector<std::string> written;  // every file but the checkpoint, which comes last
    for (const auto& file : fs::recursive_directory_iterator(newer))
        if (file.is_regular_file() && file.path().filename() != "checkpoint")
            written.push_back(fs::relative(file.path(), newer).string());
    for (std::size_t done = 0; done <= written.size(); ++done) {
        fs::remove_all(log.at());
        fs::copy(older, log.at(), fs::copy_options::recursive);
        for (std::size_t i = 0; i < done; ++i) {
            fs::create_directories(log.at(written[i]).parent_path());
            fs::copy_file(
                newer / written[i], log.at(written[i]), fs::copy_options::overwrite_existing);
        }
        put(log.at("tile/.being-written"), "half of a ti");
        log.open();
        log.follow();
        INFO("crashed after " << done << " files");
        REQUIRE(log.difference().empty());
    }
}

TEST_CASE("What is missing or damaged in the folder is found, and written again from the store") {
    PublishedLog log;
    log.append(600);
    log.publish();
    log.follow();
    SECTION("a tile that was changed") {
        put(log.at("tile/0/001"), std::string(8192, 'x'));
        CHECK(log.difference() == "tile/0/001");
        log.files().begin_anew();
    }
    SECTION("entries that were cut") {
        put(log.at("tile/entries/000"), "cut");
        CHECK(log.difference() == "tile/entries/000");
        log.files().begin_anew();
    }
    SECTION("a checkpoint that says something else") {
        put(log.at("checkpoint"), "another log\n0\nx\n");
        CHECK(log.difference() == "checkpoint");
        log.open();
    }
    SECTION("nothing is left at all") {
        fs::remove_all(log.at());
        CHECK_FALSE(log.difference().empty());
        log.open();
    }
    log.follow();
    CHECK(log.difference().empty());
}

namespace {

// The files of the log are 20 entries ahead of the store; their checkpoint.
std::string put_old_store_back(PublishedLog& log) {
    log.append(20);
    log.publish();
    log.follow();
    log.close();
    const fs::path old = log.home() / "old.db";
    fs::copy_file(log.home() / "store.db", old);
    log.open();
    log.append(20);
    log.publish();
    log.follow();
    const std::string ahead = text_of(log.at("checkpoint"));
    log.close();
    for (const auto* file : {"store.db", "store.db-wal", "store.db-shm"})
        fs::remove(log.home() / file);
    fs::copy_file(old, log.home() / "store.db");
    log.open();
    return ahead;
}

}  // namespace

TEST_CASE("Files that are ahead of the store show that an old store was put back, and are kept") {
    PublishedLog log;
    const std::string ahead = put_old_store_back(log);
    const auto followed = log.files().follow(log.store(), log.log());
    REQUIRE(followed);
    CHECK(followed->store_is_behind);
    CHECK(text_of(log.home() / "log.set-aside-1" / "checkpoint") == ahead);
    CHECK(log.difference().empty());
}

// Found by a review: where they could not be set aside they were overwritten a second later.
TEST_CASE("Files that are ahead of the store stay as they are until they can be set aside") {
    PublishedLog log;
    const std::string ahead = put_old_store_back(log);
    const fs::path aside = log.home() / "log.set-aside-1";
    fs::create_symlink(log.home() / "nowhere", aside);
    for (int i = 0; i < 3; ++i)
        CHECK_FALSE(log.files().follow(log.store(), log.log()));
    CHECK(text_of(log.at("checkpoint")) == ahead);
    fs::remove(aside);
    const auto followed = log.files().follow(log.store(), log.log());
    REQUIRE(followed);
    CHECK(followed->store_is_behind);
    CHECK(text_of(aside / "checkpoint") == ahead);
    CHECK(log.difference().empty());
}

TEST_CASE("A folder that cannot be written says why, and is completed once it can") {
    PublishedLog log;
    log.append(20);
    log.publish();
    put(log.home() / "log", "a file where the folder should be");
    CHECK_FALSE(log.files().follow(log.store(), log.log()));
    CHECK_FALSE(log.files().trouble().empty());
    fs::remove(log.home() / "log");
    log.follow();
    CHECK(log.files().trouble().empty());
    CHECK(log.difference().empty());
}

TEST_CASE("A large log is written a part at a time, and its checkpoint last") {
    PublishedLog log;
    log.append(256 * 300);
    log.publish();
    const auto first = log.files().follow(log.store(), log.log());
    REQUIRE(first);
    CHECK(first->more);
    CHECK_FALSE(fs::exists(log.at("checkpoint")));
    log.follow();
    CHECK(log.difference().empty());
}

TEST_CASE("A node writes its log's files by itself, and audit verify checks and mends them") {
    World world(31, {"investigation", "shelter"});
    TestNode& alder = world.node(0);
    world.pass(std::chrono::hours(2));
    const fs::path log = alder.folder() / "log";
    CHECK(fs::exists(log / "checkpoint"));
    CHECK(alder.must("audit.verify").text_at("files") == "whole");
    put(log / "tile/entries/000.p/16", "damaged");
    fs::remove_all(log / "tile" / "0");
    const Json mended = alder.must("audit.verify");
    CHECK(mended.text_at("files") == "written again");
    CHECK_FALSE(mended.text_at("damaged_file").empty());
    CHECK(alder.must("audit.verify").text_at("files") == "whole");
}

}  // namespace leeward::test
