#include "schema/paper.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <stdexcept>

#include "schema/embedded.h"
#include "schema/record.h"

namespace leeward::schema {
namespace {

struct Phrase {
    std::string_view en;
    std::string_view es;

    [[nodiscard]] std::string_view in(Language language) const {
        return language == Language::ES ? es : en;
    }
};

constexpr Phrase confidential{"Confidential", "Confidencial"};
constexpr Phrase collect{"Collect from the printer now", "Recoja ya de la impresora"};
constexpr Phrase reader{"For", "Para"};
constexpr Phrase printed_by{"Printed by", "Impreso por"};
constexpr Phrase printed_at{"Printed on", "Impreso el"};
constexpr Phrase cover_note{
    "This sheet names nobody. What follows is for the reader above and for nobody else. Keep it "
    "locked "
    "away, do not copy it, and destroy it when it is no longer needed.",
    "Esta hoja no nombra a nadie. Lo que sigue es para quien figura arriba y para nadie más. "
    "Guárdelo "
    "bajo llave, no lo copie y destrúyalo cuando ya no haga falta."};
constexpr Phrase hint{
    "Many printers keep their last jobs: use one that stands beside you. Do not save this page as "
    "a "
    "file, and delete the file that you print it from. The printing is in the log.",
    "Muchas impresoras guardan sus últimos trabajos: use una que esté a su lado. No guarde esta "
    "página "
    "como archivo y borre el archivo desde el que la imprime. La impresión queda en el registro."};
constexpr Phrase name_and_signature{"name and signature", "nombre y firma"};
constexpr Phrase day{"Date", "Fecha"};

constexpr std::array<Phrase, 12> months{{{"January", "enero"},
                                         {"February", "febrero"},
                                         {"March", "marzo"},
                                         {"April", "abril"},
                                         {"May", "mayo"},
                                         {"June", "junio"},
                                         {"July", "julio"},
                                         {"August", "agosto"},
                                         {"September", "septiembre"},
                                         {"October", "octubre"},
                                         {"November", "noviembre"},
                                         {"December", "diciembre"}}};

// The length of a whole character of UTF-8 that may be shown, or 0.
std::size_t shown_length(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x80) return first >= 0x20 || first == '\n' || first == '\t' ? 1 : 0;
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
    if (length == 0 || first > 0xF4 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) return 0;
    const bool c1 = first == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;
    return c1 ? 0 : length;
}

// What turns the direction of a text or takes no room in it: with it one name could be read as another.
bool misleads(std::string_view character) {
    if (character == "\xD8\x9C" || character == "\xEF\xBB\xBF") return true;  // U+061C, U+FEFF
    const auto last = static_cast<unsigned char>(character.back());
    if (character.starts_with("\xE2\x80"))  // U+200B, 200E, 200F, 2028 to 202E
        return last == 0x8B || last == 0x8E || last == 0x8F || (last >= 0xA8 && last <= 0xAE);
    return character.starts_with("\xE2\x81") && last >= 0xA6 && last <= 0xA9;  // U+2066 to 2069
}

std::string_view entity_of(char c) {
    switch (c) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\'':
            return "&#39;";
        default:
            return {};
    }
}

std::string tag(std::string_view name, std::string_view text, std::string_view css_class = {}) {
    std::string out = "<" + std::string(name);
    if (!css_class.empty()) out += " class=\"" + std::string(css_class) + "\"";
    return out + ">" + escaped(text) + "</" + std::string(name) + ">\n";
}

std::string list(const std::vector<PaperLine>& lines) {
    if (lines.empty()) return {};
    std::string out = "<dl>\n";
    for (const PaperLine& line : lines)
        out += tag("dt", line.label) + tag("dd", line.value);
    return out + "</dl>\n";
}

std::string table(const PaperTable& table) {
    if (table.rows.empty()) return {};
    std::string out = "<table>\n<thead><tr>";
    for (const auto& word : table.head)
        out += tag("th", word);
    out += "</tr></thead>\n<tbody>\n";
    for (const auto& row : table.rows) {
        out += "<tr>";
        for (const auto& cell : row)
            out += tag("td", cell);
        out += "</tr>\n";
    }
    return out + "</tbody>\n</table>\n";
}

// Paragraphs and lists, as the text of a release has them.
std::string paragraphs(std::string_view text) {
    constexpr std::string_view item = "  - ";
    std::string out;
    bool in_list = false;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const bool is_item = line.substr(0, item.size()) == item;
        if (is_item != in_list) out += is_item ? "<ul>\n" : "</ul>\n";
        in_list = is_item;
        if (is_item)
            out += tag("li", line.substr(item.size()));
        else if (!line.empty())
            out += tag("p", line);
    }
    return in_list ? out + "</ul>\n" : out;
}

std::string signatures(const std::vector<std::string>& who, Language language) {
    std::string out;
    for (const auto& one : who)
        out += "<div class=\"sign\">" +
               tag("span", one + ": " + std::string(name_and_signature.in(language))) +
               tag("span", day.in(language)) + "</div>\n";
    return out;
}

std::string section(const PaperSection& one, Language language) {
    return "<section>\n" + tag("h2", one.heading) + paragraphs(one.text) + list(one.lines) +
           table(one.table) + signatures(one.signatures, language) + "</section>\n";
}

std::vector<PaperLine> cover_lines(const Paper& paper) {
    const Language language = paper.language;
    return {{std::string(reader.in(language)), paper.for_whom},
            {std::string(printed_by.in(language)), paper.from},
            {std::string(printed_at.in(language)), date_text(paper.printed, language)}};
}

std::string cover(const Paper& paper) {
    const Language language = paper.language;
    return "<div class=\"cover\">\n" + tag("p", confidential.in(language), "mark") +
           tag("h1", paper.title) + list(cover_lines(paper)) +
           tag("p", cover_note.in(language), "small") + "</div>\n";
}

Json texts_json(const std::vector<std::string>& texts) {
    Json out = Json::array();
    for (const auto& one : texts)
        out.push(one);
    return out;
}

Json lines_json(const std::vector<PaperLine>& lines) {
    Json out = Json::array();
    for (const PaperLine& line : lines)
        out.push(Json::object({{"label", line.label}, {"value", line.value}}));
    return out;
}

Json section_json(const PaperSection& one, Language language) {
    Json rows = Json::array();
    for (const auto& row : one.table.rows)
        rows.push(texts_json(row));
    Json signs = Json::array();
    for (const auto& who : one.signatures)
        signs.push(who + ": " + std::string(name_and_signature.in(language)) + ", " +
                   std::string(day.in(language)));
    return Json::object(
        {{"heading", one.heading},
         {"text", one.text},
         {"lines", lines_json(one.lines)},
         {"table", Json::object({{"head", texts_json(one.table.head)}, {"rows", std::move(rows)}})},
         {"signatures", std::move(signs)}});
}

const Json& value_words() {
    static const auto words = parse_json(embedded::value_words_json, {.bytes = 1U << 16U});
    if (!words) throw std::logic_error("value_words.json: " + words.error().detail);
    return *words;
}

std::string word_text(const std::string& word, Language language) {
    const auto& both = value_words().array_at(word);
    if (both.size() != 2) return word;
    return *both[language == Language::ES ? 1 : 0].as_string();
}

}  // namespace

std::string escaped(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t length = shown_length(text);
        const std::string_view entity = entity_of(text.front());
        if (length == 0 || misleads(text.substr(0, length)))
            out += "\xEF\xBF\xBD";
        else if (!entity.empty())
            out += entity;
        else
            out += text.substr(0, length);
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return out;
}

Json to_json(const Paper& paper) {
    Json sections = Json::array();
    for (const auto& one : paper.sections)
        sections.push(section_json(one, paper.language));
    return Json::object({{"language", paper.language == Language::ES ? "es" : "en"},
                         {"title", paper.title},
                         {"mark", confidential.in(paper.language)},
                         {"cover", lines_json(cover_lines(paper))},
                         {"note", cover_note.in(paper.language)},
                         {"sections", std::move(sections)}});
}

std::string html(const Paper& paper) {
    const Language language = paper.language;
    std::string out =
        "<!doctype html>\n<html lang=\"" + std::string(language == Language::ES ? "es" : "en") +
        "\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" "
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        "<meta name=\"referrer\" content=\"no-referrer\">\n"
        "<meta name=\"robots\" content=\"noindex\">\n<title>Leeward</title>\n<style>\n" +
        std::string(embedded::paper_css) + "</style>\n</head>\n<body>\n";
    out += tag("p", hint.in(language), "hint");
    out += "<div class=\"sheet\">\n<main>\n" + cover(paper);
    for (const PaperSection& one : paper.sections)
        out += section(one, language);
    const std::string foot =
        std::string(confidential.in(language)) + " · " + std::string(collect.in(language));
    return out + "</main>\n<div class=\"foot\">" + tag("p", foot) +
           "</div>\n</div>\n</body>\n</html>\n";
}

std::string date_text(Time t, Language language) {
    const auto days = std::chrono::floor<std::chrono::days>(t);
    const std::chrono::year_month_day date(days);
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(t - days).count();
    const std::string_view of = language == Language::ES ? " de " : " ";
    const auto month = months.at(static_cast<unsigned>(date.month()) - 1).in(language);
    std::array<char, 24> clock{};
    std::snprintf(clock.data(),
                  clock.size(),
                  ", %02d:%02d UTC",
                  static_cast<int>(minutes / 60),
                  static_cast<int>(minutes % 60));
    return std::to_string(static_cast<unsigned>(date.day())) + std::string(of) +
           std::string(month) + std::string(of) + std::to_string(static_cast<int>(date.year())) +
           clock.data();
}

std::string value_text(const Json& value, Language language) {
    if (const auto* text = value.as_string()) return word_text(*text, language);
    if (const auto* yes = value.as_bool()) return word_text(*yes ? "yes" : "no", language);
    if (const auto* number = value.as_int()) return std::to_string(*number);
    std::string out;
    if (const auto* items = value.as_array())
        for (const Json& item : *items)
            out += (out.empty() ? "" : "\n") + value_text(item, language);
    return out;
}

std::vector<PaperLine> lines_of(const Json& record, Language language) {
    std::vector<PaperLine> lines;
    for (const FieldId id : fields_of(record).members())
        lines.push_back(
            {field(id).label(language), value_text(*record.find(field(id).id), language)});
    return lines;
}

std::string names_of(const FieldSet& fields, Language language) {
    std::string out;
    for (const FieldId id : fields.members())
        out += (out.empty() ? "" : ", ") + field(id).label(language);
    return out;
}

}  // namespace leeward::schema
