// Found by a review: a card may name the log that a restore ended, and it was looked for by its origin alone. Any member
// could name another's log there, with a head of its own making, and that other was said to have shown two logs.
#include <catch2/catch_test_macros.hpp>

#include "tests/schema/audit/sample_log.h"

namespace leeward::schema::samples {
namespace {

using Kinds = std::vector<std::string_view>;

SampleLog three_entries(Byte node) {
    SampleLog log(node);
    for (int i = 0; i < 3; ++i)
        log.pad();
    log.publish();
    return log;
}

// The log of `node`, which says that it was restored after this one, of which it names a head that never was.
SampleLog restored_after(const SampleLog& log, Byte node) {
    const LogBefore before{log.card().log_origin, 2, some_hash("no root of it")};
    SampleLog after(node);
    after.card_says_restored(before);
    after.entry_says_restored(before, 2);
    after.publish();
    return after;
}

AuditReport checked(SampleLog& one, SampleLog& other) {
    const std::vector bundles{one.bundle(), other.bundle()};
    return check(bundles, Trust{{one.card(), other.card()}, std::nullopt});
}

}  // namespace

TEST_CASE("what a card says of another organisation's log is held against nobody but its own") {
    SampleLog honest = three_entries(1);
    SampleLog hostile = restored_after(honest, 2);
    const auto report = checked(honest, hostile);
    REQUIRE(kinds(report) == Kinds{"ENTRIES_LOST"});
    CHECK(report.findings[0].organisation == hostile.card().organisation);
}

TEST_CASE("what a card says of its own organisation's log before still has to be true") {
    SampleLog before = three_entries(1);
    SampleLog after = restored_after(before, 1);
    const auto report = checked(before, after);
    REQUIRE(report.findings.size() == 2);
    CHECK(report.findings[0].kind != report.findings[1].kind);
    for (const auto& finding : report.findings)
        CHECK(
            (finding.kind == FindingKind::ENTRIES_LOST || finding.kind == FindingKind::LOG_FORKED));
}

}  // namespace leeward::schema::samples
