#include "cli/topics.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "cli/command_line.h"
#include "cli/help.h"
#include "schema/catalogue.h"
#include "schema/codes.h"
#include "schema/commands.h"
#include "schema/help.h"
#include "schema/tier.h"

namespace {

using namespace leeward;
using namespace leeward::cli;
using Catch::Matchers::ContainsSubstring;
using schema::Language;

std::string asked(const std::vector<std::string>& words) {
    const auto line = parse_command_line(words);
    REQUIRE(line);
    return line->help;
}

const schema::ArgSpec& argument(std::string_view command, std::string_view name) {
    for (const auto& arg : schema::find_command(command)->args)
        if (arg.name == name) return arg;
    FAIL("no such argument");
    return schema::find_command(command)->args.front();
}

}  // namespace

TEST_CASE("help shows every field that a worker may write down, with what may stand there") {
    for (const auto language : {Language::EN, Language::ES}) {
        const std::string fields = help_of_topic("fields", language);
        for (const auto& field : schema::catalogue()) {
            if (field.tier == schema::Tier::T0) continue;
            CHECK_THAT(fields, ContainsSubstring("  " + field.id + " "));
            CHECK_THAT(fields, ContainsSubstring(field.label(language) + ": "));
        }
    }
    CHECK(asked({"help", "fields"}) == help_of_topic("fields"));
    CHECK(asked({"help", "fields", "--lang", "es"}) == help_of_topic("fields", Language::ES));
}

TEST_CASE("help shows every code, with what it says") {
    const std::string codes = asked({"help", "codes"});
    for (const auto& code : schema::codes()) {
        CHECK_THAT(codes, ContainsSubstring("  " + code.code + " "));
        CHECK_THAT(codes, ContainsSubstring(code.en));
    }
}

TEST_CASE("help says what the words mean, in both languages") {
    CHECK_THAT(asked({"help", "words"}), ContainsSubstring("  leg "));
    CHECK_THAT(asked({"help", "words", "--lang", "es"}), ContainsSubstring("una superviviente"));
    CHECK_THAT(asked({"help"}), ContainsSubstring("leeward help words"));
}

TEST_CASE("the help of a command shows the codes that it takes, and only those") {
    const std::string decline = asked({"leg", "decline", "--help"});
    CHECK_THAT(decline, ContainsSubstring("DECLINE_NO_CAPACITY  "));
    CHECK_THAT(decline, ContainsSubstring("VACANCY_GONE  "));
    CHECK_THAT(decline, ContainsSubstring(schema::sentence("DECLINE_AGE_RANGE", Language::EN)));
    CHECK_THAT(decline, !ContainsSubstring("CONDITION_"));
    const auto reviews = schema::codes_of(argument("leg.review", "code"));
    REQUIRE(reviews.size() == 2);
    CHECK(reviews.front()->code == "REVIEW_UPHELD");
    CHECK(schema::codes_of(argument("release.sign", "signer")).empty());
}

TEST_CASE("every argument that takes a code names codes that there are") {
    for (const auto& command : schema::commands())
        for (const auto& arg : command.args) {
            CAPTURE(command.name, arg.name);
            if (arg.type == schema::ArgType::CODE) CHECK_FALSE(schema::codes_of(arg).empty());
        }
}

TEST_CASE("the help of a command shows the file that it reads") {
    CHECK_THAT(asked({"need", "new", "--help"}), ContainsSubstring("\"wishes_asked\": true"));
    CHECK_THAT(asked({"need", "new", "--help"}), ContainsSubstring("  start_window "));
    CHECK_THAT(asked({"case", "new", "--help"}), ContainsSubstring("\"preferred_name\""));
    CHECK_THAT(asked({"capacity", "set", "--help"}), ContainsSubstring("\"beds\": 2"));
    CHECK_THAT(asked({"peer", "contact", "--help"}), ContainsSubstring("\"duty_line\""));
}

TEST_CASE("the way of a placement is told in commands that there are, in both languages") {
    for (const auto& step : placement_steps()) {
        CAPTURE(step.command);
        const auto* command = schema::find_command(step.command);
        REQUIRE(command != nullptr);
        for (const auto language : {Language::EN, Language::ES}) {
            const std::string told = help_of_topic("placement", language);
            CHECK_THAT(
                told,
                ContainsSubstring(std::string(step.typed.empty() ? command->example : step.typed)));
            CHECK_THAT(told,
                       ContainsSubstring(std::string(schema::summary_of(*command, language))));
        }
    }
    CHECK_THAT(asked({"help"}), ContainsSubstring("leeward help placement"));
    CHECK_THAT(asked({"help", "--lang", "es"}), ContainsSubstring("leeward help placement"));
}
