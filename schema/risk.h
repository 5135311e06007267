// The meter: how many bits a T1 card tells about one child (domain.md section 4.3), worst case, in
// thousandths of a bit. A value that says nothing (discuss, any, unknown, left out) costs none.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "schema/record.h"

namespace leeward::schema {

inline constexpr std::uint32_t recipient_budget = 8'000;  // millibits to one recipient
inline constexpr std::uint32_t case_budget = 12'000;      // over all recipients and needs of a case

struct FieldRisk {
    FieldId field = 0;
    std::uint32_t millibits = 0;
    bool counts = false;  // false: shown beside, never blocks (access, language, group)
};
struct Meter {
    std::vector<FieldRisk> fields;  // those that say something, in the order of the catalogue
    std::uint32_t counted = 0;      // millibits against the budget
    std::uint32_t beside = 0;       // millibits shown beside it
};

[[nodiscard]] Meter measure(const Json& card);
// Of all cards of a case together: a field that was said once is said.
[[nodiscard]] Meter measure_union(std::span<const Json> cards);
[[nodiscard]] bool over_recipient_budget(const Meter& meter);
[[nodiscard]] bool over_case_budget(const Meter& meter);

// "7.2": the counted bits, to one place.
[[nodiscard]] std::string bits_text(const Meter& meter);
// {"bits": "7.2", "millibits", "beside_millibits", "fields": [{"field", "millibits", "counts"}]}
[[nodiscard]] Json meter_json(const Meter& meter);
// That, and {"budget": "8.0", "over": false}: held against a budget in millibits.
[[nodiscard]] Json meter_json(const Meter& meter, std::uint32_t budget);

}  // namespace leeward::schema
