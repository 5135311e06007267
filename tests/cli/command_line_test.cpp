#include "cli/command_line.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <unistd.h>

#include "cli/arguments.h"
#include "cli/help.h"
#include "cli/local_commands.h"
#include "schema/embedded.h"
#include "schema/help.h"
#include "tests/node/store/folder.h"

namespace {

using namespace leeward;
using namespace leeward::cli;
using Catch::Matchers::ContainsSubstring;
using schema::Json;

CommandLine parsed(const std::vector<std::string>& args) {
    auto line = parse_command_line(args);
    INFO((line ? "" : line.error().detail));
    REQUIRE(line);
    return std::move(line).value();
}

Json arguments(const std::vector<std::string>& args) {
    const CommandLine line = parsed(args);
    REQUIRE(line.command != nullptr);
    const auto built = build_arguments(*line.command, line.given);
    INFO((built ? "" : built.error().detail));
    REQUIRE(built);
    return *built;
}

void refused(const std::vector<std::string>& args) {
    const auto line = parse_command_line(args);
    if (!line) {
        CHECK(line.error().code == Errc::invalid_argument);
        return;
    }
    REQUIRE(line->command != nullptr);
    const auto built = build_arguments(*line->command, line->given);
    REQUIRE_FALSE(built);
    CHECK(built.error().code == Errc::invalid_argument);
}

TEST_CASE("every line of the Spanish help is about a command or an argument that there is") {
    std::istringstream file{std::string(schema::embedded::help_es)};
    std::size_t lines = 0;
    for (std::string line; std::getline(file, line); ++lines) {
        CAPTURE(line);
        const auto tab = line.find('\t');
        REQUIRE(tab != std::string::npos);
        const auto space = std::min(line.find(' '), tab);
        const auto known = [&](const schema::CommandSpec* command) {
            if (line.substr(0, space) != "*" && line.substr(0, space) != command->name)
                return false;
            return space == tab ||
                   std::any_of(
                       command->args.begin(), command->args.end(), [&](const schema::ArgSpec& arg) {
                           return arg.name == line.substr(space + 1, tab - space - 1);
                       });
        };
        CHECK(std::any_of(all_commands().begin(), all_commands().end(), known));
    }
    CHECK(lines > 200);
}

TEST_CASE("every command and every argument is explained in English and in Spanish") {
    using schema::spanish_help;
    for (const auto* command : all_commands()) {
        CAPTURE(command->name);
        CHECK_FALSE(command->summary.empty());
        CHECK_FALSE(command->example.empty());
        CHECK_FALSE(spanish_help(command->name).empty());
        for (const auto& arg : command->args) {
            CAPTURE(arg.name);
            const std::string name(arg.name);
            CHECK_FALSE(arg.help.empty());
            const bool own = !spanish_help(std::string(command->name) + " " + name).empty();
            CHECK((own || !spanish_help("* " + name).empty()));
        }
    }
}

TEST_CASE("help is in the language asked for") {
    const std::string spanish = parsed({"people", "add", "--help", "--lang", "es"}).help;
    CHECK_THAT(spanish, ContainsSubstring("Uso: leeward people add"));
    CHECK_THAT(spanish, ContainsSubstring("Quién puede: una administradora.\n"));
    CHECK(parsed({"help", "people", "add", "--lang", "es"}).help == spanish);
    CHECK_THAT(parsed({"people", "add", "--help"}).help, ContainsSubstring("Who may: an admin"));
}

TEST_CASE("help lists every command of the table, and each has its own") {
    const std::string all = help_of_all();
    for (const auto* command : all_commands()) {
        const std::string noun(noun_of(*command));
        const std::string verb(verb_of(*command));
        CHECK_THAT(all, ContainsSubstring(noun + (verb.empty() ? " " : " " + verb + " ")));
        CHECK_THAT(all, ContainsSubstring(std::string(command->summary)));
        std::vector<std::string> asked{noun};
        if (!verb.empty()) asked.push_back(verb);
        asked.emplace_back("--help");
        const std::string own = parsed(asked).help;
        CHECK_THAT(own, ContainsSubstring(std::string(command->example)));
        for (const auto& arg : command->args)
            CHECK_THAT(own, ContainsSubstring(std::string(arg.help)));
    }
    CHECK(parsed({"--help"}).help == all);
    CHECK(parsed({"help"}).help == all);
    CHECK(parsed({"need", "--help"}).help == help_of_noun("need"));
    CHECK(parsed({"help", "need", "ask"}).help == parsed({"need", "ask", "--help"}).help);
}

TEST_CASE("no argument of a command hides an option that all commands take") {
    const std::set<std::string_view> common{
        "home", "out", "lang", "json", "quiet", "no-input", "dry-run", "yes", "force", "help"};
    for (const auto* command : all_commands())
        for (const auto& arg : command->args)
            CHECK(common.count(arg.name) == 0);
}

TEST_CASE("every kind of argument becomes the JSON that the node takes") {
    const Json ask =
        arguments({"need", "ask", "77ab01", "--to", "Juniper House,Quay Cottage", "--to", "Elm"});
    CHECK(ask.dump() == R"({"id":"77ab01","to":["Juniper House","Quay Cottage","Elm"]})");
    CHECK(arguments({"audit", "show", "--limit", "010"}).int_at("limit") == 10);
    CHECK(arguments({"leg", "list", "--all"}).bool_at("all"));
    CHECK(
        arguments({"leg", "decline", "9c10aa", "--code", "DECLINE_NO_CAPACITY"}).text_at("code") ==
        "DECLINE_NO_CAPACITY");
    const std::string path = arguments({"directory", "import", "x.ndjson"}).text_at("file");
    CHECK(std::filesystem::path(path).is_absolute());
    CHECK(arguments({"inbox"}).dump() == "{}");
}

TEST_CASE("a time of day is the last one where the argument is about what has been") {
    const auto at = [](const std::vector<std::string>& args, std::string_view name) {
        CommandLine line = parsed(args);
        const auto built = build_arguments(*line.command, line.given, line.typed_at);
        REQUIRE(built);
        return built->int_at(name) <= line.typed_at;
    };
    for (const std::string clock : {"00:00", "12:00", "23:59"}) {
        CAPTURE(clock);
        CHECK(at({"release", "withdraw", "51be02", "--told", clock}, "told"));
        CHECK(at({"identity", "revoke", "--reason", "REVOKED_KEY_COPIED", "--since", clock},
                 "since"));
        CHECK_FALSE(at({"leg", "departed", "9c10aa", "--window-end", clock}, "window-end"));
    }
}

TEST_CASE("files are read, several of them one after another") {
    const node::TestFolder folder;
    const auto a = (folder.path / "a").string();
    const auto b = (folder.path / "b").string();
    std::ofstream(a) << "one";
    std::ofstream(b) << "two\n";
    CHECK(arguments({"peer", "found", "--cards", a + "," + b}).text_at("cards") == "one\ntwo\n");
    CHECK(arguments({"peer", "accept", a}).text_at("offer") == "one");
    CHECK(read_text_file(a + "-not").error().code == Errc::not_found);
    CHECK(read_text_file(folder.path.string()).error().code == Errc::not_found);
    std::ofstream(a) << std::string(1024 * 1024 + 1, 'x');
    CHECK(read_text_file(a).error().code == Errc::too_large);
    std::ofstream(b) << "\xFF";
    CHECK(read_text_file(b).error().code == Errc::malformed);
}

TEST_CASE("the options that all commands take are understood at every place") {
    for (const auto& args : {std::vector<std::string>{"--json", "need", "list"},
                             std::vector<std::string>{"need", "--json", "list"},
                             std::vector<std::string>{"need", "list", "--json"}})
        CHECK(parsed(args).options.json);
    CHECK(parsed({"--home", "x", "inbox"}).options.home == "x");
    CHECK(parsed({"inbox", "--lang", "es"}).options.lang == "es");
}

TEST_CASE("a value that is the name of a command stays a value") {
    CHECK(arguments({"peer", "verify", "list"}).text_at("peer") == "list");
    CHECK(arguments({"peer", "contact", "need"}).text_at("peer") == "need");
}

TEST_CASE("what is not understood is refused as a usage error") {
    refused({});
    refused({"nonsense"});
    refused({"need"});
    refused({"need", "frobnicate"});
    refused({"need", "list", "--frobnicate"});
    refused({"need", "list", "surplus"});
    refused({"need", "show"});
    refused({"need", "ask", "77ab01"});                                 // --to is missing
    refused({"need", "withdraw", "77ab01", "--reason", "WITHDRAW_X"});  // --read-back is missing
    refused({"audit", "show", "--limit", "ten"});
    refused({"audit", "show", "--limit", "10x"});
    refused({"directory", "import", ""});
    refused({"release", "withdraw", "51be02", "--told", "2130"});
    refused({"audit", "show", "--limit", "1", "--limit", "2"});
    refused({"leg", "show", "a\xFF"});
    refused({"inbox", "--lang", "fr"});
    refused({"leg", "show", std::string(65, 'a')});
    refused({"help", "nonsense"});
}

}  // namespace
