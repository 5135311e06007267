// Several bundles of one log: whether they meet, overlap, or leave leaves out.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "schema/audit/check.h"
#include "tests/schema/audit/sample_night.h"

using namespace leeward;
using namespace leeward::schema;
using namespace leeward::schema::samples;

TEST_CASE(
    "two bundles of one log that leave leaves out between them are told apart from two that meet") {
    SampleLog log(1);
    for (int i = 0; i < 6; ++i) {
        log.pad();
        log.publish();
    }
    const Trust trust{{log.card()}, std::nullopt};
    CHECK(kinds(check(std::vector{log.bundle_of(0, 3), log.bundle_of(3, 6)}, trust)).empty());
    CHECK(kinds(check(std::vector{log.bundle_of(2, 6), log.bundle_of(0, 3)}, trust)).empty());
    const auto report = check(std::vector{log.bundle_of(4, 6), log.bundle_of(0, 3)}, trust);
    REQUIRE(kinds(report) == only("BUNDLE_GAP"));
    CHECK(report.findings[0].leaf == 3);
    CHECK(report.findings[0].last_leaf == 3);
}

// Found by reading: each bundle was held against the one that begins before it, however far others reach.
TEST_CASE("a bundle within another one of its log leaves no leaves out") {
    SampleLog log(1);
    for (int i = 0; i < 6; ++i) {
        log.pad();
        log.publish();
    }
    const Trust trust{{log.card()}, std::nullopt};
    const std::vector nested{log.bundle_of(0, 4), log.bundle_of(1, 2), log.bundle_of(4, 6)};
    CHECK(kinds(check(nested, trust)).empty());
    const std::vector gap{log.bundle_of(0, 4), log.bundle_of(1, 2), log.bundle_of(5, 6)};
    const auto report = check(gap, trust);
    REQUIRE(kinds(report) == only("BUNDLE_GAP"));
    CHECK(report.findings[0].leaf == 4);
    CHECK(report.findings[0].last_leaf == 4);
}

// Found by reading: trees were compared where a bundle begins alone, at a size that the log chose.
TEST_CASE("bundles that overlap and differ only there are a fork") {
    const auto face = [](const char* said) {
        SampleLog log(1);
        log.pad();
        log.pad();
        AuditRecord pad;
        log.add(pad, some_hash(said));
        log.pad();
        log.publish();
        log.pad();
        log.publish();
        return log;
    };
    SampleLog one = face("one thing");
    SampleLog other = face(GENERATE("one thing", "another"));
    const bool is_fork = other.bundle_.entries != one.bundle_.entries;
    Bundle second = other.bundle_of(1, 5);
    second.heads.erase(second.heads.begin());
    const std::vector bundles{one.bundle_of(0, 4), second};
    const auto report = check(bundles, Trust{{one.card()}, std::nullopt});
    CHECK(report.findings.size() == (is_fork ? 1U : 0U));
    for (const auto& finding : report.findings) {
        CHECK(finding.kind == FindingKind::LOG_FORKED);
        CHECK(finding.leaf == 4);
    }
}

TEST_CASE("a leaf that was altered in one of two bundles that meet is no fork") {
    SampleLog log(1);
    for (int i = 0; i < 4; ++i)
        log.pad();
    log.publish();
    log.pad();
    log.publish();
    std::vector bundles{log.bundle_of(0, 4), log.bundle_of(4, 5)};
    bundles[0].entries[1].xref = some_hash("other");
    CHECK(kinds(check(bundles, Trust{{log.card()}, std::nullopt})) == only("TREE_MISMATCH"));
}
