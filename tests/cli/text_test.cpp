#include "cli/text.h"

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

namespace {

using namespace leeward::cli;

TEST_CASE("an escape sequence in a name reaches no terminal") {
    CHECK(one_line("\x1b]0;owned\x07 Quay") == "\\u001b]0;owned\\u0007 Quay");
    CHECK(one_line("a\rb\nc\td\x7f") == "a\\u000db\\u000ac\\u0009d\\u007f");
    CHECK(one_line("\xC2\x9B"
                   "31m") == "\\u009b31m");  // C1 CSI
    CHECK(one_line("a\xE2\x80\xAE"
                   "b") == "a\\u202eb");  // right-to-left override
    CHECK(many_lines("a\n\tb\x1b[2J") == "a\n\tb\\u001b[2J");
}

TEST_CASE("letters of any language stay as they are") {
    for (const std::string text : {"Refugio Mañana", "ملجأ", "避難所", "שלום", "🙂"})
        CHECK(one_line(text) == text);
}

TEST_CASE("bytes that are no UTF-8 are shown as such") {
    CHECK(one_line("a\xFF") == "a\xEF\xBF\xBD");
    CHECK(one_line("\xC0\x80") == "\xEF\xBF\xBD\xEF\xBF\xBD");  // overlong
    CHECK_FALSE(is_utf8("\xED\xA0\x80"));                       // a surrogate
    CHECK_FALSE(is_utf8("\xE2\x82"));                           // cut off
    CHECK(is_utf8("ñ€🙂"));
    CHECK(width("ñ€🙂") == 3);
}

TEST_CASE("whatever comes in, what goes out is UTF-8 without control characters") {
    REQUIRE(rc::check([](const std::string& text) {
        const std::string shown = one_line(text);
        RC_ASSERT(is_utf8(shown));
        for (const char c : shown)
            RC_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
        RC_ASSERT(one_line(shown) == shown);
    }));
}

}  // namespace
