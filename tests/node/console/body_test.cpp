#include "node/console/body.h"

#include <catch2/catch_test_macros.hpp>

namespace leeward::test {
namespace {

Result<node::PageRequest> read(std::string_view text) {
    return node::read_page_request(as_bytes(text));
}

}  // namespace

TEST_CASE("passphrases follow the JSON, each after a NUL, and are as many as it says") {
    using namespace std::string_view_literals;
    const auto none = read(R"({"args":{"id":"77"},"dry_run":true})");
    REQUIRE(none);
    CHECK(none->args.text_at("id") == "77");
    CHECK(none->act == node::Act::PREVIEW);
    CHECK(none->secrets.empty());
    const auto two = read("{\"secrets\":2}\0one\0dos tres"sv);
    REQUIRE(two);
    REQUIRE(two->secrets.size() == 2);
    CHECK(as_text(two->secrets[0].reveal()) == "one");
    CHECK(as_text(two->secrets[1].reveal()) == "dos tres");
    CHECK(read("{\"secrets\":1}\0"sv)->secrets[0].empty());
    CHECK(read("{\"secrets\":1}\0a\0b"sv).error().code == Errc::malformed);
    CHECK(read("{\"secrets\":2}\0a"sv).error().code == Errc::malformed);
    CHECK(read("{}\0a"sv).error().code == Errc::malformed);
}

TEST_CASE("more or longer passphrases than a command can take are too large") {
    std::string four = R"({"secrets":3})";
    for (int i = 0; i < 4; ++i)
        four += std::string("\0x", 2);
    CHECK(read(four).error().code == Errc::too_large);
    std::string longest = R"({"secrets":1})";
    longest += '\0';
    longest += std::string(1024, 'x');
    CHECK(read(longest));
    CHECK(read(longest + "x").error().code == Errc::too_large);
}

}  // namespace leeward::test
