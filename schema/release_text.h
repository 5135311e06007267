// The exact text of a release, as it is read aloud before anybody signs: English and Spanish, short
// words, nothing hidden. Its bytes are committed to (domain.md section 3.3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "schema/catalogue.h"
#include "schema/language.h"
#include "schema/release.h"

namespace leeward::schema {

struct ReleaseWords {
    std::string from;     // the organisation that shares
    std::string to;       // the one that receives
    std::string purpose;  // a PURPOSE_ code
    FieldSet fields;
    std::int64_t days = 0;
    Basis basis{};       // only a RELEASE and TONIGHT ask; the others tell
    std::string cite{};  // of a mandate or an order: what demands it
};

// What a partner may tell the referrer afterwards: a release of its own.
[[nodiscard]] std::string return_path_text(const ReleaseWords& words,
                                           ReturnLevel level,
                                           Language language);

[[nodiscard]] std::string release_text(const ReleaseWords& words, Language language);

// Whether a name that was typed is one that is listed: case, accents, spacing, punctuation and the
// order of the names do not matter. Errs on the side of yes: a listed name whose parts are all in the typed
// one is a match, and the other way round.
[[nodiscard]] bool names_match(std::string_view listed, std::string_view typed);

}  // namespace leeward::schema
