#include <catch2/catch_test_macros.hpp>

#include "cli/report_pdf.h"
#include "tests/schema/audit/sample_log.h"

namespace {

using namespace leeward;
using namespace leeward::cli;
using namespace leeward::schema;
using namespace leeward::schema::samples;

// Two logs with some weeks in them, and one finding.
AuditReport some_report(std::uint64_t sent) {
    AuditReport report;
    LogCounts log;
    log.organisation = "Refugio Niño & <Casa>";
    log.size = 4096;
    log.heads = 700;
    log.from_quarter = 1'983'333;
    log.to_quarter = log.from_quarter + 672 * 8;
    for (std::uint32_t week = 0; week < 8; ++week)
        log.weeks[log.from_quarter / 672 + week] = {sent + week * 7, 30};
    log.bands[{Machine::LEG, DeadlineBand::HALF}] = 60;
    log.bands[{Machine::LEG, DeadlineBand::WHOLE}] = 25;
    log.bands[{Machine::LEG, DeadlineBand::LATE}] = 3;
    log.acts[EventKind::ERASED] = 44;
    log.disclosures = 16;
    log.erasures_overdue = 2;
    report.logs = {log, log};
    report.logs[1].organisation = "Juniper House";
    report.findings.push_back({FindingKind::TREE_MISMATCH, "Juniper House", 16, 31, {}});
    return report;
}

BoardReport board(Language language, std::uint64_t sent = 40) {
    return board_report(some_report(sent), language, from_unix(1'790'000'000));
}

}  // namespace

TEST_CASE("a board's page needs no network and no script, and escapes every name") {
    for (const Language language : {Language::EN, Language::ES}) {
        const std::string page = html(board(language));
        for (const char* never :
             {"<script", "http:", "https:", "url(", "@import", "<Casa>", "src="})
            CHECK(page.find(never) == std::string::npos);
        CHECK(page.find("Niño &amp; &lt;Casa&gt;") != std::string::npos);
        CHECK(page.find("TREE_MISMATCH") != std::string::npos);
    }
    CHECK(html(board(Language::EN)).find("entries 16 to 31") != std::string::npos);
    CHECK(html(board(Language::ES)).find("entradas 16 a 31") != std::string::npos);
}

TEST_CASE("a number under 11 is withheld, and with it one from which it could be worked out") {
    const BoardReport report = board(Language::EN);
    const ReportLog& log = report.logs.front();
    CHECK_FALSE(log.bands[2]);
    CHECK((!log.bands[0] || !log.bands[1]));
    CHECK_FALSE(log.overdue);
    CHECK(log.erased == 45);
    CHECK(log.columns.front().sent == 40);
    CHECK_FALSE(board(Language::EN, 3).logs.front().columns.front().sent);
    CHECK(html(report).find("fewer than 11") != std::string::npos);
}

TEST_CASE("a long period has no more columns than can be read") {
    AuditReport report = some_report(40);
    for (std::uint32_t week = 0; week < 500; ++week)
        report.logs[0].weeks[report.logs[0].from_quarter / 672 + week] = {20, 20};
    const BoardReport board = board_report(report, Language::EN, from_unix(1'790'000'000));
    CHECK(board.logs[0].columns.size() <= 26);
    CHECK(board.weeks_in_column == 20);
}

TEST_CASE("the same report is a PDF that begins and ends as one") {
    for (const Language language : {Language::EN, Language::ES}) {
        const auto pdf = report_pdf(board(language));
        REQUIRE(pdf);
        const auto text = as_text(*pdf);
        CHECK(text.starts_with("%PDF-1."));
        CHECK(text.find("%%EOF") != text.npos);
        CHECK(text.find("/JavaScript") == text.npos);
        CHECK(text.find("/URI") == text.npos);
    }
}

TEST_CASE("a report with more findings than anybody reads is written, in pages") {
    AuditReport report = some_report(40);
    for (std::uint64_t i = 0; i < 1000; ++i)
        report.findings.push_back(
            {FindingKind::OPENING_MISMATCH, std::string(120, 'W'), i, {}, {}});
    const BoardReport board = board_report(report, Language::EN, from_unix(1'790'000'000));
    CHECK(board.findings.size() == findings_in_report);
    CHECK(board.found == 1001);
    REQUIRE(report_pdf(board));
}

TEST_CASE("an empty check is a report that says so") {
    const BoardReport board = board_report({}, Language::EN, from_unix(1'790'000'000));
    CHECK(html(board).find("Nothing could be checked.") != std::string::npos);
    REQUIRE(report_pdf(board));
}

TEST_CASE("PDF has the letters of both our languages; what it does not have is a question mark") {
    CHECK(win_ansi("Año – «¿Qué?»") == "A\xF1o \x96 \xAB\xBFQu\xE9?\xBB");
    CHECK(win_ansi("Łódź") == "?\xF3\x64?");
    CHECK(win_ansi("\xE2\x82") == "?");
}
