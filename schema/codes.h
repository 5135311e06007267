// The closed lists of reason codes (domain.md section 3.9), their sentences in both languages, and
// what happens to each on its way. The data is schema/codes.json, embedded.
//
// A code that is not in the list is kept as it is and shown as "unrecognised code": a newer peer
// may know more of them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/language.h"

namespace leeward::schema {

struct CodeSpec {
    std::string code;                   // DECLINE_NO_CAPACITY
    std::vector<std::string> families;  // DECLINE
    bool review = false;                // a supervisor always looks: may hide discrimination
    std::string travels_as;             // empty: as itself
    std::string en;
    std::string es;
};

[[nodiscard]] std::span<const CodeSpec> codes();
[[nodiscard]] const CodeSpec* find_code(std::string_view code);  // nullptr if there is none

// `family` with or without the underscore that ends it: DECLINE_, LEG, Q_.
[[nodiscard]] bool is_code(std::string_view family, std::string_view code);
[[nodiscard]] std::string sentence(std::string_view code, Language language);
[[nodiscard]] bool needs_review(std::string_view code);
// What leaves the node in its place. A code that is not known travels as itself.
[[nodiscard]] std::string travels_as(std::string_view code);

}  // namespace leeward::schema
