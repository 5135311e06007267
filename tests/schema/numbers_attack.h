// What somebody who holds every published table can work out. The attack is complete: it looks for
// another population that fits all that is shown and has another number at one place. If there is
// one, no adding and subtracting can tell the two apart; if there is none, the place is exposed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schema/numbers.h"

namespace leeward::test {

using Population = std::vector<schema::Fact>;

// One number of one table; `rows` and `columns` name the variables, "all" stands for a sum.
struct Number {
    std::string rows;
    std::string row;
    std::string columns;
    std::string column;
    std::optional<std::int64_t> shown;
};
[[nodiscard]] std::vector<Number> numbers_of(const schema::Json::Array& tables);

// By counting heads.
[[nodiscard]] std::int64_t count(const schema::Chain& chain,
                                 const Population& people,
                                 const Number& number);
// What a reader knows of a number that is shown: rounded to 5, and never of fewer than 11.
[[nodiscard]] bool fits(std::int64_t count, std::int64_t shown);
[[nodiscard]] bool fits(const schema::Chain& chain,
                        const Population& people,
                        const std::vector<Number>& numbers);

// A population that fits all numbers and has `wanted` at `place`; the search starts from the truth.
[[nodiscard]] std::optional<Population> another(const schema::Chain& chain,
                                                const Population& truth,
                                                const std::vector<Number>& numbers,
                                                const Number& place,
                                                std::int64_t wanted);

// The numbers under 11 which the tables give away.
[[nodiscard]] std::vector<Number> exposed(const schema::Chain& chain,
                                          const Population& truth,
                                          const std::vector<Number>& numbers);

}  // namespace leeward::test
