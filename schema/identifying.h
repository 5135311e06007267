// A warning for whoever writes free text about a survivor: words that may say who she is, or where.
// Names, people, schools, places, the police case, telephone numbers, plates, dates, and what stands
// in a field of the same record that is not shared. The words are schema/identifying.json, embedded.
//
// It only warns, it finds neither all nor only what identifies, and what it finds is for the eyes of
// the one who wrote it: it is never stored, logged or sent.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/record.h"

namespace leeward::schema {

struct Suspicion {
    FieldId field = 0;
    std::string_view
        kind;           // NAME, PERSON, SCHOOL, PLACE, CASE, PHONE, ONLINE, PLATE, DATE, NUMBER,
                        // HELD_BACK, CAPITAL
    std::string words;  // as they stand in the text

    friend bool operator==(const Suspicion&, const Suspicion&) = default;
};

// In the free text of `record` among `shared`: what is to be told to somebody.
[[nodiscard]] std::vector<Suspicion> identifying_words(const Json& record, const FieldSet& shared);
[[nodiscard]] std::string sentence_about(std::string_view kind, Language language);

// Sets "check_words": [{"field", "kind", "words", "say"}] if anything is found.
void warn_of_words(Json& answer, const Json& record, const FieldSet& shared, Language language);

}  // namespace leeward::schema
