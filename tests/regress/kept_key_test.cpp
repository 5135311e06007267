// `leeward audit key` on a file that was there advised --force, which it passed over: the same refusal again.
#include <catch2/catch_test_macros.hpp>

#include "tests/regress/programs.h"

namespace leeward::test {

TEST_CASE("an auditor's key is never replaced, and nobody is told to force it") {
    const Programs here;
    const std::string key = here.file("auditor.key").string();
    const std::vector<std::string> make{
        "audit", "key", key, "--passphrase-file", here.passphrase()};
    REQUIRE(here.leeward(make).status == 0);
    const auto written = std::filesystem::last_write_time(key);

    const Finished again = here.leeward(make);
    CHECK(again.status == 1);
    CHECK(again.err.find("exists; nothing was done") != std::string::npos);
    CHECK(again.err.find("--force") == std::string::npos);

    auto forced = make;
    forced.emplace_back("--force");
    const Finished refused = here.leeward(forced);
    CHECK(refused.status == 2);
    CHECK(refused.err.find("does not take --force") != std::string::npos);
    CHECK(std::filesystem::last_write_time(key) == written);
}

}  // namespace leeward::test
