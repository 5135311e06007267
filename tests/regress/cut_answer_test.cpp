// A command whose answer did not fit where standard output led ended with 0: `leeward backup revoke > FILE` on a
// full disk left half of the words that revoke a stolen node, and said that all was well.
#include <catch2/catch_test_macros.hpp>

#include "tests/regress/programs.h"

namespace leeward::test {

TEST_CASE("an answer that standard output does not take whole is a failure, and said") {
    const Programs here;
    const std::string identity = here.file("night.key").string();
    for (const auto& said : std::vector<std::string>{"audit explain RECEIPT_MISSING",
                                                     "audit explain RECEIPT_MISSING --json",
                                                     "backup list --json",
                                                     "recovery key --identity " + identity,
                                                     "inbox --help"}) {
        CAPTURE(said);
        CHECK(here.in_shell("\"$0\" --home \"$1\" " + said + " > /dev/null").status == 0);
        std::filesystem::remove(identity);
        const Finished ended = here.in_shell("\"$0\" --home \"$1\" " + said + " > /dev/full");
        CHECK(ended.status == 1);
        CHECK(ended.err.find("only a part of the answer") != std::string::npos);
    }
}

}  // namespace leeward::test
