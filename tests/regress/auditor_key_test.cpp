// `leeward audit key` wrote the public half before the secret one: on a full disk there was a FILE.pub to hand out that
// no key opens.
#include <catch2/catch_test_macros.hpp>

#include "tests/regress/programs.h"

namespace leeward::test {

TEST_CASE("an auditor's public key is there only where her own key is") {
    const Programs here;
    const std::string key = here.file("auditor.key").string();
    const std::string make =
        "\"$0\" audit key " + key + " --passphrase-file " + here.passphrase() + " > /dev/null";
    // A file of at most 2,048 bytes holds the public key, and not the sealed one.
    CHECK(here.in_shell("trap '' XFSZ; ulimit -f 4; " + make).status == 1);
    CHECK_FALSE(std::filesystem::exists(key));
    CHECK_FALSE(std::filesystem::exists(key + ".pub"));
    REQUIRE(here.in_shell(make).status == 0);
    CHECK(std::filesystem::file_size(key + ".pub") <= 2048);
    CHECK(std::filesystem::file_size(key) > 2048);
}

}  // namespace leeward::test
