// Found by a review: the four parts of a release are joined for its commitment, and a proof was believed about
// where one ends and the next begins. The first or the last words of what was signed could be left out.
#include <catch2/catch_test_macros.hpp>

#include "crypto/base/hex.h"
#include "tests/schema/audit/sample_log.h"

namespace leeward::schema::samples {
namespace {

// As it was signed.
ReleaseOpening whole() {
    return {hex::encode(some_hash("salt")),
            "Not by telephone. We share your name. Not with your family.",
            R"([{"signer":"MINOR","name":"The survivor"},{"signer":"GUARDIAN","name":"An aunt"}])",
            "1790000000"};
}

// What an auditor makes of a proof that opens the release like that.
AuditReport opened_as(const ReleaseOpening& opening) {
    SampleLog log(1);
    const SampleLog shelter(2);
    const crypto::Hash release = whole().commitment();
    log.activate(release, shelter, {});
    log.publish();
    DisclosureProof proof = proof_of(log.bundle(), {0, 1, 2}, {release});
    proof.opened.push_back(opening);
    return check(std::span<const Bundle>(),
                 Trust{{log.card(), shelter.card()}, std::nullopt},
                 std::span(&proof, 1));
}

// The first `count` bytes of one part go to the end of the part before it.
void move_back(std::string& from, std::size_t count, std::string& to) {
    to += from.substr(0, count);
    from.erase(0, count);
}
// And the last ones to the beginning of the part after it.
void move_on(std::string& from, std::size_t count, std::string& to) {
    to = from.substr(from.size() - count) + to;
    from.resize(from.size() - count);
}

}  // namespace

TEST_CASE("a release that is opened as it was signed is believed") {
    const auto report = opened_as(whole());
    CHECK(kinds(report).empty());
    CHECK(report.proofs[0].opened == std::vector{whole()});
}

TEST_CASE("no part of a release that is opened takes words of another") {
    ReleaseOpening cut = whole();
    SECTION("the first words stand in the salt") {
        move_back(cut.text, 18, cut.salt);
    }
    SECTION("the text begins with the end of the salt") {
        move_on(cut.salt, 2, cut.text);
    }
    SECTION("the last words stand before the signers") {
        move_on(cut.text, 22, cut.signers);
    }
    SECTION("the text ends with the signers") {
        move_back(cut.signers, cut.signers.size(), cut.text);
    }
    SECTION("one who signed stands in the text") {
        move_back(cut.signers, cut.signers.find("},") + 2, cut.text);
    }
    SECTION("the list begins in the text") {
        move_back(cut.signers, 1, cut.text);
    }
    SECTION("the end stands among the signers") {
        move_back(cut.until, 3, cut.signers);
    }
    SECTION("the end begins with what closes the list") {
        move_on(cut.signers, 1, cut.until);
    }
    REQUIRE(cut.commitment() == whole().commitment());
    const auto report = opened_as(cut);
    CHECK(kinds(report) == std::vector<std::string_view>{"RELEASE_TEXT_CHANGED"});
    CHECK(report.proofs[0].opened.empty());
}

}  // namespace leeward::schema::samples
