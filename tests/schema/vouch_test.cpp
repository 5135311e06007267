#include "schema/vouch.h"

#include <catch2/catch_test_macros.hpp>

namespace leeward::schema {
namespace {

crypto::SigningKey root_of(Byte seed) {
    return crypto::signing_key_from_seed(ByteArray<32>{seed});
}

// All that a vouch looks at.
NodeCard card_of(Byte seed) {
    NodeCard card;
    card.root = crypto::verify_key_of(root_of(seed));
    card.node = node_id_of(card.root);
    return card;
}

const Vouch word{card_of(1).node, card_of(2).node, from_unix(1'790'000'000)};

TEST_CASE("a vouch says who vouches for whom and when, signed by the voucher's root") {
    const std::string jws = sign_vouch(word, root_of(1));
    CHECK(voucher_of(jws).value() == word.voucher);
    const auto opened = open_vouch(jws, card_of(1));
    REQUIRE(opened);
    CHECK(opened->candidate == word.candidate);
    CHECK(opened->given == word.given);
}

TEST_CASE("a vouch that another has signed, or in another's name, is not taken") {
    CHECK(open_vouch(sign_vouch(word, root_of(3)), card_of(1)).error().code == Errc::untrusted);
    CHECK(open_vouch(sign_vouch(word, root_of(3)), card_of(3)).error().code == Errc::untrusted);
}

}  // namespace
}  // namespace leeward::schema
