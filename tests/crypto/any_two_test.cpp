#include "crypto/any_two.h"

#include <catch2/catch_test_macros.hpp>

using namespace leeward;
using namespace leeward::crypto;

namespace {

struct Three {
    std::array<age::Identity, 3> keys;
    Holders holders;
};

Three three() {
    auto& random = system_random();
    Three out{{age::generate_identity(random),
               age::generate_identity(random),
               age::generate_identity(random)},
              {}};
    for (std::size_t i = 0; i < 3; ++i)
        out.holders.at(i) = age::recipient_of(out.keys.at(i));
    return out;
}

const Bytes secret = to_bytes(as_bytes("what two of three open"));

}  // namespace

TEST_CASE("any two of three holders open it, in any order, and nobody opens it alone") {
    const Three three_holders = three();
    const auto copies = seal_for_any_two(three_holders.holders, secret, system_random());
    REQUIRE(copies);
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j) {
            const auto opened =
                open_with_two(*copies, three_holders.keys.at(i), three_holders.keys.at(j));
            CHECK(static_cast<bool>(opened) == (i != j));
            if (opened) CHECK(equal(opened->reveal(), secret));
        }
}

TEST_CASE("one holder sees in her copies only files for another") {
    const Three three_holders = three();
    const auto copies = seal_for_any_two(three_holders.holders, secret, system_random());
    REQUIRE(copies);
    for (const auto& key : three_holders.keys)
        for (const auto& copy : *copies) {
            const auto outer = age::open(copy, std::span(&key, 1));
            if (!outer) continue;
            CHECK(std::search(outer->reveal().begin(),
                              outer->reveal().end(),
                              secret.begin(),
                              secret.end()) == outer->reveal().end());
            CHECK_FALSE(age::open(outer->reveal(), std::span(&key, 1)));
        }
}

TEST_CASE("a stranger's key beside a holder's opens nothing") {
    const Three three_holders = three();
    const auto copies = seal_for_any_two(three_holders.holders, secret, system_random());
    REQUIRE(copies);
    const auto stranger = age::generate_identity(system_random());
    for (const auto& key : three_holders.keys) {
        const auto opened = open_with_two(*copies, key, stranger);
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == Errc::untrusted);
    }
}

TEST_CASE("holders who share a key, or bring one of the older kind, are refused") {
    Three three_holders = three();
    three_holders.holders[2] = three_holders.holders[0];
    auto refused = seal_for_any_two(three_holders.holders, secret, system_random());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::invalid_argument);
    three_holders.holders[2] = x25519_public_key_of(X25519PrivateKey(system_random().array<32>()));
    refused = seal_for_any_two(three_holders.holders, secret, system_random());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::invalid_argument);
}
