// `leeward recovery key` kept the private half, or had its words written down, before it looked at --out: "exists;
// nothing was done" was false, and a key that no public half goes with was left.
#include <catch2/catch_test_macros.hpp>

#include "tests/regress/programs.h"

namespace leeward::test {

TEST_CASE("a holder's key is kept only where its public half can be given") {
    const Programs here;
    const auto identity = here.file("night.identity");
    const auto out = here.file("night.holder");
    const std::vector<std::string> make{
        "recovery", "key", "--identity", identity.string(), "--out", out.string()};
    write_private(out, "somebody's");
    const Finished refused = here.leeward(make);
    CHECK(refused.status == 1);
    CHECK(refused.err.find("nothing was done") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(identity));
    std::filesystem::remove(out);
    CHECK(here.leeward(make).status == 0);
    CHECK(std::filesystem::exists(identity));
    CHECK(read_text(out).starts_with("age1"));
}

}  // namespace leeward::test
