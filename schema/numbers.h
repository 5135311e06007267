// Numbers without people: what may be published of a half-year, as tables of at most two variables
// (domain.md section 4.9, features F91-F94).
//
// What is counted is a chain of variables, and only neighbours are put together in a table, so that
// all tables of a chain add up along one set of flows and schema/suppression.h can withhold what
// must be. Half-years do not overlap and none is counted twice: nothing is left to subtract.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/json/json.h"
#include "schema/time.h"

namespace leeward::schema {

// ------------------------------------------------------------------ when

// "2026-H1": January to June, "2026-H2": July to December, in UTC.
struct HalfYear {
    int year = 0;
    int half = 1;

    friend bool operator==(const HalfYear&, const HalfYear&) = default;
};
[[nodiscard]] std::string name(HalfYear period);
[[nodiscard]] std::optional<HalfYear> half_year_from(std::string_view text);  // 2000 to 2999
[[nodiscard]] HalfYear half_year_of(Time t);
[[nodiscard]] HalfYear before(HalfYear period);
[[nodiscard]] Time begin_of(HalfYear period);
[[nodiscard]] Time end_of(HalfYear period);  // the first second after it
// Once, 14 days after its end: answers and corrections have come in by then.
[[nodiscard]] Time counted_at(HalfYear period);

// ------------------------------------------------------------------ what

struct Variable {
    std::string name;
    std::vector<std::string> categories;
    std::int64_t worth = 100;  // of its sums, where a cell is worth 1 (Flow::worth)
    bool names = false;  // its categories are names of organisations: always the rows of a table
};
// One category, told apart further: why needs were not met, for what reason legs were declined.
struct Detail {
    std::size_t variable = 0;
    std::string category;
    std::string name;
    std::vector<std::string> codes;
};
struct Chain {
    std::string what;  // "needs"
    std::vector<Variable> variables;
    std::int64_t worth = 10;  // of the whole
    std::optional<Detail> detail{};
};
// One thing that is counted: its category in each variable of the chain, and its detail where its
// category has one. A word that the chain does not have counts as the last one.
struct Fact {
    std::vector<std::string> values;
    std::string detail{};
};

[[nodiscard]] Chain people_chain();
[[nodiscard]] Chain needs_chain();
[[nodiscard]] Chain outcomes_chain();
[[nodiscard]] Chain answers_chain(std::vector<std::string> recipients);

// Why a need was not met, by how those who were asked answered: DECLINE_… codes, OFFERED, or "" for
// no answer. The commonest decides.
[[nodiscard]] std::string unmet_why(std::span<const std::string> answers);

// ------------------------------------------------------------------ how it is published

inline constexpr std::string_view withheld_word = "withheld";
inline constexpr std::string_view all_word = "all";

// [{"title": "needs by service and result", "rows": "service", "columns": "result", "counts":
// [{"service": "PLACEMENT", "MET": 15, "UNMET": "withheld", …, "all": 30}, …]}]: a number from 10
// on, rounded to 5, or "withheld". A detail has the one column "all".
[[nodiscard]] Json::Array tables(const Chain& chain, std::span<const Fact> facts);

// RFC 4180, one number a line: table, row, column, count. A text that a spreadsheet would take for a
// formula begins with an apostrophe.
[[nodiscard]] std::string csv(const Json& tables);

}  // namespace leeward::schema
