// The board's report as one page of HTML: charts are drawings in it, nothing is fetched, no script.
#include <algorithm>
#include <cmath>

#include "schema/audit/report.h"
#include "schema/embedded.h"
#include "schema/paper.h"

namespace leeward::schema {
namespace {

constexpr std::string_view deep = "#1f5450";
constexpr std::string_view mid = "#7fa8a3";
constexpr std::string_view warm = "#b3741d";
constexpr std::string_view grey = "#dfe6e5";
constexpr double chart_width = 680;
constexpr double chart_height = 120;

std::string tag(std::string_view name, std::string_view text, std::string_view css_class = {}) {
    std::string out = "<" + std::string(name);
    if (!css_class.empty()) out += " class=\"" + std::string(css_class) + "\"";
    return out + ">" + escaped(text) + "</" + std::string(name) + ">\n";
}

std::string list(const std::vector<std::string>& items) {
    std::string out = "<ul>\n";
    for (const auto& item : items)
        out += tag("li", item);
    return out + "</ul>\n";
}

std::string tenth(double value) {
    const auto tenths = std::lround(value * 10);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

std::string box(double x, double y, double width, double height, std::string_view colour) {
    return "<rect x=\"" + tenth(x) + "\" y=\"" + tenth(y) + "\" width=\"" + tenth(width) +
           "\" height=\"" + tenth(height) + "\" fill=\"" + std::string(colour) + "\"/>";
}

std::string text_at(double x, double y, std::string_view anchor, std::string_view text) {
    return "<text x=\"" + tenth(x) + "\" y=\"" + tenth(y) + "\" text-anchor=\"" +
           std::string(anchor) + "\">" + escaped(text) + "</text>";
}

std::string svg(double height, const std::string& inside, std::string_view label) {
    return "<svg viewBox=\"0 0 " + tenth(chart_width) + " " + tenth(height) +
           "\" role=\"img\" aria-label=\"" + escaped(label) + "\">" + inside + "</svg>\n";
}

std::int64_t most_shown(const std::vector<ReportColumn>& columns) {
    std::int64_t most = 20;
    for (const auto& column : columns)
        most = std::max({most, column.sent.value_or(0), column.received.value_or(0)});
    return most;
}

std::string word(const Shown& shown, const ReportWords& w) {
    return shown ? std::to_string(*shown) : w.withheld;
}

// A number that is withheld is a low grey block, the same for each.
std::string column(
    double x, double width, const Shown& shown, std::int64_t most, std::string_view colour) {
    const double height =
        shown ? chart_height * static_cast<double>(*shown) / static_cast<double>(most) : 4;
    return box(x, chart_height - height + 10, width, height, shown ? colour : grey);
}

std::string volumes_chart(const ReportLog& log, const ReportWords& w, Language language) {
    if (log.columns.empty()) return {};
    const std::int64_t most = most_shown(log.columns);
    const double left = 44;
    const double step =
        (chart_width - left) / static_cast<double>(std::max<std::size_t>(log.columns.size(), 6));
    const double bar = std::min(26.0, step * 0.36);
    std::string inside = text_at(left - 8, 20, "end", std::to_string(most)) +
                         text_at(left - 8, chart_height + 12, "end", "0") +
                         box(left, 10, chart_width - left, 0.6, grey) +
                         box(left, chart_height + 10, chart_width - left, 0.8, grey);
    double x = left + 4;
    std::size_t place = 0;
    const std::size_t each = std::max<std::size_t>(1, (log.columns.size() + 5) / 6);
    for (const auto& one : log.columns) {
        inside += column(x, bar, one.sent, most, deep) +
                  column(x + bar + 1.5, bar, one.received, most, mid);
        if (place++ % each == 0) {
            const std::string day = day_text(one.from, language);
            inside += text_at(x, chart_height + 28, "start", day.substr(0, day.rfind(' ')));
        }
        x += step;
    }
    return "<figure>\n" + tag("figcaption", log.organisation) +
           svg(chart_height + 36, inside, log.organisation + ": " + w.volumes_heading) +
           "</figure>\n";
}

std::string key(std::initializer_list<std::pair<std::string_view, std::string_view>> entries) {
    std::string out = "<div class=\"key\">\n";
    for (const auto& [colour, label] : entries)
        out += "<span style=\"--c:" + std::string(colour) + "\">" + escaped(label) + "</span>\n";
    return out + "</div>\n";
}

std::string bands_chart(const ReportLog& log, const ReportWords& w) {
    if (!log.any_band)
        return "<figure>\n" + tag("figcaption", log.organisation) +
               tag("p", w.nothing_due, "small") + "</figure>\n";
    std::int64_t whole = 0;
    for (const auto& band : log.bands)
        whole += band.value_or(0);
    const double scale = whole > 0 ? (chart_width - 3 * 30) / static_cast<double>(whole) : 0;
    const std::array<std::string_view, 3> colours{deep, mid, warm};
    std::string inside;
    double x = 0;
    for (std::size_t i = 0; i < log.bands.size(); ++i) {
        const auto& band = log.bands.at(i);
        const double width = band ? std::max(2.0, static_cast<double>(*band) * scale) : 30;
        inside += box(x, 2, width - 1.5, 22, band ? colours.at(i) : grey);
        if (band) inside += text_at(x + 2, 38, "start", std::to_string(*band));
        x += width;
    }
    return "<figure>\n" + tag("figcaption", log.organisation) + svg(42, inside, w.times_heading) +
           "</figure>\n";
}

std::string section(std::string_view heading, const std::string& inside) {
    return "<section>\n" + tag("h2", heading) + inside + "</section>\n";
}

std::string findings(const BoardReport& report, const ReportWords& w) {
    std::string out;
    if (!w.found_note.empty()) out += tag("p", w.found_note, "small");
    if (report.findings.empty()) return out;
    out += "<table>\n<thead><tr>" + tag("th", w.organisation) + tag("th", w.place) +
           tag("th", w.meaning) + "</tr></thead>\n<tbody>\n";
    for (const auto& one : report.findings) {
        const std::string who =
            one.partner.empty() ? one.organisation : one.organisation + " → " + one.partner;
        out += "<tr>" + tag("td", who) + tag("td", one.place, "place") +
               "<td><span class=\"code\">" + escaped(one.name) + "</span>" + escaped(one.meaning) +
               "</td></tr>\n";
    }
    return out + "</tbody>\n</table>\n";
}

std::string logs_table(const BoardReport& report, const ReportWords& w) {
    std::string out = "<table>\n<thead><tr>" + tag("th", w.organisation) + tag("th", w.period) +
                      tag("th", w.entries, "n") + tag("th", w.heads, "n") +
                      (report.asks_witnesses ? tag("th", w.witnessed) : "") +
                      "</tr></thead>\n<tbody>\n";
    for (const auto& log : report.logs)
        out += "<tr>" + tag("td", log.organisation) +
               tag("td",
                   day_text(log.from, report.language) + " – " +
                       day_text(log.until, report.language)) +
               tag("td", std::to_string(log.entries), "n") +
               tag("td", std::to_string(log.heads), "n") +
               (report.asks_witnesses ? tag("td", witnessed_text(log, w, report.language)) : "") +
               "</tr>\n";
    return out + "</tbody>\n</table>\n";
}

std::string erasures(const BoardReport& report, const ReportWords& w) {
    std::string out = tag("p", w.erasures_note, "small") + "<table>\n<thead><tr>" +
                      tag("th", w.organisation) + tag("th", w.shared, "n") +
                      tag("th", w.erased, "n") + tag("th", w.overdue, "n") +
                      "</tr></thead>\n<tbody>\n";
    for (const auto& log : report.logs)
        out += "<tr>" + tag("td", log.organisation) + tag("td", word(log.shared, w), "n") +
               tag("td", word(log.erased, w), "n") + tag("td", word(log.overdue, w), "n") +
               "</tr>\n";
    return out + "</tbody>\n</table>\n";
}

std::string volumes(const BoardReport& report, const ReportWords& w) {
    std::string out = tag("p", w.volumes_note, "small") +
                      key({{deep, w.sent}, {mid, w.received}, {grey, w.withheld}});
    for (const auto& log : report.logs)
        out += volumes_chart(log, w, report.language);
    return out;
}

std::string times(const BoardReport& report, const ReportWords& w) {
    std::string out =
        tag("p", w.times_note, "small") +
        key({{deep, w.bands[0]}, {mid, w.bands[1]}, {warm, w.bands[2]}, {grey, w.withheld}});
    for (const auto& log : report.logs)
        out += bands_chart(log, w);
    return out;
}

}  // namespace

std::string html(const BoardReport& report) {
    const ReportWords w = words_of(report);
    std::string out = "<!doctype html>\n<html lang=\"" +
                      std::string(report.language == Language::ES ? "es" : "en") +
                      "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
                      "content=\"width=device-width\">\n" +
                      tag("title", w.title) + "<style>\n" + std::string(embedded::report_css) +
                      "</style>\n</head>\n<body>\n<main>\n";
    out += tag("p", "Leeward", "mark") + tag("h1", w.title) + tag("p", w.subtitle, "who") +
           tag("p", w.made, "small");
    out += "<div class=\"verdict" + std::string(report.found != 0 ? " found" : "") + "\">" +
           tag("strong", w.verdict) + tag("p", w.verdict_more) + "</div>\n";
    out += section(w.found_heading, findings(report, w));
    out += section(w.checked_heading, list(w.checked) + logs_table(report, w));
    if (!report.logs.empty()) {
        out += section(w.volumes_heading, volumes(report, w));
        out += section(w.times_heading, times(report, w));
        out += section(w.erasures_heading, erasures(report, w));
    }
    out += section(w.limits_heading, list(w.limits));
    out += "<div class=\"foot\">" + tag("p", w.foot, "small") + "</div>\n";
    return out + "</main>\n</body>\n</html>\n";
}

}  // namespace leeward::schema
