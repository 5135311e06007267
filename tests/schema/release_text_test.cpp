#include "schema/release_text.h"

#include <algorithm>
#include <set>

#include <catch2/catch_test_macros.hpp>

#include "schema/codes.h"
#include "schema/letters.h"

using namespace leeward::schema;

namespace {

ReleaseWords sample() {
    return {"Harbor House",
            "Juniper House",
            "PURPOSE_PLACEMENT",
            {*find_field("preferred_name"), *find_field("allergies")},
            30};
}

bool says(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

struct Reading {
    double sentences = 0;
    double words = 0;
    double syllables = 0;
};

bool is_letter(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_vowel(char c) {
    return std::string_view("aeiouy").find(c) != std::string_view::npos;
}

// Groups of vowels, less a silent e at the end in English. In Spanish two strong vowels are two.
double syllables_of(const std::string& word, Language language) {
    double count = 0;
    char before = ' ';
    for (const char c : word) {
        const bool strong = std::string_view("aeo").find(c) != std::string_view::npos &&
                            std::string_view("aeo").find(before) != std::string_view::npos;
        if (is_vowel(c) && (!is_vowel(before) || (language == Language::ES && strong))) ++count;
        before = c;
    }
    const bool silent =
        language == Language::EN && count > 1 && word.ends_with('e') && !word.ends_with("le");
    return std::max(1.0, silent ? count - 1 : count);
}

Reading reading_of(const std::string& text, Language language) {
    Reading out;
    std::string word;
    for (const char c : plain_letters(text) + " ") {
        if (is_letter(c)) {
            word += c;
            continue;
        }
        if (!word.empty()) {
            ++out.words;
            out.syllables += syllables_of(word, language);
            word.clear();
        }
        if (c == '.' || c == '?' || c == ':') ++out.sentences;
    }
    return out;
}

}  // namespace

TEST_CASE("the release text names every field, both sides, the purpose and the days") {
    for (const Language language : {Language::EN, Language::ES}) {
        const ReleaseWords words = sample();
        const std::string text = release_text(words, language);
        CHECK(says(text, words.from));
        CHECK(says(text, words.to));
        CHECK(says(text, sentence(words.purpose, language)));
        CHECK(says(text, "30"));
        for (const FieldId id : words.fields.members())
            CHECK(says(text, "- " + field(id).label(language) + "\n"));
        CHECK_FALSE(says(text, field(*find_field("given_name")).label(language)));
    }
}

TEST_CASE("the release text says that she is free and what cannot be undone") {
    const std::string en = release_text(sample(), Language::EN);
    CHECK(says(en, "You get help whether you say yes or no."));
    CHECK(says(en, "Tell any worker. You need no reason, and it ends at once."));
    CHECK(says(en, "un-read"));
    CHECK(says(en, "You get a copy"));
    const std::string es = release_text(sample(), Language::ES);
    CHECK(says(es, "Te ayudamos igual si dices que sí o que no."));
    CHECK(says(es, "No tienes que dar un motivo y termina enseguida."));
    CHECK(says(es, "desleer"));
    CHECK(says(es, "Te damos una copia"));
}

TEST_CASE("whatever changes in a release changes its text") {
    std::set<std::string> texts;
    ReleaseWords words = sample();
    const auto keep = [&texts, &words] { texts.insert(release_text(words, Language::EN)); };
    keep();
    words.days = 31;
    keep();
    words.fields.erase(*find_field("allergies"));
    keep();
    words.to = "Lantern House";
    keep();
    words.purpose = "PURPOSE_COUNSELLING";
    keep();
    words.from = "Quay House";
    keep();
    CHECK(texts.size() == 6);
}

TEST_CASE("a child of eleven can read the English text: Flesch-Kincaid at most 6") {
    const Reading r = reading_of(release_text(sample(), Language::EN), Language::EN);
    const double grade = 0.39 * r.words / r.sentences + 11.8 * r.syllables / r.words - 15.59;
    INFO(grade);
    CHECK(r.words > 100);
    CHECK(grade <= 6);
}

TEST_CASE("a child of eleven can read the Spanish text: Fernandez Huerta at least 80") {
    const Reading r = reading_of(release_text(sample(), Language::ES), Language::ES);
    const double ease = 206.84 - 60 * r.syllables / r.words - 1.02 * r.words / r.sentences;
    INFO(ease);
    CHECK(r.words > 100);
    CHECK(ease >= 80);
}

TEST_CASE("what the law demands is told, never asked, and never called consent") {
    ReleaseWords words = sample();
    for (const Basis basis : {Basis::STATUTORY_MANDATE, Basis::COURT_ORDER, Basis::EMERGENCY}) {
        words.basis = basis;
        words.cite = "Example Act, section 7.";
        const std::string en = release_text(words, Language::EN);
        CHECK(says(en, "This is not a question"));
        CHECK(says(en, words.cite));
        CHECK_FALSE(says(en, "May we"));
        CHECK_FALSE(says(en, "consent"));
        const std::string es = release_text(words, Language::ES);
        CHECK(says(es, "no es una pregunta"));
        CHECK_FALSE(says(es, "Podemos"));
        CHECK_FALSE(says(es, "consent"));
    }
}

TEST_CASE("TONIGHT says that it is for 72 hours and that she may sign alone") {
    ReleaseWords words = sample();
    words.basis = Basis::TONIGHT;
    CHECK(says(release_text(words, Language::EN), "72 hours at most"));
    CHECK(says(release_text(words, Language::EN), "You can sign this alone."));
    CHECK(says(release_text(words, Language::ES), "72 horas como máximo"));
}

TEST_CASE("a return path is asked for on its own, and each level says what it tells") {
    ReleaseWords words = sample();
    const std::string coarse = return_path_text(words, ReturnLevel::COARSE, Language::EN);
    const std::string detail = return_path_text(words, ReturnLevel::DETAIL, Language::EN);
    CHECK(says(coarse, "still in touch, yes or no"));
    CHECK(says(detail, "how it went for you"));
    CHECK(coarse != detail);
    CHECK(says(coarse, "You do not have to say yes."));
    CHECK_FALSE(says(coarse, field(*find_field("allergies")).label(Language::EN)));
}

TEST_CASE("every text that is read aloud is as easy as the release") {
    for (const Basis basis : {Basis::TONIGHT, Basis::STATUTORY_MANDATE, Basis::EMERGENCY}) {
        ReleaseWords words = sample();
        words.basis = basis;
        const Reading en = reading_of(release_text(words, Language::EN), Language::EN);
        CHECK(0.39 * en.words / en.sentences + 11.8 * en.syllables / en.words - 15.59 <= 6);
        const Reading es = reading_of(release_text(words, Language::ES), Language::ES);
        CHECK(206.84 - 60 * es.syllables / es.words - 1.02 * es.words / es.sentences >= 80);
    }
}

TEST_CASE("a listed name is found however it is typed") {
    for (const char* typed : {"José Núñez",
                              "jose nunez",
                              "NUÑEZ, JOSÉ",
                              "  José   Núñez ",
                              "Jos\u0065\u0301 Nun\u0303ez",
                              "Nunez",
                              "José Luis Núñez"}) {
        INFO(typed);
        CHECK(names_match("José Núñez", typed));
        CHECK(names_match(typed, "José Núñez"));
    }
    CHECK(names_match("O'Neil", "o’neil"));
    CHECK(names_match("O'Neil", "ONeil"));
    CHECK(names_match("Van der Berg", "vanderberg"));
    CHECK(names_match("Ana\u00a0Vega", "Vega‐Ana"));
    CHECK(names_match("Иван Петров", "Петров Иван"));
}

TEST_CASE("another name, or none, is no match") {
    CHECK_FALSE(names_match("José Núñez", "José Vega"));
    CHECK_FALSE(names_match("José Núñez", ""));
    CHECK_FALSE(names_match("", "José Núñez"));
    CHECK_FALSE(names_match("-", "."));
    CHECK_FALSE(names_match("Ana", "Anabel"));
}
