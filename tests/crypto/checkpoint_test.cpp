#include "crypto/checkpoint.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include "tests/crypto/note_keys.h"
#include "tests/support/vectors.h"

using namespace leeward;
using namespace leeward::crypto;

namespace {

const Checkpoint head{"log.example", TreeSize{7}, leaf_hash(as_bytes("x"))};

Vkey log_vkey() {
    return test_vkey("log.example", NoteKeyType::ed25519, test_key(1));
}

}  // namespace

TEST_CASE("a decimal number is digits without a leading zero, below 2^64") {
    CHECK(parse_decimal("0").value() == 0);
    CHECK(parse_decimal("18446744073709551615").value() == 18446744073709551615u);
    for (const char* text : {"",
                             "00",
                             "01",
                             "+1",
                             "-1",
                             " 1",
                             "1 ",
                             "1.0",
                             "0x1",
                             "1e3",
                             "\xd9\xa1",
                             "18446744073709551616",
                             "99999999999999999999999"}) {
        INFO(text);
        CHECK_FALSE(parse_decimal(text));
    }
}

TEST_CASE("a checkpoint reads back as it was written") {
    CHECK(format_checkpoint_body(head) == "log.example\n7\n" + format_hash(head.root) + "\n");
    REQUIRE(rc::check([](std::uint64_t size, const std::vector<Byte>& data) {
        const Checkpoint one{
            "o.example", TreeSize{size}, size == 0 ? empty_root() : leaf_hash(data)};
        RC_ASSERT(parse_checkpoint_body(format_checkpoint_body(one)).value() == one);
    }));
}

TEST_CASE("a checkpoint that is not in form is refused") {
    const std::string root = format_hash(head.root) + "\n";
    REQUIRE(parse_checkpoint_body("o\n7\n" + root));
    for (const std::string& body : {std::string(),
                                    std::string("o\n7\n"),
                                    "\n7\n" + root,
                                    "o\n07\n" + root,
                                    "o\n-7\n" + root,
                                    "o\n\n" + root,
                                    "o\n7\n\n" + root,
                                    "o\n7\n" + root + "extension\n",
                                    "o\n7\n" + root + "\n",
                                    "o\n7\n" + root.substr(0, root.size() - 1),
                                    "o\n18446744073709551616\n" + root,
                                    std::string("o\n7\nAAAA\n"),
                                    "o\n0\n" + root,
                                    "o\r\n7\n" + root + "x"}) {
        INFO(body);
        CHECK(parse_checkpoint_body(body).error().code == Errc::malformed);
    }
}

TEST_CASE("the shared bodies of checkpoints are judged as they say") {
    const auto vector = support::vectors("signed-note/tree-text.json");
    if (vector.is_array()) return;
    const auto body = vector.at("text").get<std::string>();
    const auto parsed = parse_checkpoint_body(body);
    REQUIRE(parsed);
    CHECK(parsed->size == TreeSize{vector.at("size").get<std::uint64_t>()});
    CHECK(parsed->root == leaf_hash(as_bytes(vector.at("root_is_leafhash_of").get<std::string>())));
    CHECK(format_checkpoint_body(*parsed) == body);
    for (const auto& bad : vector.at("bad"))
        CHECK_FALSE(parse_checkpoint_body(bad.get<std::string>()));
}

TEST_CASE("a checkpoint opens for the log that signed it") {
    const std::string note = format_note(sign_checkpoint(head, test_key(1)));
    const auto opened = open_checkpoint(note, log_vkey());
    REQUIRE(opened);
    CHECK(opened->checkpoint == head);
    CHECK(opened->cosignatures.empty());
    CHECK(format_note(opened->note) == note);
    const Vkey other = test_vkey("log.example", NoteKeyType::ed25519, test_key(2));
    CHECK(open_checkpoint(note, other).error().code == Errc::untrusted);
}

TEST_CASE("a checkpoint cut anywhere or with any bit turned over does not open") {
    const std::string note = format_note(sign_checkpoint(head, test_key(1)));
    for (std::size_t length = 0; length < note.size(); ++length)
        REQUIRE_FALSE(open_checkpoint(note.substr(0, length), log_vkey()));
    for (std::size_t bit = 0; bit < note.size() * 8; ++bit) {
        std::string changed = note;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
        REQUIRE_FALSE(open_checkpoint(changed, log_vkey()));
    }
}

TEST_CASE("a log's key does not open the checkpoint of another origin") {
    const std::string body = format_checkpoint_body({"other.example", head.size, head.root});
    const SignedNote note{body, {sign_note("log.example", test_key(1), body)}};
    CHECK(open_checkpoint(format_note(note), log_vkey()).error().code == Errc::untrusted);
}

TEST_CASE("witnesses alone do not open a checkpoint, and their times come out of it") {
    const SigningKey witness_key = test_key(9);
    const std::vector<Vkey> witnesses{
        test_vkey("v.example", NoteKeyType::cosignature_v1, test_key(8)),
        test_vkey("w.example", NoteKeyType::cosignature_v1, witness_key)};
    SignedNote note = sign_checkpoint(head, test_key(1));
    note.signatures.push_back(cosign_note("w.example", witness_key, CosignedAt{1234}, note.text));
    const auto opened = open_checkpoint(format_note(note), log_vkey(), witnesses);
    REQUIRE(opened);
    REQUIRE(opened->cosignatures.size() == 1);
    CHECK(opened->cosignatures[0].witness_index == 1);
    CHECK(opened->cosignatures[0].at == CosignedAt{1234});
    note.signatures.erase(note.signatures.begin());
    CHECK(open_checkpoint(format_note(note), log_vkey(), witnesses).error().code ==
          Errc::untrusted);
}

TEST_CASE("a cosignature key given as a log's opens nothing") {
    const SigningKey key = test_key(1);
    const Vkey wrong = test_vkey("log.example", NoteKeyType::cosignature_v1, key);
    const std::string body = format_checkpoint_body(head);
    const SignedNote note{body, {cosign_note("log.example", key, CosignedAt{1}, body)}};
    CHECK(open_checkpoint(format_note(note), wrong).error().code == Errc::untrusted);
}

TEST_CASE("a witness's plain signature is not a cosignature") {
    const SigningKey key = test_key(9);
    const std::vector<Vkey> witnesses{test_vkey("w.example", NoteKeyType::ed25519, key)};
    SignedNote note = sign_checkpoint(head, test_key(1));
    note.signatures.push_back(sign_note("w.example", key, note.text));
    CHECK(open_checkpoint(format_note(note), log_vkey(), witnesses).value().cosignatures.empty());
}
