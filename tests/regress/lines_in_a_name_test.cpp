// The usual policy names organisations in comments and lists their witness keys. A line feed in a
// member's name wrote lines of the policy, and a key that two cards claimed made it no policy at all:
// every envelope with a published head was then an error of the node.
#include <catch2/catch_test_macros.hpp>

#include "crypto/tlog_proof.h"
#include "schema/witnessing.h"
#include "tests/schema/samples.h"

namespace leeward::schema {

TEST_CASE("no name and no copied key changes who must witness a log") {
    std::vector<NamedWitness> witnesses;
    for (Byte i = 1; i <= 4; ++i)
        witnesses.push_back({"House " + std::to_string(i), witness_vkey(samples::card(i))});
    const auto honest = crypto::TlogPolicy::parse(usual_witness_policy(witnesses));
    REQUIRE(honest);
    witnesses[1].organisation = "Two\nquorum none\n#";
    witnesses[2].organisation = "Three\r\tX\x7f";
    witnesses.push_back({"a copy", witness_vkey(samples::card(3))});
    const auto policy = crypto::TlogPolicy::parse(usual_witness_policy(witnesses));
    REQUIRE(policy);
    CHECK(policy->witnesses() == honest->witnesses());
    CHECK_FALSE(policy->quorum_met({true, false, false, false}));
    CHECK(policy->quorum_met({true, false, true, false}));
}

TEST_CASE("a network of more than a hundred has a policy, over the first hundred") {
    std::vector<NamedWitness> many;
    for (int i = 0; i < 130; ++i) {
        ByteArray<32> seed{};
        seed[0] = static_cast<Byte>(i);
        seed[1] = 9;
        many.push_back({"House", witness_vkey(verify_key_of(crypto::signing_key_from_seed(seed)))});
    }
    const auto policy = crypto::TlogPolicy::parse(usual_witness_policy(many));
    REQUIRE(policy);
    CHECK(policy->witnesses().size() == 100);
}

}  // namespace leeward::schema
