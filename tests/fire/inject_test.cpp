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
constexpr int acts = 3;
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

}  // namespace

// LEEWARD_SEED=2 plays the next sixty calls, and so on.
TEST_CASE("sixty faults of each of five kinds in a real node lose nothing that was answered",
          "[.open]") {
    if (!fs::exists(strace)) SKIP("strace is not installed");
    const auto kind = GENERATE(from_range(kinds));
    CAPTURE(kind.name);
    const Scratch scratch;
    FireNode node(scratch.path(), "Alder", "investigation");
    REQUIRE(node.start());
    node.stop();
    std::vector<std::string> answered;
    const std::uint64_t before = points * (number_from_environment("LEEWARD_SEED", 1) - 1);
    for (std::uint64_t n = before + 1; n <= before + points; ++n) {
        CAPTURE(n);
        if (node.start(at(kind, n, scratch.path())))
            for (int i = 0; i < acts; ++i)
                if (const auto made = node.call("case.new", new_case()))
                    answered.push_back(made->text_at("id"));
        node.kill();
        if (n % 6 != 0) continue;  // the next start is a start after a fault all the same
        REQUIRE(node.start());
        const auto there = ids_of(node, "case.list", "cases");
        for (const auto& id : answered)
            REQUIRE(std::find(there.begin(), there.end(), id) != there.end());
        REQUIRE(node.must("audit.verify").bool_at("verified"));
        node.kill();
    }
    CHECK(answered.size() > points);
}

}  // namespace leeward::fire
