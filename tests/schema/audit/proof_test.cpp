#include "schema/audit/proof.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/schema/audit/sample_log.h"

using namespace leeward;
using namespace leeward::schema;
using namespace leeward::schema::samples;

namespace {

struct Shared {
    SampleLog log{1};
    SampleLog shelter{2};
    ReleaseOpening text{hex::encode(some_hash("salt")), "May we share this?", "[]", "1790000000"};
    crypto::Hash release = text.commitment();
    Bundle bundle;
    DisclosureProof proof;
    Trust trust{{log.card(), shelter.card()}, std::nullopt};
    Shared() {
        log.activate(release, shelter, {});
        log.disclose(release, shelter, {}, some_hash("x"));
        log.pad();
        log.publish();
        bundle = log.bundle();
        proof = proof_of(bundle, {0, 1, 2, 3}, {release});
        proof.opened.push_back(text);
    }
    [[nodiscard]] AuditReport checked(const DisclosureProof& given) const {
        return check(std::span<const Bundle>(), trust, std::span(&given, 1));
    }
};

}  // namespace

TEST_CASE("a proof reads back as it was written") {
    const Shared shared;
    const auto written = write_proof(shared.proof);
    REQUIRE(written);
    CHECK(looks_like_proof(as_bytes(*written)));
    CHECK(*read_proof(*written) == shared.proof);
}

TEST_CASE("a proof shows what was shared, with whom, and the text that it was shared under") {
    const Shared shared;
    const auto report = shared.checked(shared.proof);
    CHECK(kinds(report).empty());
    REQUIRE(report.proofs.size() == 1);
    REQUIRE(report.proofs[0].disclosures.size() == 1);
    CHECK(report.proofs[0].disclosures[0].to == shared.shelter.tag());
    CHECK(report.proofs[0].disclosures[0].leaf == 3);
    CHECK(report.proofs[0].opened == std::vector{shared.text});
}

TEST_CASE("an act that was changed, moved or made up is no proof") {
    const Shared shared;
    DisclosureProof proof = shared.proof;
    SECTION("changed") {
        proof.acts[3].entry.rec[20] = static_cast<Byte>(proof.acts[3].entry.rec[20] ^ 1U);
    }
    SECTION("with another leaf's proof") {
        proof.acts[3].proof = proof.acts[0].proof;
    }
    SECTION("with a proof that is none") {
        proof.acts[3].proof = "c2sp.org/tlog-proof@v1\n";
    }
    SECTION("under a head that another log signed") {
        SampleLog other(3);
        other.activate(shared.release, shared.shelter, {});
        other.disclose(shared.release, shared.shelter, {}, some_hash("x"));
        other.publish();
        proof.acts[3] = proof_of(other.bundle(), {3}, {shared.release}).acts.front();
    }
    const auto report = shared.checked(proof);
    CHECK(kinds(report) == std::vector<std::string_view>{"PROOF_FALSE"});
    CHECK(report.proofs[0].disclosures.empty());
}

TEST_CASE("another text than the one that was signed is found, and a stranger is not believed") {
    const Shared shared;
    DisclosureProof proof = shared.proof;
    proof.opened[0].text += " Everything.";
    CHECK(kinds(shared.checked(proof)) == std::vector<std::string_view>{"RELEASE_TEXT_CHANGED"});
    const std::span one(&shared.proof, 1);
    CHECK(kinds(check(std::span<const Bundle>(), Trust{}, one)) ==
          std::vector<std::string_view>{"CARD_UNKNOWN"});
}

TEST_CASE("a proof that leaves a disclosure out is found from the bundle") {
    const Shared shared;
    DisclosureProof proof = shared.proof;
    proof.acts.pop_back();
    const auto report = check(std::span(&shared.bundle, 1), shared.trust, std::span(&proof, 1));
    REQUIRE(kinds(report) == std::vector<std::string_view>{"PROOF_INCOMPLETE"});
    CHECK(report.findings[0].leaf == 3);
    CHECK(kinds(check(std::span(&shared.bundle, 1), shared.trust, std::span(&shared.proof, 1)))
              .empty());
}

TEST_CASE("a proof that is cut off anywhere, or of another version, is refused") {
    const Shared shared;
    const std::string whole = write_proof(shared.proof).value();
    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK_FALSE(read_proof(std::string_view(whole).substr(0, size)));
    CHECK(read_proof("leeward-proof/2\n{}\n").error().code == Errc::unsupported);
    CHECK(read_proof("leeward-proof/1\n{}\n").error().code == Errc::malformed);
    CHECK(
        read_proof("leeward-proof/1\n" + std::string(proof_file_bytes, ' ') + "\n").error().code ==
        Errc::too_large);
}
