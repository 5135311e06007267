// What a whole check of bundles says: of honest logs, of strangers, of damaged files, and in which words.
#include "schema/audit/check.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/schema/audit/sample_night.h"

using namespace leeward;
using namespace leeward::schema;
using namespace leeward::schema::samples;

TEST_CASE("two honest logs give no finding, and their acts are counted") {
    Night night;
    night.whole();
    const auto report = night.checked();
    CHECK(kinds(report).empty());
    REQUIRE(report.logs.size() == 2);
    CHECK(report.logs[0].acts.at(EventKind::SEND) == 1);
    CHECK(report.logs[1].acts.at(EventKind::RECEIPT) == 1);
}

TEST_CASE("an opening that was swapped is found at its leaf") {
    Night night;
    night.whole();
    auto& entries = night.group.bundle_.entries;
    std::swap(entries[0].rec, entries[1].rec);
    const auto report = night.checked();
    REQUIRE(report.findings.size() >= 2);
    CHECK(report.findings[0].kind == FindingKind::OPENING_MISMATCH);
    CHECK(report.findings[0].leaf == 0);
    CHECK(report.findings[1].kind == FindingKind::OPENING_MISMATCH);
    CHECK(report.findings[1].leaf == 1);
}

TEST_CASE("a bundle from a stranger is not believed") {
    Night night;
    night.whole();
    night.group.publish();
    const auto report = check(std::vector{night.group.bundle()}, Trust{});
    CHECK(kinds(report) == only("CARD_UNKNOWN"));
    CHECK(report.logs.empty());
}

TEST_CASE("a bundle in which any bit is turned over is refused, or found, or says less") {
    SampleLog log(1);
    const SampleLog other(2);
    log.now = 1'785'000'000 / 900;
    log.activate(some_hash("r"), other, names());
    log.publish();
    log.cosigned_by(2, 1'785'000'000);
    const Trust trust{{log.card(), other.card()}, std::nullopt};
    Bytes bytes = write_bundle(log.bundle());
    const auto judged = [&]() -> Result<AuditReport> {
        const BundleFile file{
            "a bundle", [&bytes]() -> Result<std::unique_ptr<ByteSource>> {
                return std::unique_ptr<ByteSource>(std::make_unique<MemorySource>(bytes));
            }};
        return check(std::span(&file, 1), trust, {});
    };
    const auto whole = judged();
    REQUIRE(whole);
    REQUIRE(whole->findings.empty());
    REQUIRE(whole->logs[0].witnessed == log.size());
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        CAPTURE(at);
        bytes[at] = static_cast<Byte>(bytes[at] ^ (1U << (at % 8)));
        const auto report = judged();
        CHECK((!report || !report->findings.empty() || report->logs[0].witnessed == 0));
        bytes[at] = static_cast<Byte>(bytes[at] ^ (1U << (at % 8)));
    }
}

TEST_CASE("an empty log is whole") {
    SampleLog log(1);
    log.publish();
    CHECK(kinds(check(std::vector{log.bundle()}, Trust{{log.card()}, std::nullopt})).empty());
}

TEST_CASE("a bundle made to give more findings than anybody reads is cut short and counted") {
    SampleLog log(1);
    for (std::size_t i = 0; i < Findings::most + 5; ++i)
        log.pad();
    log.publish();
    Bundle bundle = log.bundle();
    for (auto& entry : bundle.entries)
        entry.rec[0] = 9;
    const auto report = check(std::vector{bundle}, Trust{{log.card()}, std::nullopt});
    CHECK(report.findings.size() == Findings::most);
    CHECK(report.more_findings == 5);
}

TEST_CASE("a bundle that cannot be read to its end is named, and nothing is judged") {
    SampleLog log(1);
    log.pad();
    log.publish();
    const Bytes whole = write_bundle(log.bundle());
    const Bytes cut(whole.begin(), whole.end() - 1);
    const BundleFile file{
        "june", [&]() -> Result<std::unique_ptr<ByteSource>> {
            return std::unique_ptr<ByteSource>(std::make_unique<MemorySource>(cut));
        }};
    const auto checked = check(std::span(&file, 1), Trust{{log.card()}, std::nullopt});
    REQUIRE(!checked);
    CHECK(checked.error().code == Errc::malformed);
    CHECK(checked.error().detail.starts_with("june: "));
}

TEST_CASE("every finding has a name that reads back and a sentence in both languages") {
    for (std::size_t i = 0; i < finding_kind_count; ++i) {
        const auto kind = static_cast<FindingKind>(i);
        CHECK(finding_kind_from(name(kind)) == kind);
        CHECK(explain(kind, Language::EN).size() > 20);
        CHECK(explain(kind, Language::ES).size() > 20);
        CHECK(explain(kind, Language::EN) != explain(kind, Language::ES));
    }
    CHECK(!finding_kind_from("SOMETHING"));
}
