#include "schema/codes.h"

#include <algorithm>
#include <set>
#include <sstream>

#include <catch2/catch_test_macros.hpp>

#include "schema/leg_rules.h"

using namespace leeward::schema;

TEST_CASE("every code has a family and a sentence in both languages") {
    for (const CodeSpec& spec : codes()) {
        INFO(spec.code);
        CHECK_FALSE(spec.families.empty());
        CHECK(spec.en.ends_with(spec.en.back() == '?' ? "?" : "."));
        CHECK(spec.es.ends_with(spec.es.back() == '?' ? "?" : "."));
        CHECK((spec.en != spec.es || spec.code == "A_NO"));
    }
}

TEST_CASE("a code belongs to its family and to no other") {
    CHECK(is_code("DECLINE_", "DECLINE_NO_CAPACITY"));
    CHECK(is_code("DECLINE", "DECLINE_NO_CAPACITY"));
    CHECK_FALSE(is_code("CANCEL_", "DECLINE_NO_CAPACITY"));
    CHECK_FALSE(is_code("A_", "APPROVAL_IN_PERSON"));
    CHECK_FALSE(is_code("DECLINE_", "DECLINE_OTHER"));
    CHECK_FALSE(is_code("DECLINE_", ""));
    CHECK(is_code("LEG", "KEY_UNKNOWN"));
    CHECK(is_code("REFUSED", "KEY_UNKNOWN"));
    CHECK(is_code("REFUSED", "NO_PROOF"));
    CHECK(is_code("RELEASE_", "RELEASE_EXPIRED"));
    CHECK_FALSE(is_code("RELEASE_", "EXPIRED"));
}

TEST_CASE("every code and family that the leg's tables ask for is in the list") {
    const auto is_listed = [](std::string_view word) {
        if (find_code(word) != nullptr) return true;
        return std::any_of(codes().begin(), codes().end(), [word](const CodeSpec& spec) {
            return is_code(word, spec.code);
        });
    };
    const auto check = [&is_listed](std::string_view row) {
        std::istringstream words{std::string(row)};
        for (std::string word; words >> word;) {
            INFO(word);
            CHECK(is_listed(word));
        }
    };
    for (const AskRule& rule : ask_rules())
        check(rule.codes);
    for (const AnswerRule& rule : answer_rules())
        check(rule.codes);
}

TEST_CASE("a family's codes begin with its name, where it has one") {
    const std::set<std::string> bare{"LEG", "REFUSED", "DUPLICATE"};
    for (const CodeSpec& spec : codes())
        for (const auto& family : spec.families)
            if (!bare.contains(family) && spec.code != "NOT_SUITABLE_SAFETY") {
                INFO(spec.code);
                CHECK(spec.code.starts_with(family + "_"));
            }
}

TEST_CASE("declines that can hide discrimination are always reviewed") {
    std::set<std::string> reviewed;
    for (const CodeSpec& spec : codes())
        if (spec.review) reviewed.insert(spec.code);
    CHECK(reviewed == std::set<std::string>{"DECLINE_GROUP_MIX_SAFETY",
                                            "DECLINE_LEVEL_OF_CARE_MISMATCH",
                                            "DECLINE_CANNOT_MEET_ACCESS_NEED",
                                            "DECLINE_OTHER_REVIEWED"});
    CHECK(needs_review("DECLINE_OTHER_REVIEWED"));
    CHECK_FALSE(needs_review("DECLINE_NO_CAPACITY"));
    CHECK_FALSE(needs_review("SOMETHING_NEWER"));
}

TEST_CASE("a decline that would tell where a shelter is travels as another") {
    CHECK(travels_as("DECLINE_LOCATION_SAFETY") == "NOT_SUITABLE_SAFETY");
    CHECK(travels_as("DECLINE_CONFLICT_OF_INTEREST") == "NOT_SUITABLE_SAFETY");
    CHECK(travels_as("DECLINE_AGE_RANGE") == "DECLINE_AGE_RANGE");
    for (const CodeSpec& spec : codes())
        if (!spec.travels_as.empty()) CHECK(find_code(spec.travels_as) != nullptr);
}

TEST_CASE("a code that is not known is kept and said to be unknown") {
    CHECK(sentence("DECLINE_NO_CAPACITY", Language::EN) == "No place is free.");
    CHECK(sentence("DECLINE_NO_CAPACITY", Language::ES) == "No hay ninguna plaza libre.");
    CHECK(sentence("DECLINE_NEWER", Language::EN) == "unrecognised code");
    CHECK(sentence("DECLINE_NEWER", Language::ES) == "código no reconocido");
    CHECK(travels_as("DECLINE_NEWER") == "DECLINE_NEWER");
}
