#include "schema/audit/report.h"

#include <algorithm>

#include "schema/paper.h"
#include "schema/suppression.h"

namespace leeward::schema {
namespace {

constexpr std::int64_t quarter_seconds = 900;
constexpr std::int64_t week_seconds = 7 * 24 * 3600;
constexpr std::size_t most_columns = 26;

Time at_quarter(std::uint32_t quarter) {
    return from_unix(std::int64_t{quarter} * quarter_seconds);
}

// Parts that add up to a whole which is not shown itself: all of them flow from 0 to 1, and the whole
// back.
std::vector<Shown> shown_parts(const std::vector<std::uint64_t>& parts) {
    std::vector<Flow> flows;
    std::int64_t whole = 0;
    for (const std::uint64_t part : parts) {
        flows.push_back({0, 1, static_cast<std::int64_t>(part)});
        whole += flows.back().count;
    }
    flows.push_back({1, 0, whole, 100});
    const auto hidden = withheld(flows);
    std::vector<Shown> out;
    for (std::size_t i = 0; i < parts.size(); ++i)
        out.push_back(hidden[i] ? Shown() : Shown(rounded(flows[i].count)));
    return out;
}

Shown shown_alone(std::uint64_t count) {
    const auto signed_count = static_cast<std::int64_t>(count);
    return signed_count < smallest_shown ? Shown() : Shown(rounded(signed_count));
}

std::uint64_t acts(const LogCounts& log, EventKind kind) {
    const auto found = log.acts.find(kind);
    return found == log.acts.end() ? 0 : found->second;
}

// Weeks put together, so that no chart has more columns than can be read.
struct Columns {
    std::vector<Time> from;
    std::vector<std::uint64_t> sent, received;
};
Columns columns_of(const LogCounts& log, int weeks) {
    Columns out;
    if (log.weeks.empty()) return out;
    const auto first = static_cast<std::int64_t>(log.weeks.begin()->first);
    const auto last = static_cast<std::int64_t>(log.weeks.rbegin()->first);
    for (std::int64_t week = first; week <= last && out.from.size() < most_columns; week += weeks) {
        out.from.push_back(from_unix(week * week_seconds));
        out.sent.push_back(0);
        out.received.push_back(0);
    }
    for (const auto& [week, counts] : log.weeks) {
        const auto place = static_cast<std::size_t>((std::int64_t{week} - first) / weeks);
        if (place >= out.from.size()) continue;
        out.sent[place] += counts.sent;
        out.received[place] += counts.received;
    }
    return out;
}

int weeks_in_column(const AuditReport& report) {
    std::int64_t longest = 1;
    for (const auto& log : report.logs)
        if (!log.weeks.empty())
            longest = std::max<std::int64_t>(
                longest, std::int64_t{log.weeks.rbegin()->first} - log.weeks.begin()->first + 1);
    return static_cast<int>((longest + std::int64_t{most_columns} - 1) /
                            std::int64_t{most_columns});
}

ReportLog log_of(const LogCounts& log, int weeks) {
    ReportLog out;
    out.organisation = log.organisation;
    out.from = at_quarter(log.from_quarter);
    out.until = at_quarter(log.to_quarter);
    out.entries = log.size - log.first;
    out.heads = log.heads;
    if (log.witnessed_at != 0)
        out.witnessed = from_unix(static_cast<std::int64_t>(log.witnessed_at));
    const Columns columns = columns_of(log, weeks);
    const auto sent = shown_parts(columns.sent);
    const auto received = shown_parts(columns.received);
    for (std::size_t i = 0; i < columns.from.size(); ++i)
        out.columns.push_back({columns.from[i], sent[i], received[i]});
    const std::vector<std::uint64_t> bands{log.in_band(DeadlineBand::HALF),
                                           log.in_band(DeadlineBand::WHOLE),
                                           log.in_band(DeadlineBand::LATE)};
    out.any_band = bands[0] + bands[1] + bands[2] > 0;
    const auto shown = shown_parts(bands);
    std::copy(shown.begin(), shown.end(), out.bands.begin());
    out.shared = shown_alone(log.disclosures);
    out.erased = shown_alone(acts(log, EventKind::ERASED));
    out.overdue = shown_alone(log.erasures_overdue);
    return out;
}

std::string place_of(const Finding& finding, Language language) {
    if (!finding.leaf) return "–";
    const bool es = language == Language::ES;
    const std::string first = std::to_string(*finding.leaf);
    if (!finding.last_leaf || *finding.last_leaf == *finding.leaf)
        return (es ? "entrada " : "entry ") + first;
    return (es ? "entradas " : "entries ") + first + (es ? " a " : " to ") +
           std::to_string(*finding.last_leaf);
}

}  // namespace

std::uint64_t BoardReport::entries() const {
    std::uint64_t sum = 0;
    for (const auto& log : logs)
        sum += log.entries;
    return sum;
}

std::uint64_t BoardReport::heads() const {
    std::uint64_t sum = 0;
    for (const auto& log : logs)
        sum += log.heads;
    return sum;
}

BoardReport board_report(const AuditReport& report, Language language, Time made) {
    BoardReport out;
    out.language = language;
    out.made = made;
    out.asks_witnesses = std::any_of(
        report.logs.begin(), report.logs.end(), [](const auto& log) { return log.asks_witnesses; });
    out.weeks_in_column = weeks_in_column(report);
    out.found = report.findings.size() + report.more_findings;
    out.unjudged = report.unjudged;
    for (const auto& log : report.logs)
        out.logs.push_back(log_of(log, out.weeks_in_column));
    for (const auto& finding : report.findings) {
        if (out.findings.size() == findings_in_report) break;
        out.findings.push_back({finding.organisation,
                                place_of(finding, language),
                                finding.partner,
                                name(finding.kind),
                                explain(finding.kind, language)});
    }
    return out;
}

std::string witnessed_text(const ReportLog& log, const ReportWords& w, Language language) {
    return log.witnessed ? day_text(*log.witnessed, language) : w.nobody;
}

std::string day_text(Time t, Language language) {
    const std::string whole = date_text(t, language);
    return whole.substr(0, whole.find(','));
}

}  // namespace leeward::schema
