#include "crypto/argon2id.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/vectors.h"

using namespace leeward;
using namespace leeward::crypto;
using argon2id::Cost;
using support::hex_member;

namespace {

constexpr ByteArray<16> salt{'s', 'a', 'l', 't'};
constexpr Cost cheap{1, 8};

}  // namespace

TEST_CASE("Argon2id agrees with the reference command line") {
    for (const auto& test : support::vectors("misc/argon2id-p1.json")) {
        const Cost cost{test.at("opslimit_t").get<std::uint32_t>(),
                        test.at("memory_kib").get<std::uint32_t>()};
        const Bytes expected = hex_member(test, "out_hex");
        const auto derived = argon2id::derive(hex_member(test, "password_hex"),
                                              to_array<16>(hex_member(test, "salt_hex")),
                                              cost,
                                              expected.size());
        REQUIRE(derived);
        CHECK(equal(derived->reveal(), expected));
    }
}

TEST_CASE("passphrase, salt and cost each change the key") {
    const auto key = [](std::string_view passphrase, const ByteArray<16>& with, Cost cost) {
        return argon2id::derive(as_bytes(passphrase), with, cost).value();
    };
    const SecretBytes first = key("one", salt, cheap);
    CHECK(first.size() == 32);
    CHECK(first == key("one", salt, cheap));
    CHECK_FALSE(first == key("two", salt, cheap));
    CHECK_FALSE(first == key("", salt, cheap));
    CHECK_FALSE(first == key("one", {'p'}, cheap));
    CHECK_FALSE(first == key("one", salt, Cost{2, 8}));
    CHECK_FALSE(first == key("one", salt, Cost{1, 16}));
}

TEST_CASE("a cost or length out of range is refused before any work is done") {
    const auto code = [](Cost cost, std::size_t length) {
        const auto derived = argon2id::derive(as_bytes("x"), salt, cost, length);
        REQUIRE_FALSE(derived);
        return derived.error().code;
    };
    CHECK(code(Cost{0, 8}, 32) == Errc::invalid_argument);
    CHECK(code(Cost{1, 7}, 32) == Errc::invalid_argument);
    CHECK(code(Cost{17, 8}, 32) == Errc::invalid_argument);
    CHECK(code(Cost{1, 1024 * 1024 + 1}, 32) == Errc::invalid_argument);
    CHECK(code(cheap, 15) == Errc::invalid_argument);
    CHECK(code(cheap, 1'025) == Errc::invalid_argument);
}
