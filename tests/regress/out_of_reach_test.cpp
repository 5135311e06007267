// A folder that may not be looked into, a name that is empty and a working folder that is gone ended the programs
// with an abort (134) instead of a sentence.
#include <catch2/catch_test_macros.hpp>

#include "tests/regress/programs.h"

namespace leeward::test {

TEST_CASE("a file or folder out of reach is a failure in words") {
    const Programs here;
    const auto ends_in_words = [](const Finished& ended, int status) {
        CHECK(ended.status == status);
        CHECK(ended.err.find("leeward") == 0);
        CHECK(ended.err.find("terminate") == std::string::npos);
    };
    ends_in_words(here.leeward({"backup", "verify", ""}), 2);
    const std::string gone = "mkdir \"$1\" && cd \"$1\" && rmdir \"$1\" && ";
    ends_in_words(here.in_shell(gone + "\"$0\" --home here backup list"), 1);
    ends_in_words(here.in_shell(gone + "\"$0\" backup list --folder here"), 1);
    const std::string loop = here.file("loop").string();  // for root, too, there is no way through
    std::filesystem::create_symlink("loop", loop);
    ends_in_words(
        Programs::to_its_end({Programs::program("leeward"), "--home", loop, "node", "up"}), 1);
    ends_in_words(
        Programs::to_its_end(
            {Programs::program("leewardd"), "--home", loop + "/home", "--passphrase-fd", "0"}),
        1);
}

TEST_CASE("leewardd ends with the usage code where its arguments are wrong") {
    CHECK(Programs::to_its_end({Programs::program("leewardd")}).status == 2);
    CHECK(Programs::to_its_end({Programs::program("leewardd"), "--home", "x", "--none"}).status ==
          2);
    CHECK(Programs::to_its_end({Programs::program("leewardd"), "--help"}).status == 0);
}

}  // namespace leeward::test
