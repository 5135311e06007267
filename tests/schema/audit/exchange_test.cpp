// Tamper drills between two logs: what one says it sent and the other that it received.
#include <catch2/catch_test_macros.hpp>

#include "schema/audit/check.h"
#include "tests/schema/audit/sample_night.h"

using namespace leeward;
using namespace leeward::schema;
using namespace leeward::schema::samples;

TEST_CASE("a disclosure that its sender did not log is found at the recipient") {
    Night night;
    night.released();
    night.received();
    const auto report = night.checked();
    REQUIRE(kinds(report) == only("DISCLOSURE_UNDECLARED"));
    CHECK(report.findings[0].organisation == night.shelter.card().organisation);
}

TEST_CASE("a receipt that the recipient hides is found once its time is over") {
    Night night;
    night.released();
    const auto leaf = night.disclosed();
    night.shelter.pad();
    SECTION("within 72 hours it may still come") {
        CHECK(kinds(night.checked()).empty());
    }
    SECTION("after that it is a finding, and says where") {
        night.group.now += 72 * 4;
        night.shelter.now += 72 * 4;
        night.group.pad();
        night.shelter.pad();
        const auto report = night.checked();
        REQUIRE(kinds(report) == only("RECEIPT_MISSING"));
        CHECK(report.findings[0].leaf == leaf);
        CHECK(report.findings[0].partner == night.shelter.card().organisation);
    }
}

TEST_CASE(
    "what was called back is no missing receipt, but one that arrived all the same is a finding") {
    Night night;
    night.released();
    night.disclosed();
    AuditRecord abandoned;
    abandoned.kind = EventKind::ABANDONED;
    abandoned.other = night.shelter.tag();
    abandoned.release = night.xref;
    night.group.add(abandoned);
    night.group.now += 72 * 4;
    night.shelter.pad();
    night.shelter.now += 72 * 4;
    SECTION("called back") {
        night.group.pad();
        night.shelter.pad();
        CHECK(kinds(night.checked()).empty());
    }
    SECTION("and yet received") {
        night.received();
        CHECK(kinds(night.checked()) == only("ABANDONED_BUT_RECEIVED"));
    }
}

TEST_CASE("a disclosure passed off as padding is found by its exchange") {
    Night night;
    night.released();
    AuditRecord pad;
    const auto leaf = night.group.add(pad, night.xref);
    night.received();
    const auto report = night.checked();
    REQUIRE(kinds(report) == only("DISCLOSURE_DISGUISED"));
    CHECK(report.findings[0].leaf == leaf);
}

TEST_CASE(
    "what was received as a bundle begins is not held against a sender whose bundle begins then") {
    Night night;
    night.group.pad();
    night.group.publish();
    night.group.pad();
    night.received();
    night.group.publish();
    Bundle group = night.group.bundle();
    group.before.append(crypto::leaf_hash(group.entries[0].data()));
    group.entries.erase(group.entries.begin());
    night.shelter.publish();
    const Trust trust{{night.group.card(), night.shelter.card()}, std::nullopt};
    const auto report = check(std::vector{group, night.shelter.bundle()}, trust);
    CHECK(kinds(report).empty());
    CHECK(report.unjudged == 1);
    CHECK(kinds(check(std::vector{night.group.bundle(), night.shelter.bundle()}, trust)) ==
          only("DISCLOSURE_UNDECLARED"));
}
