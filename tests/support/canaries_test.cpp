#include "tests/support/canaries.h"

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include "crypto/base/base64.h"
#include "crypto/base/hex.h"
#include "tests/support/process.h"

using namespace leeward;
using test::Canaries;

TEST_CASE("a planted word is found as it is, as UTF-16, as hex and as base64 wherever it begins") {
    Canaries canaries;
    const std::string word = canaries.plant("T2");
    std::string wide;
    for (const char c : word)
        wide += std::string(1, c) + '\0';
    CHECK_FALSE(canaries.found_in("before " + word + " after").empty());
    CHECK_FALSE(canaries.found_in("before " + wide + " after").empty());
    CHECK_FALSE(canaries.found_in(hex::encode(as_bytes("x" + word))).empty());
    for (const std::string before : {"", "a", "ab", "abc", "abcd"})
        CHECK_FALSE(canaries.found_in(base64url::encode(as_bytes(before + word + "z"))).empty());
    CHECK(canaries.found_in("nothing of the record, and no canary either").empty());
}

TEST_CASE("a forbidden secret is found in both alphabets of base64") {
    Canaries canaries;
    canaries.forbid("secret>>>???secret");
    for (const std::string before : {"", "a", "ab"}) {
        std::string text = base64url::encode(as_bytes(before + "secret>>>???secret!"));
        CHECK_FALSE(canaries.found_in(text).empty());
        for (char& c : text)
            c = c == '-' ? '+' : c == '_' ? '/' : c;
        CHECK_FALSE(canaries.found_in(text).empty());
    }
}

TEST_CASE("every file under a folder is searched") {
    const auto folder =
        std::filesystem::temp_directory_path() / ("leeward-canaries-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder / "deep");
    Canaries canaries;
    test::write_private(folder / "clean", "nothing");
    CHECK(canaries.found_under(folder).empty());
    test::write_private(folder / "deep" / "leak", std::string(100'000, 'x') + canaries.plant("T3"));
    CHECK(canaries.found_under(folder).size() == 1);
    std::filesystem::remove_all(folder);
}
