#include "node/obs/log.h"

#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>
#include <unistd.h>

using namespace leeward;
using namespace leeward::node;

namespace {

template <class T>
concept is_event = requires(Log& log, T event) {
    log.info(event);
};
template <class T>
concept is_key = requires(Log& log, T key) {
    log.info("event", {{key, 1}});
};
template <class T>
concept is_value = requires(Log& log, const T& value) {
    log.info("event", {{"key", value}});
};

static_assert(is_event<Literal> && is_key<Literal> && is_value<Literal>);
static_assert(is_value<int> && is_value<std::uint64_t> && is_value<double> && is_value<Errc>);
static_assert(is_value<ByteArray<16>> && is_value<Strong<struct IdTag, ByteArray<32>>>);

static_assert(!is_event<std::string> && !is_event<std::string_view> && !is_event<const char*>);
static_assert(!is_key<std::string> && !is_key<std::string_view> && !is_key<const char*>);
static_assert(!is_value<std::string> && !is_value<std::string_view> && !is_value<const char*>);
static_assert(!is_value<char*> && !is_value<Bytes> && !is_value<BytesView> && !is_value<Error>);
static_assert(!is_value<bool> && !is_value<char> && !is_value<void*>);
static_assert(!is_value<ByteArray<4>>, "four bytes may be a word");

struct Folder {
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "leeward-log-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] LogOptions options() const {
        LogOptions options;
        options.to_stderr = false;
        options.file = path / "node.log";
        return options;
    }
    std::filesystem::path path;
};

std::unique_ptr<Log> open_log(const LogOptions& options) {
    auto log = Log::open(options);
    REQUIRE(log);
    return std::move(log).value();
}

std::vector<std::string> lines_of(const std::filesystem::path& path) {
    std::ifstream in(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

std::string without_time(const std::string& line) {
    return line.substr(line.find(' ') + 1);
}

mode_t mode_of(const std::filesystem::path& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777U;
}

}  // namespace

TEST_CASE("a line is the time, the severity, the event and its fields") {
    const Folder folder;
    const auto log = open_log(folder.options());
    ByteArray<32> key{0x1f, 0x3a, 0x09, 0xcc, 0x77};
    log->info("node.started", {{"peers", 3}, {"took", 0.5}});
    log->warn("peer.refused", {{"peer", key}, {"why", Errc::untrusted}, {"way", "bluntly"}});
    log->alarm("store.full", {{"left", -1}});

    const auto lines = lines_of(folder.path / "node.log");
    REQUIRE(lines.size() == 3);
    CHECK(without_time(lines[0]) == "info node.started peers=3 took=0.500");
    CHECK(without_time(lines[1]) == "warn peer.refused peer=1f3a09cc why=untrusted way=bluntly");
    CHECK(without_time(lines[2]) == "alarm store.full left=-1");
    CHECK(lines[0].find("T") == 10);
    CHECK(lines[0].find("Z ") == 23);
}

TEST_CASE("log files are for their owner alone, also after a rotation and under any umask") {
    const Folder folder;
    const mode_t before = ::umask(0);
    auto options = folder.options();
    options.file_bytes = 2000;
    options.files_kept = 2;
    const auto log = open_log(options);
    for (int i = 0; i < 200; ++i)
        log->info("filler", {{"number", i}});
    ::umask(before);

    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path)) {
        ++files;
        CHECK(mode_of(entry.path()) == 0600);
        CHECK(std::filesystem::file_size(entry.path()) <= 2000);
    }
    CHECK(files == 3);
}

TEST_CASE("a log in a missing or forbidden place says so when it is opened") {
    LogOptions options;
    options.to_stderr = false;
    options.file = "/dev/null/node.log";
    const auto log = Log::open(options);
    REQUIRE_FALSE(log);
    CHECK(log.error().code == Errc::io);
}

TEST_CASE("a link in place of the log file is not followed") {
    const Folder folder;
    std::filesystem::create_symlink(folder.path / "elsewhere", folder.path / "node.log");
    CHECK_FALSE(Log::open(folder.options()));
    CHECK_FALSE(std::filesystem::exists(folder.path / "elsewhere"));
}

TEST_CASE("an hourly event is written once an hour and then says what was left out") {
    const Folder folder;
    std::chrono::steady_clock::time_point now{};
    auto options = folder.options();
    options.now = [&now] { return now; };
    const auto log = open_log(options);
    for (int i = 0; i < 50; ++i)
        log->hourly(Severity::warn, "stranger", {{"number", i}});
    log->hourly(Severity::warn, "other");
    now += std::chrono::minutes(59);
    log->hourly(Severity::warn, "stranger", {{"number", 50}});
    now += std::chrono::minutes(1);
    log->hourly(Severity::warn, "stranger", {{"number", 51}});

    const auto lines = lines_of(folder.path / "node.log");
    REQUIRE(lines.size() == 3);
    CHECK(without_time(lines[0]) == "warn stranger number=0");
    CHECK(without_time(lines[1]) == "warn other");
    CHECK(without_time(lines[2]) == "warn stranger number=51 left_out=50");
}
