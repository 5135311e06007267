// Found by a review: a proof opened a release with its English text alone, though the log is bound to both
// languages, and opened one whose words were gone. An honest organisation's proof was called changed.
#include "schema/audit/check.h"
#include "tests/node/exchange/release_fixture.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

// A proof that opens what it can, and what an auditor with the organisation's card makes of it.
struct Opened {
    Json answer;
    schema::AuditReport report;

    explicit Opened(Papers& p)
        : answer(
              p.harbor.must("audit.prove", Json::object({{"id", p.asked.need}, {"open", true}}))) {
        const auto proof = schema::read_proof(answer.text_at("file"));
        REQUIRE(proof);
        report = schema::check(std::span<const schema::Bundle>(),
                               schema::Trust{{p.harbor.desk().self.card}, std::nullopt},
                               std::span(&*proof, 1));
        REQUIRE(report.proofs.size() == 1);
    }
    [[nodiscard]] const auto& words() const { return report.proofs[0].opened; }
};

}  // namespace

TEST_CASE("a release that a proof opens is the one that was signed, in both languages") {
    Papers p(923);
    const std::string id = p.active();
    p.world.pass(hours(2));
    const auto shown = [&](std::string_view language) {
        return p.harbor.must("release.show", Json::object({{"id", id}, {"language", language}}))
            .text_at("text");
    };
    const Opened opened(p);
    CHECK(opened.report.findings.empty());
    REQUIRE(opened.words().size() == 1);
    CHECK(opened.words()[0].text == shown("en") + shown("es"));
    CHECK(opened.answer.int_at("texts") == 1);
}

TEST_CASE("a release whose words are gone is proven without them") {
    Papers p(924);
    p.active();
    p.world.pass(hours(2));
    REQUIRE(p.harbor.home().store.write(
        [](node::Transaction& tx) { return tx.run("UPDATE release SET sealed=x''"); }));
    const Opened opened(p);
    CHECK(opened.report.findings.empty());
    CHECK(opened.report.proofs[0].disclosures.size() == 1);
    CHECK(opened.words().empty());
    CHECK(opened.answer.int_at("releases") == 1);
    CHECK(opened.answer.int_at("texts") == 0);
}

// Found by reading: a node that was restored said that there never was one, of which only its backup knew nothing.
TEST_CASE("of a case without a release the node says what it knows, not that there never was one") {
    World world(927, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    const Asked asked = ask(world, harbor, {&world.node(1)});
    const Json proof = harbor.must("audit.prove", Json::object({{"id", asked.need}}));
    CHECK(proof.int_at("releases") == 0);
    CHECK(proof.text_at("say").starts_with("this node knows of no release"));
}

}  // namespace leeward::test
