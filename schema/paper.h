// What people get on paper: one HTML page with its own print style, in English or Spanish, confidential
// (decisions.md 24 and 25). Every value is escaped; there is no script and nothing is fetched. The
// first sheet names nobody, so that a page left in a printer says as little as can be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/catalogue.h"
#include "schema/json/json.h"
#include "schema/language.h"
#include "schema/time.h"

namespace leeward::schema {

struct PaperLine {
    std::string label;
    std::string value;
};
struct PaperTable {
    std::vector<std::string> head;
    std::vector<std::vector<std::string>> rows;
};
struct PaperSection {
    std::string heading;
    std::string
        text{};  // paragraphs parted by blank lines; lines that begin with "  - " are a list
    std::vector<PaperLine> lines{};
    PaperTable table{};
    std::vector<std::string> signatures{};  // who signs here, by hand
};
struct Paper {
    Language language{};
    std::string title;
    std::string from;      // the organisation that prints it
    std::string for_whom;  // one reader; never her name
    Time printed;
    std::vector<PaperSection> sections;
};

[[nodiscard]] std::string html(const Paper& paper);
// The same sheets as {"language","title","mark","cover":[{"label","value"}],"note","sections":[{"heading",
// "text","lines","table":{"head","rows"},"signatures"}]}, for a page that shows and prints them itself.
[[nodiscard]] Json to_json(const Paper& paper);
// & < > " ' and what is no UTF-8, a control character, or turns the direction of the text.
[[nodiscard]] std::string escaped(std::string_view text);

// "26 November 2026, 09:05 UTC"; "26 de noviembre de 2026, 09:05 UTC".
[[nodiscard]] std::string date_text(Time t, Language language);
// What a value of the catalogue is in words: "through_worker" is "through her worker".
[[nodiscard]] std::string value_text(const Json& value, Language language);
// The fields of a record with their labels, in the order of the catalogue.
[[nodiscard]] std::vector<PaperLine> lines_of(const Json& record, Language language);
// The names of these fields, in a row.
[[nodiscard]] std::string names_of(const FieldSet& fields, Language language);

}  // namespace leeward::schema
