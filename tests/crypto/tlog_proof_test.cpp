#include "crypto/tlog_proof.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include "tests/crypto/note_keys.h"
#include "tests/support/vectors.h"

using namespace leeward;
using namespace leeward::crypto;

namespace {

constexpr std::size_t witness_count = 4;

std::string witness_name(std::size_t i) {
    return "w" + std::to_string(i) + ".example";
}
SigningKey witness_key(std::size_t i) {
    return test_key(static_cast<Byte>(50 + i));
}

std::string witness_line(std::size_t i) {
    const Vkey vkey = test_vkey(witness_name(i), NoteKeyType::cosignature_v1, witness_key(i));
    return "witness w" + std::to_string(i) + " " + format_vkey(vkey) + "\n";
}

std::string log_line() {
    return "log " + format_vkey(test_vkey("log.example", NoteKeyType::ed25519, test_key(1))) + "\n";
}

// A policy of one log and four witnesses w0 to w3, and the lines given.
std::string policy_text(const std::string& lines) {
    std::string out = log_line();
    for (std::size_t i = 0; i < witness_count; ++i)
        out += witness_line(i);
    return out + lines;
}

bool met(const std::string& lines, const std::vector<bool>& cosigned) {
    const auto policy = TlogPolicy::parse(policy_text(lines));
    REQUIRE(policy);
    return policy->quorum_met(cosigned);
}

bool parses(const std::string& text) {
    const auto policy = TlogPolicy::parse(text);
    if (!policy) CHECK(policy.error().code == Errc::malformed);
    return static_cast<bool>(policy);
}

}  // namespace

TEST_CASE("proofs made by another implementation are judged as they say, and format back") {
    std::size_t count = 0;
    for (const auto& vector : support::vectors("signed-note/tlog-proofs-torchwood.json")) {
        INFO(vector.at("Name"));
        const auto policy = TlogPolicy::parse(vector.at("Policy").get<std::string>());
        const auto text = vector.at("Proof").get<std::string>();
        const auto proof = parse_tlog_proof(text);
        REQUIRE(policy);
        REQUIRE(proof);
        CHECK(format_tlog_proof(*proof) == text);
        const Hash leaf = leaf_hash(support::hex_member(vector, "Leaf_hex"));
        const auto verified = verify_tlog_proof(*proof, leaf, *policy);
        CHECK(static_cast<bool>(verified) == (vector.at("Expect") == "accept"));
        ++count;
    }
    if (count == 0) SUCCEED("no vectors");
}

TEST_CASE("texts that are not proofs are refused") {
    const auto vector = support::vectors("signed-note/tlog-proof-format.json");
    if (vector.is_object())
        for (const auto& bad : vector.at("invalid"))
            CHECK(parse_tlog_proof(bad.get<std::string>()).error().code == Errc::malformed);
    const std::string head = "c2sp.org/tlog-proof@v1\n";
    REQUIRE(parse_tlog_proof(head + "index 0\n\ncheckpoint\n"));
    for (const char* rest : {"",
                             "index 0\n",
                             "index 00\n\nc\n",
                             "index 18446744073709551616\n\nc\n",
                             "index -1\n\nc\n",
                             "index 0\nAAAA\n\nc\n",
                             "extra AA==\nextra AA==\nindex 0\n\nc\n",
                             "index 0\nindex 0\n\nc\n",
                             "index 0\nextra AA==\n\nc\n"}) {
        INFO(rest);
        CHECK(parse_tlog_proof(head + rest).error().code == Errc::malformed);
    }
    std::string long_path = head + "index 0\n";
    for (std::size_t i = 0; i <= max_path; ++i)
        long_path += format_hash(empty_root()) + "\n";
    CHECK_FALSE(parse_tlog_proof(long_path + "\nc\n"));
}

TEST_CASE("a proof reads back as it was written, with and without extra data") {
    REQUIRE(rc::check([](std::uint64_t index, const std::string& extra, bool with_extra) {
        TlogProof proof;
        if (with_extra) proof.extra = to_bytes(as_bytes(extra));
        proof.index = LeafIndex{index};
        proof.path = Path(index % 5, leaf_hash(as_bytes(extra)));
        proof.checkpoint = "a note\n\nand signatures\n";
        RC_ASSERT(parse_tlog_proof(format_tlog_proof(proof)).value() == proof);
    }));
}

TEST_CASE("a proof needs the log, the quorum and the path") {
    const auto policy = TlogPolicy::parse(policy_text("group g 2 w0 w1 w2\nquorum g\n"));
    REQUIRE(policy);
    const std::vector<Hash> leaves{leaf_hash(as_bytes("a")), leaf_hash(as_bytes("b"))};
    SignedNote note =
        sign_checkpoint({"log.example", TreeSize{2}, merkle_root(leaves)}, test_key(1));
    const auto cosign_by = [&](std::size_t i) {
        note.signatures.push_back(
            cosign_note(witness_name(i), witness_key(i), CosignedAt{100 + i}, note.text));
    };
    const auto proves = [&](std::size_t index) {
        const TlogProof proof{std::nullopt, LeafIndex{index}, {leaves[1]}, format_note(note)};
        return static_cast<bool>(verify_tlog_proof(proof, leaves[0], *policy));
    };
    cosign_by(0);
    CHECK_FALSE(proves(0));
    cosign_by(0);  // the same witness twice is one witness
    CHECK_FALSE(proves(0));
    cosign_by(2);
    CHECK(proves(0));
    CHECK_FALSE(proves(1));
    note.signatures.erase(note.signatures.begin());  // the log's own
    CHECK_FALSE(proves(0));
}

TEST_CASE("a proof cut anywhere, or in which any bit is turned over, proves nothing else") {
    const auto policy = TlogPolicy::parse(policy_text("quorum w0\n"));
    REQUIRE(policy);
    const std::vector<Hash> leaves{leaf_hash(as_bytes("a")), leaf_hash(as_bytes("b"))};
    SignedNote note =
        sign_checkpoint({"log.example", TreeSize{2}, merkle_root(leaves)}, test_key(1));
    note.signatures.push_back(
        cosign_note(witness_name(0), witness_key(0), CosignedAt{100}, note.text));
    const std::string whole =
        format_tlog_proof({std::nullopt, LeafIndex{0}, {leaves[1]}, format_note(note)});
    const auto proves = [&](const std::string& text) {
        const auto proof = parse_tlog_proof(text);
        return proof && verify_tlog_proof(*proof, leaves[0], *policy);
    };
    REQUIRE(proves(whole));
    for (std::size_t at = 0; at < whole.size(); ++at) {
        CAPTURE(at);
        CHECK_FALSE(proves(whole.substr(0, at)));
        std::string changed = whole;
        changed[at] = static_cast<char>(static_cast<Byte>(changed[at]) ^ (1U << (at % 7)));
        CHECK_FALSE(proves(changed));
    }
}

TEST_CASE("a quorum is a witness, a group, groups of groups, or none") {
    const std::vector<bool> nobody{false, false, false, false};
    const std::vector<bool> first{true, false, false, false};
    const std::vector<bool> first_two{true, true, false, false};
    const std::vector<bool> outer{true, false, false, true};
    CHECK(met("quorum none\n", nobody));
    CHECK(met("quorum w0\n", first));
    CHECK_FALSE(met("quorum w1\n", first));
    CHECK(met("group g any w0 w1\nquorum g\n", first));
    CHECK_FALSE(met("group g any w0 w1\nquorum g\n", nobody));
    CHECK_FALSE(met("group g all w0 w1\nquorum g\n", first));
    CHECK(met("group g all w0 w1\nquorum g\n", first_two));
    CHECK_FALSE(met("group g 3 w0 w1 w2\nquorum g\n", first_two));
    const std::string nested = "group x any w0 w1\ngroup y 1 w2 w3\ngroup xy all x y\nquorum xy\n";
    CHECK(met(nested, outer));
    CHECK_FALSE(met(nested, first_two));
}

TEST_CASE("a witness that is left out of a policy counts neither alone nor in a group") {
    const auto left = [](const std::string& lines) {
        const auto policy = TlogPolicy::parse(policy_text(lines));
        REQUIRE(policy);
        const auto key = [](std::size_t i) { return verify_key_of(witness_key(i)).get(); };
        return policy->without({key(1), key(7)});
    };
    const std::string either = "group g any w0 w1\nquorum g\n";
    REQUIRE(left(either).witnesses().size() == witness_count - 1);
    CHECK(left(either).witnesses()[1].name == witness_name(2));
    CHECK(left(either).quorum_met({true, false, false}));
    CHECK_FALSE(left(either).quorum_met({false, true, true}));
    CHECK(left("quorum w3\n").quorum_met({false, false, true}));
    CHECK(left("quorum none\n").quorum_met({false, false, false}));
    CHECK_FALSE(left("quorum w1\n").quorum_met({true, true, true}));
    CHECK_FALSE(left("group g all w0 w1\nquorum g\n").quorum_met({true, true, true}));
    CHECK(left("group g 2 w0 w1 w2\nquorum g\n").quorum_met({true, true, false}));
    CHECK_FALSE(left("group g 2 w0 w1 w2\nquorum g\n").quorum_met({true, false, true}));
}

// c2sp.org/tlog-policy, "Policy file syntax and structure".
TEST_CASE("white space, comments and addresses in a policy do not matter") {
    const std::string log = log_line();
    const std::string witness = witness_line(0);
    CHECK(parses("# a comment\n\n \t \n\t" + log + " \t# another\nquorum  none \n"));
    CHECK(parses(log.substr(0, log.size() - 1) + " https://log.example/\n" +
                 witness.substr(0, witness.size() - 1) + " https://w.example/\nquorum w0"));
    CHECK(parses("quorum none\n"));
}

TEST_CASE("a policy that is not in form is refused") {
    for (const char* lines : {"",
                              "quorum w9\n",
                              "quorum w0\nquorum w0\n",
                              "quorum w0 w1\n",
                              "quorum\n",
                              "group g 0 w0\nquorum g\n",
                              "group g 2 w0\nquorum g\n",
                              "group g 01 w0\nquorum g\n",
                              "group g most w0\nquorum g\n",
                              "group g any\nquorum w0\n",
                              "group g any w0 w0\nquorum g\n",
                              "group g any none\nquorum g\n",
                              "group none any w0\nquorum w0\n",
                              "group w1 any w0\nquorum w0\n",
                              "group g any g\nquorum g\n",
                              "group g any w0\ngroup h any w0\nquorum h\n",
                              "group g any h\ngroup h any w0\nquorum g\n",
                              "quorum g\ngroup g any w0\n",
                              "sentence\nquorum w0\n",
                              "quorum w0\r\n",
                              "log\nquorum w0\n"}) {
        INFO(lines);
        CHECK_FALSE(parses(policy_text(lines)));
    }
    CHECK_FALSE(parses(log_line() + log_line() + "quorum none\n"));
    const std::string same_key = "witness again" + witness_line(0).substr(10);
    CHECK_FALSE(parses(witness_line(0) + same_key + "quorum w0\n"));
    const auto as_log =
        format_vkey(test_vkey("l.example", NoteKeyType::cosignature_v1, test_key(1)));
    CHECK_FALSE(parses("log " + as_log + "\nquorum none\n"));
}

TEST_CASE("an error in a policy names its line") {
    const auto policy = TlogPolicy::parse("# a comment\nquorum nobody\n");
    REQUIRE_FALSE(policy);
    CHECK(policy.error().detail.starts_with("policy line 2: "));
}

TEST_CASE("whatever text comes in, a proof and a policy answer") {
    REQUIRE(rc::check([](const std::string& text) {
        const auto proof =
            parse_tlog_proof("c2sp.org/tlog-proof@v1\nindex 1\n" + text + "\n\n" + text);
        if (proof) RC_ASSERT(parse_tlog_proof(format_tlog_proof(*proof)).value() == *proof);
        const auto policy = TlogPolicy::parse("quorum none\n" + text);
        if (policy) RC_ASSERT(policy->quorum_met(std::vector<bool>(policy->witnesses().size())));
    }));
}
