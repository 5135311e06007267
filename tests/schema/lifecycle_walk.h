// Walks a machine's table whole: every move from every state, against a written-out list.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "schema/lifecycle.h"

namespace leeward::test {

// All transitions that `next` makes, one "MOVE FROM TO" each.
template <class State, class Move, class Next>
std::set<std::string> walk(std::size_t states, std::size_t moves, Next next) {
    std::set<std::string> made;
    for (std::size_t m = 1; m <= moves; ++m)
        for (std::size_t from = 0; from < states; ++from)
            for (std::size_t to = 0; to < states; ++to) {
                const auto move = static_cast<Move>(m);
                const auto result = next(move, static_cast<State>(from), static_cast<State>(to));
                if (!result) {
                    REQUIRE(result.error().code == Errc::wrong_state);
                    REQUIRE_FALSE(result.error().detail.empty());
                } else if (result.value() == static_cast<State>(to)) {
                    made.insert(std::string(name(move)) + " " +
                                std::string(name(static_cast<State>(from))) + " " +
                                std::string(name(static_cast<State>(to))));
                }
            }
    return made;
}

// "N7 SELECTED OPTIONS,INQUIRING" lines, one for each list of from-states: all combinations.
inline std::set<std::string> expected(std::string_view lines) {
    const auto split = [](std::string_view text, char at) {
        std::vector<std::string> parts;
        std::string part;
        for (const char c : text)
            if (c == at)
                parts.push_back(std::exchange(part, {}));
            else
                part += c;
        parts.push_back(part);
        return parts;
    };
    std::set<std::string> all;
    for (const auto& line : split(lines, '\n')) {
        const auto words = split(line, ' ');
        if (words.size() != 3) continue;
        for (const auto& from : split(words[1], ','))
            for (const auto& to : split(words[2], ',')) {
                std::string entry = words[0];
                entry += " " + from;
                entry += " " + to;
                all.insert(entry);
            }
    }
    return all;
}

// Every state has a word of its own that reads back, and an unknown word reads as nothing.
template <class E, class From>
void require_words(std::size_t count, From from) {
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < count; ++i) {
        const auto value = static_cast<E>(i);
        REQUIRE(from(name(value)) == value);
        REQUIRE(seen.insert(name(value)).second);
    }
    REQUIRE(name(static_cast<E>(count)) == "unknown");
    REQUIRE_FALSE(from("unknown"));
    REQUIRE_FALSE(from(""));
    REQUIRE_FALSE(from("open "));
}

}  // namespace leeward::test
