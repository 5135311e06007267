#include "cli/report_pdf.h"

#include <algorithm>
#include <array>
#include <memory>

#include <hpdf.h>

namespace leeward::cli {
namespace {

using schema::ReportLog;
using schema::ReportWords;
using schema::Shown;

struct Colour {
    float r, g, b;
};
constexpr Colour ink{0.114F, 0.145F, 0.149F};
constexpr Colour soft{0.357F, 0.408F, 0.412F};
constexpr Colour deep{0.122F, 0.329F, 0.314F};
constexpr Colour mid{0.498F, 0.659F, 0.639F};
constexpr Colour warm{0.702F, 0.455F, 0.114F};
constexpr Colour grey{0.875F, 0.902F, 0.898F};
constexpr Colour pale{0.933F, 0.953F, 0.949F};
constexpr Colour warm_pale{0.984F, 0.957F, 0.910F};

constexpr float width = 595.28F;
constexpr float height = 841.89F;
constexpr float margin = 56;
constexpr float inner = width - 2 * margin;
constexpr float bottom = 62;

struct Close {
    void operator()(HPDF_Doc doc) const { HPDF_Free(doc); }
};
using Document = std::unique_ptr<std::remove_pointer_t<HPDF_Doc>, Close>;

enum class Face { SERIF, SANS, BOLD };
struct Style {
    Face face = Face::SERIF;
    float size = 10.5F;
    Colour colour = ink;
    float leading = 15;
};
constexpr Style body_text{};
constexpr Style small_text{Face::SANS, 8.5F, soft, 12};
constexpr Style head_text{Face::BOLD, 8, soft, 12};
constexpr Style cell_text{Face::SANS, 9, ink, 12.5F};

// The code point at the beginning of `text`, which it is cut off from.
char32_t take_code_point(std::string_view& text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (length > text.size()) {
        text = {};
        return 0xFFFD;
    }
    char32_t code = length == 1 ? first : first & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i)
        code = (code << 6U) | (byte(i) & 0x3FU);
    text.remove_prefix(length);
    return code;
}

// What Windows-1252 has between 0x80 and 0x9f, as far as our texts use it.
char win_ansi_of(char32_t code) {
    constexpr std::array<std::pair<char32_t, unsigned char>, 9> others{{{0x2013, 0x96},
                                                                        {0x2014, 0x97},
                                                                        {0x2018, 0x91},
                                                                        {0x2019, 0x92},
                                                                        {0x201C, 0x93},
                                                                        {0x201D, 0x94},
                                                                        {0x2022, 0x95},
                                                                        {0x2026, 0x85},
                                                                        {0x20AC, 0x80}}};
    if ((code >= 0x20 && code < 0x7F) || (code >= 0xA0 && code <= 0xFF))
        return static_cast<char>(static_cast<unsigned char>(code));
    for (const auto& [from, to] : others)
        if (from == code) return static_cast<char>(to);
    return '?';
}

// One document, written from top to bottom.
class Writer {
public:
    Writer() : doc_(HPDF_New(nullptr, nullptr)) {
        if (!doc_) return;
        HPDF_SetCompressionMode(doc_.get(), HPDF_COMP_ALL);
        const auto font = [this](const char* name) {
            return HPDF_GetFont(doc_.get(), name, "WinAnsiEncoding");
        };
        fonts_ = {font("Times-Roman"), font("Helvetica"), font("Helvetica-Bold")};
        new_page();
    }

    void title(const std::string& text) {
        HPDF_SetInfoAttr(doc_.get(), HPDF_INFO_TITLE, win_ansi(text).c_str());
        line("LEEWARD", {Face::BOLD, 8, deep, 32});
        paragraph(text, {Face::SERIF, 25, deep, 31});
    }

    // Wrapped; begins a new page where it must.
    void paragraph(const std::string& text, const Style& style, float indent = 0) {
        for (const auto& one : wrapped(text, style, inner - indent)) {
            room(style.leading);
            put(margin + indent, one, style);
            y_ -= style.leading;
        }
    }
    void line(const std::string& text, const Style& style) {
        room(style.leading);
        put(margin, win_ansi(text), style);
        y_ -= style.leading;
    }
    void gap(float by) { y_ -= by; }

    // With `tall` of what follows on the same page.
    void heading(const std::string& text, float tall = 60) {
        room(tall + 30);
        gap(8);
        line(text, {Face::BOLD, 11, deep, 6});
        rule(deep, 0.9F);
        gap(14);
    }

    void bullets(const std::vector<std::string>& items) {
        for (const auto& item : items) {
            room(body_text.leading * 2);
            put(margin + 2, win_ansi("•"), body_text);
            paragraph(item, body_text, 13);
            gap(3);
        }
    }

    void verdict(const std::string& large, const std::string& more, bool found) {
        const Style big{Face::SERIF, 15, ink, 20};
        const auto lines = wrapped(more, body_text, inner - 32);
        const float tall = 34 + static_cast<float>(lines.size()) * body_text.leading + 12;
        room(tall);
        box(margin, y_ - tall + 16, inner, tall, found ? warm_pale : pale);
        box(margin, y_ - tall + 16, 3.5F, tall, found ? warm : deep);
        y_ -= 8;
        put(margin + 18, win_ansi(large), big);
        y_ -= big.leading;
        for (const auto& one : lines) {
            put(margin + 18, one, body_text);
            y_ -= body_text.leading;
        }
        gap(18);
    }

    // Cells wrap within their columns; widths are parts of the whole.
    struct Table {
        std::vector<float> widths;
        std::vector<bool> right;
        std::vector<std::string> head;
    };
    void table(const Table& table, const std::vector<std::vector<std::string>>& rows) {
        row(table, table.head, head_text);
        for (const auto& cells : rows)
            row(table, cells, cell_text);
        gap(10);
    }

    void columns(const ReportLog& log, schema::Language language);
    void bands(const ReportLog& log, const ReportWords& w);
    void key(std::initializer_list<std::pair<Colour, std::string>> entries) {
        room(20);
        float x = margin;
        for (const auto& [colour, label] : entries) {
            box(x, y_, 8, 8, colour);
            const std::string text = win_ansi(label);
            put(x + 12, text, small_text);
            x += 12 + measured(text, small_text) + 18;
        }
        y_ -= 18;
    }

    Result<Bytes> finish() {
        if (!doc_ || HPDF_GetError(doc_.get()) != HPDF_OK ||
            HPDF_SaveToStream(doc_.get()) != HPDF_OK)
            return Error{Errc::io, "the report could not be written as PDF; write it as HTML"};
        Bytes out(HPDF_GetStreamSize(doc_.get()));
        auto size = static_cast<HPDF_UINT32>(out.size());
        HPDF_ReadFromStream(doc_.get(), out.data(), &size);
        out.resize(size);
        return out;
    }

private:
    void new_page() {
        page_ = HPDF_AddPage(doc_.get());
        HPDF_Page_SetSize(page_, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT);
        y_ = height - margin;
        const std::string number = std::to_string(++pages_);
        const Style style{Face::SANS, 8, soft, 10};
        const float y = y_;
        y_ = 34;
        put(width - margin - measured(number, style), number, style);
        y_ = y;
    }
    void room(float needed) {
        if (y_ - needed < bottom) new_page();
    }
    [[nodiscard]] HPDF_Font font(Face face) const {
        return fonts_.at(static_cast<std::size_t>(face));
    }
    float measured(const std::string& text, const Style& style) {
        HPDF_Page_SetFontAndSize(page_, font(style.face), style.size);
        return HPDF_Page_TextWidth(page_, text.c_str());
    }
    void put(float x, const std::string& text, const Style& style) {
        HPDF_Page_BeginText(page_);
        HPDF_Page_SetFontAndSize(page_, font(style.face), style.size);
        HPDF_Page_SetRGBFill(page_, style.colour.r, style.colour.g, style.colour.b);
        HPDF_Page_TextOut(page_, x, y_, text.c_str());
        HPDF_Page_EndText(page_);
    }
    void box(float x, float y, float w, float h, const Colour& colour) {
        HPDF_Page_SetRGBFill(page_, colour.r, colour.g, colour.b);
        HPDF_Page_Rectangle(page_, x, y, w, h);
        HPDF_Page_Fill(page_);
    }
    void rule(const Colour& colour, float thick) { box(margin, y_, inner, thick, colour); }

    // In WinAnsi; a word that is longer than a line is cut.
    std::vector<std::string> wrapped(const std::string& utf8, const Style& style, float room) {
        std::vector<std::string> lines(1);
        std::string text = win_ansi(utf8);
        while (!text.empty()) {
            const auto end = std::min(text.find(' '), text.size());
            std::string word = text.substr(0, end);
            text.erase(0, std::min(end + 1, text.size()));
            while (measured(word, style) > room && word.size() > 4) {
                const std::string part = word.substr(0, word.size() / 2);
                lines.push_back(part);
                lines.emplace_back();
                word.erase(0, part.size());
            }
            std::string& last = lines.back();
            const std::string with = last.empty() ? word : last + " " + word;
            if (measured(with, style) <= room)
                last = with;
            else
                lines.push_back(word);
        }
        std::erase_if(lines,
                      [&](const std::string& line) { return line.empty() && lines.size() > 1; });
        return lines;
    }

    void row(const Table& table, const std::vector<std::string>& cells, const Style& style) {
        std::vector<std::vector<std::string>> lines;
        std::size_t tallest = 1;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            lines.push_back(wrapped(cells[i], style, table.widths[i] * inner - 10));
            tallest = std::max(tallest, lines.back().size());
        }
        room(static_cast<float>(tallest) * style.leading + 8);
        const float top = y_;
        float x = margin;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            y_ = top;
            const float wide = table.widths[i] * inner;
            for (const auto& one : lines[i]) {
                put(table.right[i] ? x + wide - 8 - measured(one, style) : x, one, style);
                y_ -= style.leading;
            }
            x += wide;
        }
        y_ = top - static_cast<float>(tallest) * style.leading + style.leading - 6;
        rule(grey, 0.5F);
        y_ -= style.leading;
    }

    Document doc_;
    HPDF_Page page_ = nullptr;
    std::array<HPDF_Font, 3> fonts_{};
    float y_ = 0;
    int pages_ = 0;
};

std::int64_t most_shown(const ReportLog& log) {
    std::int64_t most = 20;
    for (const auto& column : log.columns)
        most = std::max({most, column.sent.value_or(0), column.received.value_or(0)});
    return most;
}

void Writer::columns(const ReportLog& log, schema::Language language) {
    constexpr float tall = 80;
    constexpr float left = 34;
    room(tall + 50);
    line(log.organisation, {Face::BOLD, 9, ink, 14});
    if (log.columns.empty()) return;
    const std::int64_t most = most_shown(log);
    const float floor = y_ - tall;
    const float step =
        (inner - left) / static_cast<float>(std::max<std::size_t>(log.columns.size(), 6));
    const float bar = std::min(18.0F, step * 0.36F);
    box(margin + left, floor + tall, inner - left, 0.4F, grey);
    box(margin + left, floor, inner - left, 0.6F, grey);
    const auto draw = [&](float x, const Shown& shown, const Colour& colour) {
        const float high = shown ? tall * static_cast<float>(*shown) / static_cast<float>(most) : 3;
        box(x, floor, bar, high, shown ? colour : grey);
    };
    float x = margin + left + 3;
    y_ = floor + tall - 3;
    put(margin, std::to_string(most), small_text);
    const std::size_t each = std::max<std::size_t>(1, (log.columns.size() + 5) / 6);
    for (std::size_t i = 0; i < log.columns.size(); ++i, x += step) {
        draw(x, log.columns[i].sent, deep);
        draw(x + bar + 1, log.columns[i].received, mid);
        if (i % each != 0) continue;
        y_ = floor - 12;
        const std::string day = schema::day_text(log.columns[i].from, language);
        put(x, win_ansi(day.substr(0, day.rfind(' '))), small_text);
    }
    y_ = floor - 34;
}

void Writer::bands(const ReportLog& log, const ReportWords& w) {
    room(56);
    line(log.organisation, {Face::BOLD, 9, ink, 20});
    if (!log.any_band) {
        y_ += 6;
        line(w.nothing_due, small_text);
        return gap(8);
    }
    std::int64_t whole = 0;
    for (const auto& band : log.bands)
        whole += band.value_or(0);
    const float scale = whole > 0 ? (inner - 75) / static_cast<float>(whole) : 0;
    const std::array<Colour, 3> colours{deep, mid, warm};
    float x = margin;
    for (std::size_t i = 0; i < log.bands.size(); ++i) {
        const auto& band = log.bands.at(i);
        const float wide = band ? std::max(2.0F, static_cast<float>(*band) * scale) : 25;
        box(x, y_, wide - 1, 14, band ? colours.at(i) : grey);
        y_ -= 11;
        if (band) put(x + 1, std::to_string(*band), small_text);
        y_ += 11;
        x += wide;
    }
    y_ -= 32;
}

std::string shown_word(const Shown& shown, const ReportWords& w) {
    return shown ? std::to_string(*shown) : w.withheld;
}

void write_findings(Writer& out, const schema::BoardReport& report, const ReportWords& w) {
    out.heading(w.found_heading);
    if (!w.found_note.empty()) out.paragraph(w.found_note, body_text);
    if (report.findings.empty()) return;
    std::vector<std::vector<std::string>> rows;
    for (const auto& one : report.findings)
        rows.push_back(
            {one.partner.empty() ? one.organisation : one.organisation + " / " + one.partner,
             one.place,
             std::string(one.name) + ". " + std::string(one.meaning)});
    out.table({{0.26F, 0.18F, 0.56F}, {false, false, false}, {w.organisation, w.place, w.meaning}},
              rows);
}

void write_checked(Writer& out, const schema::BoardReport& report, const ReportWords& w) {
    out.heading(w.checked_heading);
    out.bullets(w.checked);
    out.gap(8);
    std::vector<std::vector<std::string>> rows;
    for (const auto& log : report.logs)
        rows.push_back({log.organisation,
                        schema::day_text(log.from, report.language) + " – " +
                            schema::day_text(log.until, report.language),
                        std::to_string(log.entries),
                        std::to_string(log.heads),
                        report.asks_witnesses ? witnessed_text(log, w, report.language) : ""});
    out.table(
        {{0.27F, 0.35F, 0.1F, 0.1F, 0.18F},
         {false, false, true, true, false},
         {w.organisation, w.period, w.entries, w.heads, report.asks_witnesses ? w.witnessed : ""}},
        rows);
}

void write_charts(Writer& out, const schema::BoardReport& report, const ReportWords& w) {
    out.heading(w.volumes_heading, 190);
    out.paragraph(w.volumes_note, small_text);
    out.gap(4);
    out.key({{deep, w.sent}, {mid, w.received}, {grey, w.withheld}});
    for (const auto& log : report.logs)
        out.columns(log, report.language);
    out.heading(w.times_heading, 110);
    out.paragraph(w.times_note, small_text);
    out.gap(4);
    out.key({{deep, w.bands[0]}, {mid, w.bands[1]}, {warm, w.bands[2]}, {grey, w.withheld}});
    for (const auto& log : report.logs)
        out.bands(log, w);
    out.heading(w.erasures_heading);
    out.paragraph(w.erasures_note, small_text);
    out.gap(6);
    std::vector<std::vector<std::string>> rows;
    for (const auto& log : report.logs)
        rows.push_back({log.organisation,
                        shown_word(log.shared, w),
                        shown_word(log.erased, w),
                        shown_word(log.overdue, w)});
    out.table({{0.3F, 0.32F, 0.18F, 0.2F},
               {false, true, true, true},
               {w.organisation, w.shared, w.erased, w.overdue}},
              rows);
}

}  // namespace

std::string win_ansi(std::string_view utf8) {
    std::string out;
    while (!utf8.empty())
        out += win_ansi_of(take_code_point(utf8));
    return out;
}

Result<Bytes> report_pdf(const schema::BoardReport& report) {
    const ReportWords w = words_of(report);
    Writer out;
    out.title(w.title);
    out.paragraph(w.subtitle, {Face::SERIF, 11, soft, 16});
    out.paragraph(w.made, small_text);
    out.gap(16);
    out.verdict(w.verdict, w.verdict_more, report.found != 0);
    write_findings(out, report, w);
    write_checked(out, report, w);
    if (!report.logs.empty()) write_charts(out, report, w);
    out.heading(w.limits_heading);
    out.bullets(w.limits);
    out.gap(10);
    out.paragraph(w.foot, small_text);
    return out.finish();
}

}  // namespace leeward::cli
