// An exhaustive search over both nodes of one leg, with every numbered write, over a channel that
// loses, repeats and reorders (domain.md section 3.7). The rules are a value, so that a test can plant
// a bug in a copy and see that it is found.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "schema/leg_rules.h"

namespace leeward::test {

struct LegRules {
    std::array<schema::LegRule, 32> rows;
    std::vector<schema::AskRule> asks;
    std::vector<schema::AnswerRule> answers;
};
[[nodiscard]] LegRules built_rules();

struct Findings {
    std::vector<std::string> first;  // the first few, in words
    std::uint64_t count = 0;
    std::uint64_t states = 0;
    std::uint64_t quiet = 0;
    std::set<std::string> used;  // numbers of the writes that were made

    void add(std::string what) {
        if (++count <= 8) first.push_back(std::move(what));
    }
};

// The properties of all 663 entries, and that each side alone comes to rest.
[[nodiscard]] Findings walk_table(const LegRules& rules);
// Both sides together, until every register has `max_asks` and `max_answers` writes.
[[nodiscard]] Findings search(const LegRules& rules, unsigned max_asks, unsigned max_answers);

}  // namespace leeward::test
