#include "crypto/note.h"

#include <set>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include "tests/crypto/note_keys.h"
#include "tests/support/vectors.h"

using namespace leeward;
using namespace leeward::crypto;

namespace {

const std::string text = "a text\nof two lines\n";

// A note by the two test keys 1 and 2.
struct Two {
    SigningKey key_a = test_key(1);
    SigningKey key_b = test_key(2);
    Vkey a = test_vkey("a.example", NoteKeyType::ed25519, key_a);
    Vkey b = test_vkey("b.example", NoteKeyType::ed25519, key_b);
    SignedNote note{text, {sign_note(a.name, key_a, text), sign_note(b.name, key_b, text)}};
};

std::vector<Vkey> vkeys_of(const support::Vectors& texts) {
    std::vector<Vkey> out;
    for (const auto& one : texts)
        out.push_back(parse_vkey(one.get<std::string>()).value());
    return out;
}

std::set<std::string> names_of(const std::vector<NoteVerified>& verified,
                               std::span<const Vkey> known) {
    std::set<std::string> out;
    for (const NoteVerified& one : verified)
        out.insert(known[one.known_index].name);
    return out;
}

void check_verified(const support::Vectors& vector,
                    const SignedNote& note,
                    std::span<const Vkey> known) {
    const auto verified = verify_note(note, known);
    if (vector.at("expect") == "unverified") {
        CHECK(verified.error().code == Errc::untrusted);
        return;
    }
    REQUIRE(verified);
    if (vector.contains("verified"))
        CHECK(names_of(*verified, known) == vector.at("verified").get<std::set<std::string>>());
}

}  // namespace

// c2sp.org/signed-note, the example.
TEST_CASE("the specification's example verifies") {
    const auto vkey =
        parse_vkey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
    const auto note = parse_note(
        "This is an example message.\n\n"
        "\u2014 example.com/foo "
        "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3"
        "mFXmRKuwHjG1Yu72IneyaQM=\n");
    REQUIRE(vkey);
    REQUIRE(note);
    CHECK(note->text == "This is an example message.\n");
    CHECK(verify_note(*note, std::span(&*vkey, 1)));
}

TEST_CASE("the shared notes are judged as they say, and format back") {
    for (const auto& vector : support::vectors("signed-note/notes.json", "cases")) {
        INFO(vector.at("name"));
        const auto known = vkeys_of(vector.at("vkeys"));
        const auto bytes = vector.at("note").get<std::string>();
        const auto note = parse_note(bytes);
        if (vector.at("expect") == "malformed") {
            CHECK(note.error().code == Errc::malformed);
            continue;
        }
        REQUIRE(note);
        CHECK(format_note(*note) == bytes);
        check_verified(vector, *note, known);
        if (vector.contains("sign_with")) {
            const NamedKey key = named_key(vector.at("sign_with").get<std::string>());
            CHECK(sign_note(key.name, key.key, note->text) == note->signatures.at(0));
        }
    }
}

TEST_CASE("the shared verifier keys are judged as they say, and format back") {
    for (const auto& vector : support::vectors("signed-note/vkeys.json")) {
        const auto as_text = vector.at("vkey").get<std::string>();
        INFO(as_text);
        const auto vkey = parse_vkey(as_text);
        REQUIRE(static_cast<bool>(vkey) == vector.at("valid").get<bool>());
        if (!vkey) continue;
        CHECK(static_cast<int>(vkey->type) == vector.at("type").get<int>());
        CHECK(format_vkey(*vkey) == as_text);
    }
}

TEST_CASE("a verifier key that is not exactly one is refused") {
    const std::string good = format_vkey(Two().a);
    REQUIRE(parse_vkey(good));
    for (std::size_t length = 0; length < good.size(); ++length)
        CHECK_FALSE(parse_vkey(std::string_view(good).substr(0, length)));
    CHECK_FALSE(parse_vkey(good + "A"));
    CHECK_FALSE(parse_vkey("x" + good));  // the id is of another name
    CHECK_FALSE(parse_vkey("a b" + good.substr(good.find('+'))));
    Bytes other(33, 9);
    other[0] = 2;
    CHECK(parse_vkey("a+01020304+" + base64::encode(other)).error().code == Errc::unsupported);
}

TEST_CASE("a name has neither white space nor controls nor a plus") {
    for (const char* name : {"a", "a.example/log", "\u00fcber.example", "a-b_c~"})
        CHECK(is_note_name(name));
    for (const char* name : {"",
                             "a b",
                             "a+b",
                             "a\tb",
                             "a\n",
                             "a\u00a0b",
                             "a\u2003b",
                             "a\u3000",
                             "a\u2028",
                             "a\u0085",
                             "a\x7f",
                             "\xff",
                             "\xc0\xaf",
                             "\xed\xa0\x80",
                             "\xf4\x90\x80\x80",
                             "\xe2\x80",
                             "\xf0\x80\x80\xaf"}) {
        INFO(name);
        CHECK_FALSE(is_note_name(name));
    }
}

TEST_CASE("a signature by an unknown key is ignored, but one known is needed") {
    const Two two;
    const auto verified = verify_note(two.note, std::span(&two.b, 1));
    REQUIRE(verified);
    REQUIRE(verified->size() == 1);
    CHECK(verified->at(0).known_index == 0);
    CHECK_FALSE(verified->at(0).cosigned_at);
    CHECK(verify_note(two.note, {}).error().code == Errc::untrusted);
    const Vkey same_name = test_vkey("a.example", NoteKeyType::ed25519, test_key(3));
    CHECK(verify_note(two.note, std::span(&same_name, 1)).error().code == Errc::untrusted);
}

TEST_CASE("one bad signature by a known key rejects the note") {
    const Two two;
    const std::vector<Vkey> known{two.a, two.b};
    REQUIRE(verify_note(two.note, known));
    SignedNote bad = two.note;
    bad.signatures[1].signature[10] ^= 1;
    CHECK(verify_note(bad, known).error().code == Errc::untrusted);
    CHECK(verify_note(bad, std::span(&two.a, 1)));
    SignedNote shorter = two.note;
    shorter.signatures[1].signature.pop_back();
    CHECK(verify_note(shorter, known).error().code == Errc::untrusted);
    SignedNote other_text = two.note;
    other_text.text += "more\n";
    CHECK(verify_note(other_text, known).error().code == Errc::untrusted);
}

TEST_CASE("two known keys of one name and id leave open whose signature it is") {
    const Two two;
    const std::vector<Vkey> twice{two.a, two.a};
    CHECK(verify_note(two.note, twice).error().code == Errc::invalid_argument);
}

TEST_CASE("a note's text ends at its last blank line") {
    const SigningKey key = test_key(1);
    const std::string with_blank = "first\n\nsecond\n";
    const SignedNote note{with_blank, {sign_note("a.example", key, with_blank)}};
    CHECK(parse_note(format_note(note)).value() == note);
}

TEST_CASE("a note that is not in form is refused") {
    const std::string line = format_signature_line(Two().note.signatures[0]);
    REQUIRE(parse_note("t\n\n" + line));
    const std::vector<std::string> bad{std::string(),
                                       line,
                                       "t\n" + line,
                                       "t\n\n",
                                       "t\n\n" + line + "\n",
                                       "t\n\n" + line + "x\n",
                                       "t\n\n" + line.substr(0, line.size() - 1),
                                       "t\r\n\n" + line,
                                       "t\x01\n\n" + line,
                                       "t\xff\n\n" + line,
                                       "t\n\n- a.example AAAA\n",
                                       "t\n\n\u2014 a.example\n",
                                       std::string("t\n\n\u2014 a.example AAAAAA==\n"),
                                       std::string("t\n\n\u2014  AAAAAAAA\n"),
                                       std::string("t\n\n\u2014 a.example AAAAAAB=\n"),
                                       std::string("t\0\n\n", 4) + line};
    for (const std::string& note : bad) {
        INFO(note);
        CHECK(parse_note(note).error().code == Errc::malformed);
    }
    CHECK(parse_note(std::string(max_note_size, 'a') + "\n\n" + line).error().code ==
          Errc::too_large);
}

TEST_CASE("a hundred signatures are read, and no more") {
    const std::string line = format_signature_line(Two().note.signatures[0]);
    std::string lines;
    for (std::size_t i = 0; i < max_note_signatures; ++i)
        lines += line;
    CHECK(parse_note("t\n\n" + lines));
    CHECK(parse_note("t\n\n" + lines + line).error().code == Errc::malformed);
    CHECK(parse_signature_lines(lines).value().size() == max_note_signatures);
    CHECK_FALSE(parse_signature_lines(""));
}

TEST_CASE("a note with any byte changed never verifies as another text") {
    const Two two;
    const std::string good = format_note(two.note);
    const std::vector<Vkey> known{two.a, two.b};
    REQUIRE(rc::check([&] {
        std::string changed = good;
        changed[*rc::gen::inRange<std::size_t>(0, good.size())] = *rc::gen::arbitrary<char>();
        const auto note = parse_note(changed);
        if (note && verify_note(*note, known)) RC_ASSERT(note->text == text);
    }));
}

TEST_CASE("whatever bytes come in, parsing answers") {
    REQUIRE(rc::check([](const std::string& bytes) {
        const auto note = parse_note(bytes + "\n\n" + bytes);
        const auto vkey = parse_vkey(bytes);
        const auto lines = parse_signature_lines("\u2014 " + bytes);
        if (note) RC_ASSERT(parse_note(format_note(*note)).value() == *note);
        if (vkey) RC_ASSERT(parse_vkey(format_vkey(*vkey)).value() == *vkey);
        if (lines) RC_ASSERT(!lines->empty());
    }));
}
