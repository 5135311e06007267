#include "schema/identifying.h"

#include <algorithm>
#include <set>

#include <catch2/catch_test_macros.hpp>

using namespace leeward::schema;

namespace {

FieldSet only(std::string_view id) {
    return {*find_field(id)};
}

// The kinds that are found in one free text.
std::vector<std::string> kinds_in(std::string_view text) {
    std::vector<std::string> kinds;
    const Json record = Json::object({{"child_wishes", text}});
    for (const auto& one : identifying_words(record, only("child_wishes")))
        kinds.emplace_back(one.kind);
    return kinds;
}

std::string words_found(std::string_view text) {
    const Json record = Json::object({{"child_wishes", text}});
    const auto found = identifying_words(record, only("child_wishes"));
    return found.empty() ? std::string() : found.front().words;
}

using Kinds = std::vector<std::string>;

}  // namespace

TEST_CASE("Plain wishes raise no suspicion, in either language") {
    for (const auto* text : {"Nuts. She sleeps with the light on and would like tea.",
                             "I like drawing. Please knock.",
                             "No come carne. Le gusta dibujar y dormir con la luz encendida.",
                             "Two pills at 9 and 21, 500 mg each; vitamin B12.",
                             "Le gusta el color rosa."})
        CHECK(kinds_in(text) == Kinds{});
}

TEST_CASE("Names and the people around her are suspected") {
    CHECK(kinds_in("she misses Guadalupe a lot") == Kinds{"NAME"});
    CHECK(kinds_in("Renata no come carne") == Kinds{"NAME"});
    CHECK(kinds_in("call her aunt first") == Kinds{"PERSON"});
    CHECK(kinds_in("quiere ver a su tía") == Kinds{"PERSON"});
    CHECK(kinds_in("she is afraid of Brannigan") == Kinds{"CAPITAL"});
}

TEST_CASE("Schools, places and the case are suspected, with and without accents") {
    CHECK(kinds_in("she wants back to her school") == Kinds{"SCHOOL"});
    CHECK(kinds_in("quiere volver a la preparatoria") == Kinds{"SCHOOL"});
    CHECK(kinds_in("lived near the airport") == Kinds{"PLACE"});
    CHECK(kinds_in("vive cerca de la estacion") == Kinds{"PLACE"});
    CHECK(kinds_in("after the court hearing") == Kinds{"CASE", "CASE"});
    CHECK(kinds_in("tiene que ir al juzgado") == Kinds{"CASE"});
}

TEST_CASE("Numbers that lead to somebody are suspected, however they are written") {
    CHECK(kinds_in("ring 555-0100142") == Kinds{"PHONE"});
    CHECK(words_found("ring (555) 010-0142 at night") == "555) 010-0142");
    CHECK(words_found("llamar al 55 5501 0042 por la noche") == "55 5501 0042");
    CHECK(kinds_in("a car 7ABC123") == Kinds{"PLATE"});
    CHECK(words_found("a car ABC 1234, blue") == "ABC 1234");
    CHECK(kinds_in("a car XYZ-987") == Kinds{"PLATE"});
    CHECK(kinds_in("since 12/05/2026") == Kinds{"DATE"});
    CHECK(kinds_in("desde el 3 de septiembre") == Kinds{"DATE"});
    CHECK(kinds_in("file 88231") == Kinds{"NUMBER"});
    CHECK(kinds_in("write to wren@example.org") == Kinds{"ONLINE"});
}

TEST_CASE("What stands in a field that is not shared is suspected where it is repeated") {
    const Json record = Json::object({{"family_name", "Okonkwo-Vale"},
                                      {"survivor_location_now", "the yellow lighthouse"},
                                      {"unsafe_persons", Json(Json::Array{"Brannigan"})},
                                      {"diet", "brannigan cooked; she stayed in the LIGHTHOUSE"}});
    const auto found = identifying_words(record, only("diet"));
    REQUIRE(found.size() == 2);
    CHECK(found[0] == Suspicion{*find_field("diet"), "HELD_BACK", "brannigan"});
    CHECK(found[1] == Suspicion{*find_field("diet"), "HELD_BACK", "LIGHTHOUSE"});
}

TEST_CASE("A name that is shared anyway may stand in the text") {
    const Json record =
        Json::object({{"preferred_name", "wrenling"}, {"child_wishes", "call me wrenling"}});
    CHECK(identifying_words(record, only("child_wishes")).size() == 1);
    CHECK(identifying_words(record, only("child_wishes") | only("preferred_name")).empty());
}

TEST_CASE("Only free text that is to be shared is read") {
    const Json record = Json::object({{"given_name", "Renata"},
                                      {"allergies", "ask Guadalupe"},
                                      {"chronology", "seen at the airport with Brannigan"}});
    CHECK(identifying_words(record, only("given_name") | only("chronology")).empty());
    CHECK(identifying_words(record, only("allergies")).size() == 1);
}

TEST_CASE("Every kind has a sentence in both languages") {
    std::set<std::string> kinds;
    for (const auto* text : {"aunt",
                             "school",
                             "park",
                             "court",
                             "March 12/05/2026",
                             "5550100142",
                             "a Brannigan",
                             "7ABC123",
                             "Maria",
                             "88231",
                             "x@example.org"})
        for (const auto& kind : kinds_in(text))
            kinds.insert(kind);
    kinds.insert("HELD_BACK");
    CHECK(kinds.size() == 12);
    for (const auto& kind : kinds) {
        CHECK_FALSE(sentence_about(kind, Language::EN).empty());
        CHECK_FALSE(sentence_about(kind, Language::ES).empty());
        CHECK(sentence_about(kind, Language::EN) != sentence_about(kind, Language::ES));
    }
}

TEST_CASE("A text of any bytes is read without harm") {
    for (const auto* text :
         {"", " ", "\xC3", "@", "+", "-", "...", "()", "\xFF\xFE 1", "A", "--A1"})
        CHECK_NOTHROW(kinds_in(text));
}
