#include "schema/words.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

#include "crypto/base/hex.h"
#include "crypto/hash.h"
#include "schema/embedded.h"

using namespace leeward;
using namespace leeward::schema;

namespace {

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return text;
}

std::string first_bytes(const std::string& words, std::size_t count) {
    std::string out;
    std::size_t letters = 0;
    for (const char c : words) {
        letters = c == ' ' ? 0 : letters + 1;
        if (letters <= count) out += c;
    }
    return out;
}

SafetyNumber with_unused_bits_clear(SafetyNumber number) {
    number.back() &= 0xf0U;
    return number;
}

}  // namespace

TEST_CASE("the lists are those of BIP-39, word for word") {
    // github.com/bitcoin/bips, bip-0039/english.txt. spanish.txt there is decomposed (NFKD) and
    // hashes to 46846a5a0139d1e3cb77293e521c2865f7bcdb82c44e8d0a06a2cd0ecba48c0b; here it is
    // composed (NFC), as people type it.
    CHECK(hex::encode(crypto::sha256(as_bytes(embedded::words_en))) ==
          "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda");
    CHECK(hex::encode(crypto::sha256(as_bytes(embedded::words_es))) ==
          "0c639b0d58b6e56c18dcf418017ff341418a129e45fbf303361e8569edb02efe");
}

TEST_CASE("words are taken eleven bits at a time, most significant first") {
    SafetyNumber number{};
    CHECK(safety_words(number, Language::EN) ==
          "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon "
          "abandon");
    number.fill(0xff);
    CHECK(safety_words(number, Language::EN) == "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo");
    number.fill(0);
    number[1] = 0x20;  // the eleventh bit
    CHECK(safety_words(number, Language::ES).starts_with("abdomen ábaco ábaco"));
}

TEST_CASE("what is read in either language is typed back to the same number") {
    REQUIRE(rc::check([](const SafetyNumber& number) {
        for (const Language language : {Language::EN, Language::ES}) {
            const std::string words = safety_words(number, language);
            RC_ASSERT(*parse_safety_words(words) == with_unused_bits_clear(number));
            RC_ASSERT(*parse_safety_words(upper(words)) == with_unused_bits_clear(number));
            RC_ASSERT(same_safety_number(*parse_safety_words(words), number));
        }
    }));
}

TEST_CASE("four letters suffice, three do not, and a fifth must be right") {
    const std::string words =
        "abandon ability acoustic adjust airport album amazing analyst antique april armed zoo";
    REQUIRE(parse_safety_words(words));
    CHECK(*parse_safety_words(first_bytes(words, 4)) == *parse_safety_words(words));
    CHECK_FALSE(parse_safety_words(first_bytes(words, 3)));
    CHECK_FALSE(parse_safety_words(
        "abandonx ability acoustic adjust airport album amazing analyst antique april armed zoo"));
}

TEST_CASE("accents may be left out, composed or decomposed, and capitals may have them") {
    const std::string rest =
        " abeja abierto abogado abono aborto abrazo abrir abuelo abuso acabar zurdo";
    const auto number = parse_safety_words("ábaco" + rest);
    REQUIRE(number);
    CHECK(*parse_safety_words("abaco" + rest) == *number);
    CHECK(*parse_safety_words("ÁBACO" + rest) == *number);
    CHECK(*parse_safety_words("a\u0301baco" + rest) == *number);
    CHECK(*parse_safety_words("  Ábac," + rest) == *number);
}

TEST_CASE("words of two lists, wrong words and wrong counts are malformed") {
    const std::string eleven =
        "abandon ability acoustic adjust airport album amazing analyst antique april armed";
    CHECK(parse_safety_words(eleven).error().code == Errc::malformed);
    CHECK(parse_safety_words(eleven + " zoo zoo").error().code == Errc::malformed);
    CHECK(parse_safety_words(eleven + " zurdo").error().code == Errc::malformed);
    CHECK(parse_safety_words(eleven + " xyzzy").error().code == Errc::malformed);
    CHECK(parse_safety_words("").error().code == Errc::malformed);
}

TEST_CASE("the four unused bits do not matter, any other does") {
    SafetyNumber a{};
    SafetyNumber b{};
    b.back() = 0x0f;
    CHECK(same_safety_number(a, b));
    b.back() = 0x10;
    CHECK_FALSE(same_safety_number(a, b));
    b = a;
    b[0] = 0x80;
    CHECK_FALSE(same_safety_number(a, b));
}

TEST_CASE("a codename is four words and never the same twice") {
    crypto::SeededRandom random(7);
    const std::string first = codename(random);
    CHECK(std::count(first.begin(), first.end(), '-') == 3);
    CHECK(codename(random) != first);
}

TEST_CASE("one word of a paper is known again whatever its case and accents, by four letters") {
    for (const auto* typed : {"ábaco", "ABACO", "abac", " ábaco\r\n"})
        CHECK(is_word(typed, "ábaco"));
    for (const auto* typed : {"", "aba", "abaco abaco", "abacos", "abdomen"})
        CHECK_FALSE(is_word(typed, "ábaco"));
    CHECK(is_word("act", "act"));
    CHECK_FALSE(is_word("act", "actor"));
}

TEST_CASE("recovery words are those of BIP-39, and are read back from paper") {
    // The vectors of 256 bits of the reference implementation (python-mnemonic, vectors.json).
    std::string zeros;
    for (int i = 0; i < 23; ++i)
        zeros += "abandon ";
    std::string ones;
    for (int i = 0; i < 23; ++i)
        ones += "zoo ";
    const std::array<std::pair<Byte, std::string>, 4> vectors{
        {{0x00, zeros + "art"},
         {0x7f,
          "legal winner thank year wave sausage worth useful legal winner thank year wave sausage "
          "worth useful legal winner thank year wave sausage worth title"},
         {0x80,
          "letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount "
          "doctor acoustic avoid letter advice cage absurd amount doctor acoustic bless"},
         {0xff, ones + "vote"}}};
    for (const auto& [fill, words] : vectors) {
        ByteArray<32> key{};
        key.fill(fill);
        CHECK(as_text(recovery_words(key, Language::EN).reveal()) == words);
        const auto read = parse_recovery_words(as_bytes(words));
        REQUIRE(read);
        CHECK(equal(read->reveal(), key));
    }
}

TEST_CASE("a recovery word that is misread, left out or out of place is found") {
    REQUIRE(rc::check([](const ByteArray<32>& key) {
        for (const Language language : {Language::EN, Language::ES}) {
            const auto words = recovery_words(key, language);
            const auto read = parse_recovery_words(words.reveal());
            RC_ASSERT(read && equal(read->reveal(), key));
        }
    }));
    std::string words;
    for (int i = 0; i < 24; ++i)
        words += "abandon ";
    CHECK(parse_recovery_words(as_bytes(words)).error().code == Errc::malformed);  // checksum
    CHECK_FALSE(parse_recovery_words(as_bytes(words.substr(8))));
    CHECK_FALSE(parse_recovery_words(as_bytes("")));
    const std::string swapped =
        "winner legal thank year wave sausage worth useful legal winner thank year wave sausage "
        "worth useful legal winner thank year wave sausage worth title";
    CHECK_FALSE(parse_recovery_words(as_bytes(swapped)));
}
