// The table "Coverage" of schema/SPEC.md against the program's own tables and the tests themselves.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "schema/break_glass.h"
#include "schema/case.h"
#include "schema/deadline.h"
#include "schema/delivery.h"
#include "schema/grant.h"
#include "schema/incident.h"
#include "schema/leg_rules.h"
#include "schema/need.h"
#include "schema/release.h"

namespace leeward::schema {
namespace {

const std::filesystem::path source = LEEWARD_SOURCE_DIR;

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(source / file);
    std::ostringstream all;
    all << in.rdbuf();
    return all.str();
}

struct Row {
    std::string file;
    std::string test;
};

// Rows with a name that comes twice fail the test.
std::map<std::string, Row> coverage() {
    const std::string spec = text_of("schema/SPEC.md");
    const auto begin = spec.find("## Coverage");
    REQUIRE(begin != std::string::npos);
    std::istringstream lines(spec.substr(begin, spec.find("\n## ", begin + 1) - begin));
    const std::regex shape(R"(\| ([A-Z_0-9]+t?) \| ([^|]*) \| ([^|]*?) *\|)");
    std::map<std::string, Row> rows;
    for (std::string line; std::getline(lines, line);) {
        std::smatch found;
        if (!std::regex_match(line, found, shape)) continue;
        INFO(line);
        CHECK(rows.emplace(found[1], Row{found[2], found[3]}).second);
    }
    return rows;
}

std::set<std::string> transitions() {
    std::set<std::string> names{"A1"};
    for (const auto& row : case_transitions())
        names.emplace(name(row.move));
    for (const auto& row : need_transitions())
        names.emplace(name(row.move));
    for (const auto& row : delivery_transitions())
        names.emplace(name(row.move));
    for (const auto& row : ask_rules())
        names.emplace(name(row.move));
    for (const auto& row : answer_rules())
        names.emplace(name(row.move));
    for (const auto& row : release_transitions())
        names.emplace(name(row.move));
    for (const auto& row : grant_transitions())
        names.emplace(name(row.move));
    for (const auto& row : break_glass_transitions())
        names.emplace(name(row.move));
    for (const auto& row : incident_transitions())
        names.emplace(name(row.move));
    return names;
}

// A sentence that the formatter has broken into two literals is one.
bool holds_test(const std::string& file, const std::string& sentence) {
    static std::map<std::string, std::string> read;
    auto& text = read[file];
    if (text.empty()) text = std::regex_replace(text_of(file), std::regex("\"\\s*\n\\s*\""), "");
    return text.find("\"" + sentence + "\"") != std::string::npos;
}

}  // namespace

TEST_CASE("every transition of every lifecycle names the test that tries it") {
    const auto rows = coverage();
    const auto all = transitions();
    CHECK(all.size() == 4 + 24 + 7 + 18 + 20 + 11 + 10 + 6 + 3);
    for (const auto& one : all) {
        INFO(one);
        REQUIRE(rows.contains(one));
        CHECK(holds_test(rows.at(one).file, rows.at(one).test));
    }
}

TEST_CASE("every row of the table of deadlines names the test that tries it") {
    const auto rows = coverage();
    for (const auto& row : deadlines()) {
        const std::string one(name(row.row));
        INFO(one);
        REQUIRE(rows.contains(one));
        CHECK(holds_test(rows.at(one).file, rows.at(one).test));
    }
}

TEST_CASE("the table of coverage names nothing that does not exist") {
    const auto all = transitions();
    for (const auto& line : coverage()) {
        const std::string one(line.first);
        INFO(one);
        const bool is_deadline = std::any_of(deadlines().begin(),
                                             deadlines().end(),
                                             [&](const Deadline& d) { return name(d.row) == one; });
        CHECK((all.contains(one) || is_deadline));
    }
}

}  // namespace leeward::schema
