// The demonstration stopped in the middle: it leaves no node running and no folder behind.
#include <csignal>

#include <catch2/catch_test_macros.hpp>

#include "tests/node/store/folder.h"
#include "tests/support/process.h"

namespace leeward::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

// Whether any program that runs was told of something in `folder`.
bool anyone_works_in(const fs::path& folder) {
    for (const auto& entry : fs::directory_iterator("/proc"))
        if (read_text(entry.path() / "cmdline").find(folder.string()) != std::string::npos)
            return true;
    return false;
}

Command demo(const fs::path& folder, std::vector<std::string> around) {
    around.push_back((programs() / "leeward-demo").string());
    return {std::move(around), {"PATH=/usr/bin:/bin", "TMPDIR=" + folder.string()}};
}

}  // namespace

TEST_CASE("a demonstration whose reader goes away ends its nodes and deletes its folders") {
    const node::TestFolder here;
    const auto ended = run(demo(here.path, {"/bin/sh", "-c", "\"$0\" | head -n 12"}), seconds(120));
    CHECK(ended.status == 0);  // head's
    CHECK(ended.err.find("The story broke off") != std::string::npos);
    CHECK(fs::is_empty(here.path));
    CHECK_FALSE(anyone_works_in(here.path));
}

TEST_CASE("a demonstration that is told to end does so in order") {
    const node::TestFolder here;
    const fs::path log = here.path / "told";
    const fs::path temporary = here.path / "temporary";
    fs::create_directory(temporary);
    Process playing(demo(temporary, {}), log);
    REQUIRE(eventually(seconds(120), [&] { return anyone_works_in(temporary / "leeward-demo"); }));
    ::kill(playing.pid(), SIGTERM);
    REQUIRE(eventually(seconds(120), [&] { return !playing.running(); }));
    CHECK(read_text(log).find("it was stopped") != std::string::npos);
    CHECK(fs::is_empty(temporary));
    CHECK_FALSE(anyone_works_in(temporary));
}

}  // namespace leeward::test
