// Whether the tests that promise something would see it broken: each is run over programs in which a bug
// is planted, and must fail. The universes have a test of their own (tests/sim/planted_test.cpp).
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "tests/support/process.h"

namespace leeward::test {
namespace {

namespace fs = std::filesystem;

struct Trial {
    const char* bug;
    std::vector<std::string> programs;  // "spoiled-" where the bug may be; the first is run
    std::string test;                   // with this argument
};

std::ostream& operator<<(std::ostream& out, const Trial& trial) {
    return out << trial.bug << ", by " << trial.test;
}

// A moment each: tried with the bug, and without.
const std::vector<Trial> short_ones{
    {"replay-taken-again", {"spoiled-exchange_test"}, "Everything replayed in reverse order*"},
    {"replay-taken-again", {"spoiled-exchange_test"}, "A network that doubles every frame*"},
    {"partners-clock-believed",
     {"spoiled-exchange_test"},
     "What a referrer with a clock three days ahead shares*"},
    {"commit-not-synced", {"spoiled-simulator_test"}, "a message whose taking loses its power*"},
    {"record-in-the-clear", {"spoiled-scenarios_test"}, "S1 1.b: a firm bed is lost*"},
    {"handshake-without-end",
     {"spoiled-transport_test"},
     "a handshake that is spoken byte by byte*"},
    {"no-proof-asked",
     {"spoiled-exchange_test"},
     "An inquiry that the sender's log does not prove*"},
    {"upgrade-in-pieces",
     {"spoiled-store_test"},
     "an upgrade that is killed at any step has happened whole or not at all"},
    {"short-of-room-unsaid", {"spoiled-store_test"}, "on a full disk only what protects people*"},
    {"frames-of-any-size",
     {"spoiled-transport_test"},
     "a stranger cannot make the node take a large frame into memory"},
    {"in-the-clear-if-asked", {"spoiled-transport_test"}, "clients without encryption*"},
    {"strangers-admitted",
     {"spoiled-transport_test"},
     "a stranger is refused and nothing of it arrives"},
    {"comma-forgotten", {"spoiled-fuzz_schema"}, LEEWARD_CORPORA "/fuzz_schema"},
};

// A folder of its own, with copies of the programs under their true names.
class Stand {
public:
    Stand(const std::string& bug, const Trial& trial) {
        std::string pattern = (fs::temp_directory_path() / "leeward-planted-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        top_ = pattern;
        folder_ = top_ / bug;
        fs::create_directory(folder_);
        for (const auto& program : trial.programs)
            fs::copy_file(programs() / program, folder_ / true_name(program));
        command_ = {{(folder_ / true_name(trial.programs.front())).string(), trial.test},
                    {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"}};
    }
    ~Stand() {
        std::error_code ignored;
        fs::remove_all(top_, ignored);
    }
    Stand(const Stand&) = delete;
    Stand& operator=(const Stand&) = delete;

    [[nodiscard]] Finished run() const { return test::run(command_, std::chrono::minutes(10)); }

private:
    static std::string true_name(const std::string& program) {
        constexpr std::string_view spoiled = "spoiled-";
        return program.substr(program.starts_with(spoiled) ? spoiled.size() : 0);
    }

    fs::path top_;
    fs::path folder_;
    Command command_;
};

bool says(const Finished& finished, std::string_view words) {
    return finished.out.find(words) != std::string::npos;
}

// It ran, and found something: a failed test of Catch2, or a parser's broken promise.
bool found(const Finished& finished) {
    constexpr int aborted = 128 + SIGABRT;
    return finished.status == aborted || (finished.status > 0 && says(finished, "FAILED"));
}

// Where networks or small disks cannot be made the test that is tried says that it was skipped.
Finished run_with(const Trial& trial) {
    Finished with = Stand(trial.bug, trial).run();
    if (says(with, "skipped: ") || says(with, "SKIPPED")) SKIP("it was skipped here");
    return with;
}

// A run without the bug takes too long. What fails must be a promise, as the test has it: a program that
// does not even start fails too.
void must_be_found(const Trial& trial, const std::vector<std::string_view>& promises) {
    const Finished with = run_with(trial);
    INFO(with.out);
    CHECK(found(with));
    CHECK(std::any_of(promises.begin(), promises.end(), [&](std::string_view promise) {
        return says(with, promise);
    }));
}

void needs(const char* program) {
    if (!fs::exists(program)) SKIP(program << " is not installed");
}

}  // namespace

// Written while the copies are made: bugs whose text is not in its source any more.
TEST_CASE("every planted bug is still planted") {
    std::size_t copies = 0;
    for (const auto& entry : fs::directory_iterator(LEEWARD_SPOILED)) {
        if (entry.path().extension() != ".missing") continue;
        ++copies;
        INFO(entry.path().filename());
        CHECK(fs::file_size(entry.path()) == 0);
    }
    CHECK(copies > 3);
}

TEST_CASE("a bug that breaks what a test promises fails that test, which passes without it") {
    const auto trial = GENERATE(from_range(short_ones));
    CAPTURE(trial);
    const Finished with = run_with(trial);
    INFO(with.out);
    CHECK(found(with));
    const Finished without = Stand("no-bug", trial).run();
    INFO(without.out << without.err);
    CHECK(without.status == 0);
}

TEST_CASE("a message that is forgotten once it was sent is missed under kill -9") {
    must_be_found({"sent-is-forgotten", {"fire_test", "spoiled-leewardd"}, "after fifty blows*"},
                  {"CHECK( test::eventually(seconds(60), all_there) )"});
}

TEST_CASE("a failure of the disk that is taken for done is seen when calls fail") {
    needs("/usr/bin/strace");
    must_be_found({"failure-taken-for-done", {"fire_test", "spoiled-leewardd"}, "sixty faults*"},
                  {"REQUIRE( struck->start() )", "contains_all(", "is_whole("});
}

TEST_CASE("a want of memory that is taken for done is seen when memory is refused") {
    must_be_found({"no-memory-taken-for-done", {"spoiled-memory_test"}, "without memory*"},
                  {"REQUIRE( cases_in(home) >= told.answers )"});
}

TEST_CASE("what is kept in memory for nothing is seen by the soak") {
    must_be_found({"receipts-are-kept", {"spoiled-soak_test"}, "what five nodes hold*"},
                  {"CHECK( grown < most_for_each(all) )"});
}

TEST_CASE("a connection that is never asked whether it lives is missed behind NAT") {
    needs("/usr/sbin/nft");
    must_be_found({"no-heartbeat",
                   {"net_test", "spoiled-leewardd", "leeward", "lossy-link"},
                   "A placement runs to a shelter behind NAT*"},
                  {"REQUIRE( lab.comes_to("});
}

}  // namespace leeward::test
