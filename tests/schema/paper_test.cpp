#include "schema/paper.h"

#include <catch2/catch_test_macros.hpp>

#include "schema/iso_time.h"

using namespace leeward::schema;

namespace {

Paper paper_with(const std::string& value, Language language = Language::EN) {
    PaperSection section{value};
    section.text = value + "\n  - " + value + "\n";
    section.lines = {{value, value}};
    section.table = {{value}, {{value}}};
    section.signatures = {value};
    return {language, value, value, value, *date_time_from("2026-11-26T09:05:00Z"), {section}};
}

bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("Whatever stands in a value, it is text on the page and nothing else") {
    for (const std::string hostile : {"<script>alert(1)</script>",
                                      "\"><img src=x onerror=alert(1)>",
                                      "</style><link rel=stylesheet href=//example.org>",
                                      "'><a href='javascript:x'>"}) {
        const std::string page = html(paper_with(hostile));
        for (const auto* tag : {"<script", "<img", "<link", "<a ", "</style><", "'>"})
            CHECK_FALSE(holds(page, tag));
        CHECK(holds(page, escaped(hostile)));
    }
}

TEST_CASE("Broken UTF-8 and control characters are shown as unreadable, never passed on") {
    CHECK(escaped("a\x01z") == "a\xEF\xBF\xBDz");
    CHECK(escaped("\xC3") == "\xEF\xBF\xBD");
    CHECK(escaped("\xC0\xBC") == "\xEF\xBF\xBD\xEF\xBF\xBD");  // an overlong "<"
    CHECK(escaped("\xC2\x85") == "\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(escaped("Ñandú & “té”") == "Ñandú &amp; “té”");
}

TEST_CASE("What turns a text's direction or takes no room in it is shown as unreadable") {
    for (const std::string hidden : {"\u061C",
                                     "\u200B",
                                     "\u200E",
                                     "\u200F",
                                     "\u2028",
                                     "\u202A",
                                     "\u202E",
                                     "\u2066",
                                     "\u2069",
                                     "\uFEFF"})
        CHECK(escaped("Quay" + hidden + "egattoC") == "Quay\uFFFDegattoC");
    CHECK(escaped("نور — 家 “a…b”") == "نور — 家 “a…b”");
}

TEST_CASE("A page has no script and fetches nothing") {
    const std::string page = html(paper_with("x"));
    CHECK(holds(page, "default-src 'none'; style-src 'unsafe-inline'"));
    for (const auto* part : {"<script", "src=", "href", "url(", "@import", "http:", "https:", "//"})
        CHECK_FALSE(holds(page, part));
}

TEST_CASE("The first sheet and the title hold nothing of the sections") {
    Paper paper = paper_with("Wren");
    paper.title = "Referral";
    paper.from = "Juniper House";
    paper.for_whom = "The night worker";
    const std::string page = html(paper);
    const auto sections = page.find("<section>");
    REQUIRE(sections != std::string::npos);
    CHECK_FALSE(holds(page.substr(0, sections), "Wren"));
    CHECK(holds(page, "<title>Leeward</title>"));
}

TEST_CASE("A page is marked confidential, to be collected now, in its language") {
    const std::string english = html(paper_with("x"));
    CHECK(holds(english, "<html lang=\"en\">"));
    CHECK(holds(english, "Confidential"));
    CHECK(holds(english, "Collect from the printer now"));
    CHECK(holds(english, "26 November 2026, 09:05 UTC"));
    const std::string spanish = html(paper_with("x", Language::ES));
    CHECK(holds(spanish, "<html lang=\"es\">"));
    CHECK(holds(spanish, "Confidencial"));
    CHECK(holds(spanish, "Recoja ya de la impresora"));
    CHECK(holds(spanish, "26 de noviembre de 2026, 09:05 UTC"));
}

TEST_CASE("Lines of a text become paragraphs and lists that are closed") {
    Paper paper = paper_with("x");
    paper.sections.front().text = "Why:\n  - one\n  - two\n\nEnd.\n  - last";
    const std::string page = html(paper);
    CHECK(holds(page, "<p>Why:</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n<p>End.</p>"));
    CHECK(holds(page, "<ul>\n<li>last</li>\n</ul>"));
}

TEST_CASE("Every value that a form of T1 to T3 offers has words in both languages") {
    for (const FieldSpec& spec : catalogue())
        for (const auto& value : spec.values) {
            if (spec.tier == Tier::L0 || spec.tier == Tier::T0 || spec.tier == Tier::T4) continue;
            CAPTURE(spec.id, value);
            for (const auto language : {Language::EN, Language::ES}) {
                const std::string words = value_text(Json(value), language);
                CHECK_FALSE(words.empty());
                CHECK_FALSE(holds(words, "_"));
            }
        }
    CHECK(value_text(Json("through_worker"), Language::ES) == "por medio de su trabajadora");
    CHECK(value_text(Json(true), Language::ES) == "sí");
    CHECK(value_text(Json(Json::Array{"email", "call"}), Language::EN) ==
          "e-mail\na telephone call");
    CHECK(value_text(Json("Nuts."), Language::ES) == "Nuts.");
}
