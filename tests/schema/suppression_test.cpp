#include "schema/suppression.h"

#include <catch2/catch_test_macros.hpp>

using namespace leeward::schema;

namespace {

// A whole and its parts: nodes 0 and 1, the parts side by side.
std::vector<bool> withheld_of(const std::vector<std::int64_t>& parts) {
    std::vector<Flow> flows{{1, 0, 0, 1000}};
    for (const auto part : parts) {
        flows.push_back({0, 1, part, 1});
        flows.front().count += part;
    }
    return withheld(flows);
}

}  // namespace

TEST_CASE("Numbers from 11 on are shown to the nearest 5") {
    CHECK(rounded(11) == 10);
    CHECK(rounded(12) == 10);
    CHECK(rounded(13) == 15);
    CHECK(rounded(17) == 15);
    CHECK(rounded(18) == 20);
}

TEST_CASE("Where every part is large nothing is withheld") {
    CHECK(withheld_of({11, 30, 50}) == std::vector<bool>{false, false, false, false});
}

TEST_CASE("One small part takes the smallest other one with it, not the whole") {
    CHECK(withheld_of({3, 30, 50}) == std::vector<bool>{false, true, true, false});
}

TEST_CASE("Small parts whose sum is large protect each other") {
    CHECK(withheld_of({9, 8, 9, 60}) == std::vector<bool>{false, true, true, true, false});
}

TEST_CASE("What is worth least goes first: the whole, where it is worth less than its parts") {
    const std::vector<Flow> flows{{1, 0, 43, 1}, {0, 1, 40, 1000}, {0, 1, 3, 1000}};
    CHECK(withheld(flows) == std::vector<bool>{true, false, true});
}

TEST_CASE("Of fewer than 11 nothing is shown, not even that there are none") {
    CHECK(withheld_of({4, 6}) == std::vector<bool>{true, true, true});
    CHECK(withheld_of({0, 0}) == std::vector<bool>{true, true, true});
}
