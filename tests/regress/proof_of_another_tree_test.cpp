// Found by a review: the heads in a proof were compared with nothing. A proof from one tree and a bundle of
// another passed together, and it was said that nothing else had been shared.
#include <catch2/catch_test_macros.hpp>

#include "tests/schema/audit/sample_log.h"

namespace leeward::schema::samples {
namespace {

using Kinds = std::vector<std::string_view>;

const crypto::Hash release = some_hash("release");

// A log of the same organisation, in which the one disclosure under her release went to this one.
struct Face {
    SampleLog log{1};

    explicit Face(const SampleLog& recipient) {
        log.activate(release, recipient, {});
        log.disclose(release, recipient, {}, some_hash("exchange"));
        log.publish();
    }
    [[nodiscard]] DisclosureProof proof() {
        return proof_of(log.bundle(), {0, 1, 2, 3}, {release});
    }
};

struct Faces {
    SampleLog shelter{2};
    SampleLog third{3};
    Face one{shelter};
    Face other{third};
    Trust trust{{one.log.card(), shelter.card(), third.card()}, std::nullopt};
};

// What an organisation hands out that claims the origin of another's log.
Bundle claiming(const NodeCard& card, Byte node, Bundle bundle) {
    crypto::Frontier tree;
    for (const auto& entry : bundle.entries)
        tree.append(crypto::leaf_hash(entry.data()));
    bundle.card = sign_card(card, root_key(node));
    bundle.heads = {crypto::format_note(
        sign_checkpoint({card.log_origin, tree.size(), tree.root()}, log_key(node)))};
    return bundle;
}

}  // namespace

TEST_CASE("a proof from another tree than the bundle's is a fork of that log") {
    Faces faces;
    const std::vector bundles{faces.one.log.bundle()};
    const std::vector proofs{faces.other.proof()};
    const auto report = check(bundles, faces.trust, proofs);
    REQUIRE(kinds(report) == Kinds{"LOG_FORKED"});
    CHECK(report.findings[0].organisation == faces.one.log.card().organisation);
    CHECK(report.findings[0].leaf == 4);
}

TEST_CASE("two proofs from two trees are a fork of that log, without any bundle") {
    Faces faces;
    const std::vector proofs{faces.one.proof(), faces.other.proof()};
    CHECK(kinds(check(std::span<const Bundle>(), faces.trust, proofs)) == Kinds{"LOG_FORKED"});
}

TEST_CASE("a proof from another tree than a partner was shown is a fork of that log") {
    Faces faces;
    faces.shelter.bundle_.seen = {faces.one.log.bundle().heads.back()};
    faces.shelter.publish();
    const std::vector bundles{faces.shelter.bundle()};
    const std::vector proofs{faces.other.proof()};
    const auto report = check(bundles, faces.trust, proofs);
    REQUIRE(kinds(report) == Kinds{"LOG_FORKED"});
    CHECK(report.findings[0].partner == faces.shelter.card().organisation);
}

TEST_CASE("proofs under an earlier and a later head of one log agree with its bundle") {
    Faces faces;
    const auto earlier = faces.one.proof();
    faces.one.log.pad();
    faces.one.log.publish();
    const std::vector bundles{faces.one.log.bundle()};
    const std::vector proofs{earlier, faces.one.proof()};
    CHECK(kinds(check(bundles, faces.trust, proofs)).empty());
}

TEST_CASE("a log that claims another's origin says nothing about a proof of that other") {
    Faces faces;
    NodeCard claims = faces.third.card();
    claims.log_origin = faces.one.log.card().log_origin;
    faces.third.pad();
    faces.third.activate(release, faces.shelter, {});
    faces.third.disclose(release, faces.shelter, {}, some_hash("another exchange"));
    const std::vector bundles{claiming(claims, 3, faces.third.bundle())};
    const std::vector proofs{faces.one.proof()};
    const Trust trust{{faces.one.log.card(), faces.shelter.card(), claims}, std::nullopt};
    const auto report = check(bundles, trust, proofs);
    CHECK(kinds(report).empty());
    REQUIRE(report.covered.size() == 1);
    CHECK(report.covered[0].empty());
}

TEST_CASE("the logs of one organisation before and after a restore are no fork of each other") {
    SampleLog before(1);
    before.pad();
    SampleLog after(1);
    after.card_says_restored({before.card().log_origin, 1, some_hash("root of one")});
    after.now += 1;
    after.pad();
    SampleLog shelter(2);
    SampleLog third(3);
    shelter.bundle_.seen = {before.publish()};
    third.bundle_.seen = {after.publish()};
    shelter.publish();
    third.publish();
    const std::vector bundles{shelter.bundle(), third.bundle()};
    const Trust trust{{before.card(), after.card(), shelter.card(), third.card()}, std::nullopt};
    CHECK(kinds(check(bundles, trust)).empty());
}

}  // namespace leeward::schema::samples
