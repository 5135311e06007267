#include "schema/revocation.h"

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

#include "crypto/jws.h"
#include "tests/schema/samples.h"

namespace leeward::schema {
namespace {

Revocation word(Byte about, Byte signer, std::uint32_t cards) {
    return {samples::card(about).node,
            samples::card(signer).node,
            cards,
            samples::noon - std::chrono::hours(3),
            samples::noon,
            "REVOKED_DEVICE_STOLEN"};
}

bool is_member(const NodeId& node) {
    for (const Byte member : {Byte{1}, Byte{2}, Byte{3}, Byte{4}})
        if (samples::card(member).node == node) return true;
    return false;
}

bool same(const Revocation& a, const Revocation& b) {
    return a.node == b.node && a.signer == b.signer && a.cards == b.cards && a.since == b.since &&
           a.given == b.given && a.reason == b.reason;
}

TEST_CASE("a word says whose keys are revoked, up to which card, since when and why") {
    const Revocation said = word(1, 1, 7);
    const auto opened = open_revocation(sign_revocation(said, samples::root_key(1)));
    REQUIRE(opened);
    CHECK(same(*opened, said));
}

// Signed by a program of RFC 8032's own arithmetic in Python, with the key whose seed is 32 bytes of 1.
constexpr std::string_view signed_elsewhere =
    "eyJhbGciOiJFZERTQSIsInR5cCI6ImxlZXdhcmQtcmV2b2tlK2p3dCJ9.eyJub2RlIjoiZTYyZmVkODR"
    "jNjdjNGE2MmUzYzViOWU5ZjQ2NmQwM2UyNjhkMWRjODAwNTE4NGU2MTNjMWJmOWZkMzYzYjVkNyIsInN"
    "pZ25lciI6ImU2MmZlZDg0YzY3YzRhNjJlM2M1YjllOWY0NjZkMDNlMjY4ZDFkYzgwMDUxODRlNjEzYzF"
    "iZjlmZDM2M2I1ZDciLCJyb290IjoiOGE4OGUzZGQ3NDA5ZjE5NWZkNTJkYjJkM2NiYTVkNzJjYTY3MDl"
    "iZjFkOTQxMjFiZjM3NDg4MDFiNDBmNmY1YyIsImNhcmRzIjozLCJzaW5jZSI6MTc4NTAwMDAwMCwiZ2l"
    "2ZW4iOjE3ODUwMDAwMDAsInJlYXNvbiI6IlJFVk9LRURfREVWSUNFX1NUT0xFTiJ9.GYt1O6NNzJY_sT"
    "AyekmBHO_VNXk99wmV-kS0N41aO4agW1aqmuOO2F6VGYg-M8Xms-lKgBmKXe1x5Jv_o-X4BA";

TEST_CASE("a word that another program has signed is read, and is what we would have written") {
    const auto opened = open_revocation(signed_elsewhere);
    REQUIRE(opened);
    CHECK(opened->node == samples::card(1).node);
    CHECK(opened->cards == 3);
    CHECK(opened->since == samples::noon);
    CHECK(sign_revocation(*opened, samples::root_key(1)) == signed_elsewhere);
}

TEST_CASE("whatever a word says reads back as it was said") {
    REQUIRE(rc::check("round trip", [] {
        Revocation said = word(1, 2, *rc::gen::inRange<std::uint32_t>(1, every_card));
        said.since = from_unix(*rc::gen::inRange<std::int64_t>(0, 253'402'300'799));
        said.given = from_unix(*rc::gen::inRange<std::int64_t>(0, 253'402'300'799));
        said.reason =
            "REVOKED_" + *rc::gen::container<std::string>(*rc::gen::inRange<std::size_t>(0, 56),
                                                          rc::gen::inRange('A', '['));
        RC_ASSERT(same(open_revocation(sign_revocation(said, samples::root_key(2))).value(), said));
    }));
}

TEST_CASE("a word in another's name, or with any byte changed, is not taken") {
    CHECK(open_revocation(sign_revocation(word(1, 1, 7), samples::root_key(2))).error().code ==
          Errc::untrusted);
    const std::string whole = sign_revocation(word(1, 1, 7), samples::root_key(1));
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::string changed = whole;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        CHECK_FALSE(open_revocation(changed));
        CHECK_FALSE(open_revocation(whole.substr(0, i)));
    }
}

TEST_CASE("another kind of object with the same words is no revocation") {
    const std::string jws = sign_revocation(word(1, 1, 7), samples::root_key(1));
    const auto payload = crypto::jws::payload_unverified(jws);
    REQUIRE(payload);
    const std::string vouch =
        crypto::jws::sign(crypto::jws::typ::vouch, *payload, samples::root_key(1));
    CHECK(open_revocation(vouch).error().code == Errc::untrusted);
}

TEST_CASE("a file of words is one to eight lines") {
    const std::vector<std::string> two{"one", "two"};
    CHECK(read_revocations(write_revocations(two)).value() == two);
    CHECK(read_revocations("one\r\n\r\ntwo\r\n").value() == two);
    CHECK(read_revocations("").error().code == Errc::malformed);
    CHECK(read_revocations("\n\n").error().code == Errc::malformed);
    CHECK(read_revocations(write_revocations(std::vector<std::string>(8, "word"))));
    CHECK(read_revocations(write_revocations(std::vector<std::string>(9, "word"))).error().code ==
          Errc::malformed);
}

TEST_CASE("its own root's highest word counts, whatever members say") {
    const auto judged = judge({word(1, 2, every_card), word(1, 1, 3), word(1, 1, 5)}, is_member);
    REQUIRE(judged);
    CHECK(judged->cards == 5);
}

TEST_CASE("two members count, as far as they agree; one does not, nor a stranger") {
    CHECK(judge({word(1, 2, 9), word(1, 3, 4)}, is_member).value().cards == 4);
    CHECK(judge({word(1, 2, 9), word(1, 3, 4), word(1, 4, 6)}, is_member).value().cards == 6);
    CHECK(judge({word(1, 2, 9)}, is_member).error().code == Errc::untrusted);
    CHECK(judge({word(1, 2, 9), word(1, 2, 8)}, is_member).error().code == Errc::untrusted);
    CHECK(judge({word(1, 2, 9), word(1, 7, 9)}, is_member).error().code == Errc::untrusted);
}

TEST_CASE("words about different organisations revoke none of them") {
    CHECK(judge({word(1, 1, 3), word(2, 2, 3)}, is_member).error().code == Errc::untrusted);
}

TEST_CASE("in which order the words stand does not matter") {
    REQUIRE(rc::check("any order", [] {
        const auto cards = *rc::gen::container<std::vector<std::uint32_t>>(
            *rc::gen::inRange<std::size_t>(2, 7), rc::gen::inRange<std::uint32_t>(1, 20));
        std::vector<Revocation> words;
        for (const auto number : cards)
            words.push_back(word(1, *rc::gen::inRange<Byte>(1, 6), number));
        std::vector<Revocation> turned(words.rbegin(), words.rend());
        const auto one = judge(words, is_member);
        const auto other = judge(turned, is_member);
        RC_ASSERT(static_cast<bool>(one) == static_cast<bool>(other));
        if (one) RC_ASSERT(one->cards == other->cards);
    }));
}

}  // namespace
}  // namespace leeward::schema
