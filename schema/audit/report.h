// What a board reads of an audit: what was checked, what was found, how much went on, how fast
// questions were answered, what should have been erased. It names organisations and no person.
//
// Numbers under 11 are withheld, and with them those from which they could be worked out
// (schema/suppression.h); the others are rounded to 5. As a page of HTML that fetches nothing and runs
// no script; cli/report_pdf.h writes the same as PDF.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "schema/audit/check.h"
#include "schema/language.h"
#include "schema/time.h"

namespace leeward::schema {

using Shown = std::optional<std::int64_t>;  // nothing: withheld

struct ReportColumn {
    Time from;  // of a week, or of the first of several
    Shown sent;
    Shown received;
};
struct ReportLog {
    std::string organisation;
    Time from, until;
    std::uint64_t entries = 0;
    std::uint64_t heads = 0;
    std::optional<Time> witnessed;      // when enough witnesses had cosigned its newest such head
    std::vector<ReportColumn> columns;  // at most 26
    std::array<Shown, 3> bands;         // up to half of the time, up to the whole, late
    bool any_band = false;              // anything had a deadline at all
    Shown shared;                       // messages that said who she is
    Shown erased;
    Shown overdue;
};
struct ReportFinding {
    std::string organisation;
    std::string place;  // "entry 17", "entries 16 to 31"
    std::string partner;
    std::string_view name;
    std::string_view meaning;
};
struct BoardReport {
    Language language{};
    Time made;
    bool asks_witnesses = false;  // of any of the logs
    int weeks_in_column = 1;
    std::vector<ReportLog> logs;
    std::vector<ReportFinding> findings;
    std::uint64_t found = 0;  // with those that are not listed
    std::uint64_t unjudged = 0;

    [[nodiscard]] std::uint64_t entries() const;
    [[nodiscard]] std::uint64_t heads() const;
};

inline constexpr std::size_t findings_in_report = 200;
[[nodiscard]] BoardReport board_report(const AuditReport& report, Language language, Time made);
[[nodiscard]] std::string html(const BoardReport& report);

// ------------------------------------------------------------------ the words of both forms

struct ReportWords {
    std::string title, subtitle;
    std::string verdict;       // in large letters
    std::string verdict_more;  // what it means
    std::string made;
    std::string checked_heading;
    std::vector<std::string> checked;
    std::string found_heading, found_note;
    std::string volumes_heading, volumes_note, sent, received;
    std::string times_heading, times_note;
    std::array<std::string, 3> bands;
    std::string nothing_due;
    std::string erasures_heading, erasures_note, erased, overdue, shared;
    std::string withheld;  // in place of a number
    std::string limits_heading;
    std::vector<std::string> limits;
    std::string organisation, place, meaning, period, entries, heads, witnessed;
    std::string nobody;  // in place of a day
    std::string foot;
};
[[nodiscard]] ReportWords words_of(const BoardReport& report);
// "1 August 2026"; "1 de agosto de 2026".
[[nodiscard]] std::string day_text(Time t, Language language);
[[nodiscard]] std::string witnessed_text(const ReportLog& log,
                                         const ReportWords& w,
                                         Language language);

}  // namespace leeward::schema
