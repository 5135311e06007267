#include "schema/codes.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include <catch2/catch_test_macros.hpp>

#include "schema/commands.h"
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

TEST_CASE("the lists of domain.md section 3.9 are here, whole") {
    const std::map<std::string, std::string> lists{
        {"DECLINE_",
         "NO_CAPACITY CAPACITY_STALE AGE_RANGE GENDER_OF_PROGRAMME LICENCE_LIMIT "
         "CANNOT_MEET_ACCESS_NEED CANNOT_MEET_LANGUAGE_NOW LEVEL_OF_CARE_MISMATCH "
         "GROUP_MIX_SAFETY LOCATION_SAFETY CONFLICT_OF_INTEREST FUNDING_RULE SERVICE_SUSPENDED "
         "INCOMPLETE_INQUIRY SENT_IN_ERROR OTHER_REVIEWED"},
        {"",
         "NOT_SUITABLE_SAFETY VACANCY_GONE EMERGENCY_CLOSURE HOLD_EXPIRED REVIEW_TIMEOUT "
         "REVIEW_UPHELD REVIEW_RETURNED NO_ANSWER DEPUTY_NO_ANSWER NOT_DELIVERED NO_ROUTE "
         "KEY_UNKNOWN KEY_CHANGED A_CANNOT_SAY A_NO_ANSWER RECALLED CONFIRMED_BY_PHONE LATE "
         "DELAYED RESCHEDULED POSSIBLE_DUPLICATE"},
        {"RISK_OVERRIDE_", "ONLY_SUITABLE_PROGRAMME SAFETY_NEEDS_DETAIL SURVIVOR_AGREED"},
        {"CLIENT_",
         "PREFERS_OTHER WANTS_TIME TOO_FAR WANTS_FAMILY_OR_KIN_OPTION NO_LONGER_INTERESTED "
         "PREFERS_NOT_TO_SAY"},
        {"CHOICE_BASIS_", "IN_PERSON BY_PHONE WITH_INTERPRETER ONLY_OPTION"},
        {"PAUSE_", "SURVIVOR_ASKED WITHDRAWAL_HEARD_ELSEWHERE TEAM"},
        {"WITHDRAW_",
         "SURVIVOR_ASKED GUARDIAN_ASKED SAFETY_CHANGED NOT_UNDERSTOOD_BEFORE PREFERS_NOT_TO_SAY"},
        {"CANCEL_",
         "PLACED_OUTSIDE_SYSTEM JURISDICTION_MOVED COURT_DIRECTED NO_LONGER_NEEDED "
         "WANTS_OTHER_PLACE USER_ERROR"},
        {"MISDIRECT_", "WRONG_RECIPIENT NOT_OURS WRONG_KEY"},
        {"EIE_", "TEST_ENTRY WRONG_PERSON DUPLICATE_ENTRY"},
        {"REOPEN_", "NEW_CAPACITY WIDER_SEARCH SURVIVOR_CAME_BACK CLOSED_IN_ERROR"},
        {"UNMET_",
         "NO_CAPACITY_ANYWHERE NO_ELIGIBLE_PROGRAMME NO_ANSWER ACCESS_NEED LANGUAGE "
         "GROUP_TOGETHER SAFETY_DISTANCE SURVIVOR_DECLINED_ALL"},
        {"NOT_ARRIVED_",
         "DELAYED CHANGED_MIND OTHER_SAFE_PLACE UNABLE_TO_CONTACT SAFEGUARDING_OPEN"},
        {"OUTCOME_",
         "STABLE_IN_PLACEMENT MOVED_PLANNED MOVED_UNPLANNED FAMILY_OR_KIN INDEPENDENT_LIVING "
         "REFERRED_ON LEFT_BY_CHOICE UNKNOWN NOT_DISCLOSED"},
        {"RELEASE_", "EXPIRED WITHDRAWN NARROWED INVALID_SIGNER NOT_UNDERSTOOD VOID"},
        {"BASIS_", "RELEASE TONIGHT EMERGENCY STATUTORY_MANDATE COURT_ORDER"},
        {"REACH_", "NO_ANSWER NUMBER_UNKNOWN UNSAFE_TO_ASK LEFT_MESSAGE REACHED_LATER"},
        {"HARM_", "MEDICAL_TONIGHT IMMINENT_VIOLENCE MISSING_NOW SELF_HARM_RISK"},
        {"APPROVAL_", "IN_PERSON BY_PHONE COUNTERSIGNED NOT_COUNTERSIGNED"},
    };
    for (const auto& [family, list] : lists) {
        std::istringstream words(list);
        for (std::string word; words >> word;) {
            INFO(family + word);
            if (family.empty())
                CHECK(find_code(word) != nullptr);
            else
                CHECK(is_code(family, family + word));
        }
    }
}

TEST_CASE("every code in the example of a command is in the list") {
    std::size_t seen = 0;
    for (const CommandSpec& command : commands()) {
        std::istringstream words{std::string(command.example)};
        for (std::string word; words >> word;) {
            const bool looks_like_a_code =
                word.front() >= 'A' && word.front() <= 'Z' && word.find('_') != std::string::npos &&
                word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") ==
                    std::string::npos;
            if (!looks_like_a_code) continue;
            ++seen;
            INFO(command.name << ": " << word);
            CHECK(find_code(word) != nullptr);
        }
    }
    CHECK(seen >= 5);
}

TEST_CASE("a family's codes begin with its name, where it has one") {
    const std::set<std::string> bare{"LEG", "REFUSED", "DUPLICATE", "NOTICE", "DISPUTE"};
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
