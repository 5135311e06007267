// --dry-run was passed over by every command that the program does itself: `leeward upgrade --dry-run` changed the
// store, `recovery open --dry-run` replaced a passphrase, `node init --dry-run` made a node.
#include <catch2/catch_test_macros.hpp>

#include "tests/regress/programs.h"

namespace leeward::test {

TEST_CASE("a command that cannot be tried does nothing when it is told to try") {
    const Programs here;
    const std::string made = here.file("made").string();
    for (std::vector<std::string> args :
         {std::vector<std::string>{"node", "init", "--organisation", "Quay", "--role", "shelter"},
          std::vector<std::string>{"audit", "key", made}}) {
        args.insert(args.end(), {"--passphrase-file", here.passphrase(), "--dry-run"});
        const Finished ended = here.leeward(args);
        CHECK(ended.status == 2);
        CHECK(ended.err.find("does not take --dry-run; nothing was done") != std::string::npos);
    }
    CHECK(here.leeward({"recovery", "key", "--identity", made, "--dry-run"}).status == 2);
    CHECK_FALSE(std::filesystem::exists(made));
    CHECK_FALSE(std::filesystem::exists(here.home()));
}

}  // namespace leeward::test
