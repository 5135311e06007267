// Tamper drills on one log: its leaves, its heads, and what partners hold of it.
#include "schema/audit/opened_log.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/schema/audit/sample_night.h"

using namespace leeward;
using namespace leeward::schema;
using namespace leeward::schema::samples;

TEST_CASE("a leaf that was altered, deleted or moved is located between two heads") {
    Night night;
    night.group.pad();
    night.group.publish();
    night.whole();
    night.group.publish();
    night.group.pad();
    night.group.publish();
    auto& entries = night.group.bundle_.entries;
    SECTION("altered") {
        entries[2].xref = some_hash("other");
    }
    SECTION("deleted") {
        entries.erase(entries.begin() + 2);
    }
    SECTION("moved") {
        std::swap(entries[1], entries[2]);
    }
    const auto report = night.checked();
    const auto found = std::find_if(report.findings.begin(), report.findings.end(), [](auto& f) {
        return f.kind == FindingKind::TREE_MISMATCH;
    });
    REQUIRE(found != report.findings.end());
    CHECK(found->leaf == 1);
    CHECK(found->last_leaf == 4);
    CHECK(found->organisation == night.group.card().organisation);
}

TEST_CASE("a head that was rolled back is found") {
    Night night;
    night.whole();
    night.group.publish();
    SampleLog shorter(1);
    shorter.pad();
    night.group.bundle_.heads.push_back(shorter.publish());
    const auto found = kinds(night.checked());
    CHECK(std::count(found.begin(), found.end(), "HEAD_ROLLED_BACK") == 1);
}

TEST_CASE("a forked log shown to two partners is found from what one of them holds") {
    Night night;
    night.whole();
    night.group.publish();
    SampleLog other_face(1);
    other_face.pad();
    night.shelter.bundle_.seen.push_back(other_face.publish());
    const auto report = night.checked();
    REQUIRE(kinds(report) == only("LOG_FORKED"));
    CHECK(report.findings[0].leaf == 1);
    CHECK(report.findings[0].partner == night.shelter.card().organisation);
}

TEST_CASE("two faces of a log that two partners hold are found without a bundle of that log") {
    Night night;
    night.whole();
    SampleLog one_face(3);
    one_face.pad();
    SampleLog other_face(3);
    other_face.now += 1;
    other_face.pad();
    night.group.bundle_.seen.push_back(one_face.publish());
    const auto checked = [&] {
        if (night.group.bundle_.heads.empty()) night.group.publish();
        if (night.shelter.bundle_.heads.empty()) night.shelter.publish();
        const std::vector<Bundle> bundles{night.group.bundle(), night.shelter.bundle()};
        return check(
            bundles,
            Trust{{night.group.card(), night.shelter.card(), one_face.card()}, std::nullopt});
    };
    SECTION("the same face is none") {
        night.shelter.bundle_.seen.push_back(one_face.publish());
        CHECK(kinds(checked()).empty());
    }
    SECTION("another one is") {
        night.shelter.bundle_.seen.push_back(other_face.publish());
        const auto report = checked();
        REQUIRE(kinds(report) == only("LOG_FORKED"));
        CHECK(report.findings[0].organisation == one_face.card().organisation);
        CHECK(report.findings[0].leaf == 1);
        CHECK(report.findings[0].partner ==
              night.group.card().organisation + ", " + night.shelter.card().organisation);
    }
}

TEST_CASE("what a partner holds of an honest log is no fork") {
    Night night;
    night.group.pad();
    night.shelter.bundle_.seen.push_back(night.group.publish());
    night.whole();
    night.group.publish();
    CHECK(kinds(night.checked()).empty());
}

TEST_CASE("a bundle whose end is missing is found") {
    Night night;
    night.whole();
    night.group.publish();
    night.shelter.publish();
    night.group.bundle_.entries.pop_back();
    const auto found = kinds(night.checked());
    CHECK(std::count(found.begin(), found.end(), "BUNDLE_CUT") == 1);
}

TEST_CASE("a head that the log did not sign is found") {
    Night night;
    night.whole();
    night.group.publish();
    SampleLog stranger(3);
    night.group.bundle_.heads.push_back(stranger.publish());
    CHECK(kinds(night.checked()) == only("HEAD_UNSIGNED"));
}
