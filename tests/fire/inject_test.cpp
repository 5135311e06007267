// System calls of a real node that fail, or kill it, at the N-th: it may end, and say why; it loses
// nothing that was answered, and the next start finds all of it.
#include <algorithm>
#include <filesystem>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "tests/fire/fire_node.h"

namespace leeward::fire {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t points = 60;
constexpr std::uint64_t field = 2 * points;  // as many calls, of which one seed strikes every other
constexpr int acts = 3;                      // at least; and on until the fault has come
constexpr int most_acts = 300;               // one makes a handful of these calls
constexpr const char* strace = "/usr/bin/strace";

struct Kind {
    const char* name;
    const char* calls;
    const char* effect;
};
constexpr std::array kinds{
    Kind{"the disk fails", "pwrite64,fdatasync,fsync,ftruncate,unlink", "error=EIO"},
    Kind{"the disk is full", "pwrite64,fallocate", "error=ENOSPC"},
    Kind{"a call is interrupted", "pread64,pwrite64,recvmsg,sendmsg", "error=EINTR"},
    Kind{"no descriptor is left", "openat,accept4,socket", "error=EMFILE"},
    Kind{"it is killed", "pwrite64,fdatasync,fsync,ftruncate,unlink", "signal=SIGKILL"},
};

FireNode::Around at(const Kind& kind, std::uint64_t n, const fs::path& folder) {
    return {
        {strace,
         "-f",
         "-qq",
         "-o",
         (folder / "trace").string(),
         "-e",
         std::string("trace=") + kind.calls,
         "-e",
         std::string("inject=") + kind.calls + ":" + kind.effect + ":when=" + std::to_string(n)},
        {"ASAN_OPTIONS=detect_leaks=0"}};
}

// It ended the node, or strace says that it was given.
bool was_met(FireNode& node, const fs::path& folder) {
    return !node.running() ||
           test::read_text(folder / "trace").find("(INJECTED)") != std::string::npos;
}

// Spread over the whole field, so that every step of a start and of an act is among them: two seeds strike
// each of its calls once, and the next two the calls of the next field.
std::uint64_t struck_call(std::uint64_t seed, std::uint64_t i) {
    constexpr std::uint64_t stride = 7;  // has no divisor in common with the field
    const std::uint64_t turn = (seed - 1) % 2 * points + i;
    return (seed - 1) / 2 * field + turn * stride % field + 1;
}

// Whether the fault came. What was answered before and after it is kept.
bool work_through(FireNode& node, const fs::path& folder, std::vector<std::string>& answered) {
    bool met = was_met(node, folder);
    for (int i = 0; i < acts || (!met && i < most_acts); ++i) {
        node.hang_up();  // each act on a connection of its own, as from the command line
        const auto made = node.call("case.new", new_case());
        if (made) answered.push_back(made->text_at("id"));
        if (!met && !made)  // it may be ending just now
            (void)test::eventually(std::chrono::seconds(10), [&] { return was_met(node, folder); });
        met = was_met(node, folder);
        if (!node.running()) break;
    }
    return met;
}

}  // namespace

// LEEWARD_SEED=2 strikes sixty others, and so on.
TEST_CASE("sixty faults of each of five kinds in a real node lose nothing that was answered") {
    if (!fs::exists(strace)) SKIP("strace is not installed");
    const auto kind = GENERATE(from_range(kinds));
    CAPTURE(kind.name);
    const Scratch scratch;
    FireNode node(scratch.path(), "Alder", "investigation");
    REQUIRE(node.start());
    node.stop();
    std::vector<std::string> answered;
    std::uint64_t met = 0;
    const std::uint64_t seed = number_from_environment("LEEWARD_SEED", 1);
    for (std::uint64_t i = 0; i < points; ++i) {
        const std::uint64_t n = struck_call(seed, i);
        CAPTURE(n);
        const bool up = node.start(at(kind, n, scratch.path()));
        const bool came =
            up ? work_through(node, scratch.path(), answered) : was_met(node, scratch.path());
        met += came ? 1 : 0;
        node.kill();
        if (i % 6 != 5) continue;  // the next start is a start after a fault all the same
        REQUIRE(node.start());
        const auto there = ids_of(node, "case.list", "cases");
        for (const auto& id : answered)
            REQUIRE(std::find(there.begin(), there.end(), id) != there.end());
        REQUIRE(node.must("audit.verify").bool_at("verified"));
        node.kill();
    }
    CHECK(met == points);
    CHECK(answered.size() > points);
}

}  // namespace leeward::fire
