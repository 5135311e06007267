#include "tests/e2e/replay.h"

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include "tests/support/process.h"
#include "tests/support/tap.h"

using namespace leeward::test;

TEST_CASE("a tap keeps what each connecting side said, and the same can be said again") {
    const auto folder =
        std::filesystem::temp_directory_path() / ("leeward-replay-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder / "said");
    std::filesystem::create_directories(folder / "again");
    // A tap to nowhere hangs up at once; a tap to that one passes on what is said until then.
    const auto end = Tap::open({0, 1, {}, {}});
    REQUIRE(end);
    const auto tap = Tap::open({0, (*end)->port(), {}, folder / "said"});
    REQUIRE(tap);
    CHECK(longest_file(folder / "said").empty());
    CHECK(say_again((*tap)->port(), "hello"));
    CHECK((*tap)->connections() == 1);
    std::filesystem::remove_all(folder);
}
