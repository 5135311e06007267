// A worker who has never seen the program, and has nothing but its help, gets a child into a bed: every
// line that is typed here was printed by 'leeward help placement', every file by '--help' of the command
// that reads it, every number by the command before.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <regex>
#include <sstream>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "cli/arguments.h"
#include "cli/command_line.h"
#include "cli/run_command.h"
#include "schema/help.h"
#include "tests/support/seat.h"

namespace leeward::test {
namespace {

using Catch::Matchers::ContainsSubstring;

// As a shell takes a line apart: at spaces, but for what stands between single quotes.
std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words;
    bool quoted = false;
    bool open = false;
    for (const char c : line) {
        if (c == '\'') {
            quoted = !quoted;
            if (!open) words.emplace_back();
            open = true;
        } else if (c == ' ' && !quoted) {
            open = false;
        } else {
            if (!open) words.emplace_back();
            open = true;
            words.back() += c;
        }
    }
    return words;
}

// What a program of this worker would print, with her node behind it.
class Terminal final : public cli::Asked {
public:
    Terminal(TestNode& node, uid_t desk) : node_(node), desk_(desk) {}

    Result<Json> ask(const node::Request& request, const node::Secrets&) override {
        return node_.serve(desk_, request);
    }

    // Of "leeward …". What was printed, or the sentence of the error.
    std::string types(const std::vector<std::string>& words) {
        auto line = cli::parse_command_line({words.begin() + 1, words.end()});
        if (!line) return line.error().detail;
        if (!line->help.empty()) return line->help;
        line->typed_at = node_.clock().seconds();
        std::ostringstream printed;
        auto* const screen = std::cout.rdbuf(printed.rdbuf());
        auto* const talk = std::cerr.rdbuf(printed.rdbuf());
        const auto done = cli::run_command(*line, *this);
        std::cout.rdbuf(screen);
        std::cerr.rdbuf(talk);
        succeeded_ = static_cast<bool>(done);
        return printed.str() + (done ? "" : done.error().detail);
    }
    std::string types(const std::string& line) { return types(words_of(line)); }
    [[nodiscard]] bool succeeded() const { return succeeded_; }

private:
    TestNode& node_;
    uid_t desk_;
    bool succeeded_ = false;
};

struct Told {
    bool shelter = false;
    std::string line;
};

// The lines of 'leeward help placement', under the desk where they are typed.
std::vector<Told> told_by(const std::string& help) {
    std::vector<Told> out;
    bool shelter = false;
    std::istringstream lines(help);
    for (std::string line; std::getline(lines, line);) {
        if (line == "Who looks for a place:") shelter = false;
        if (line == "The shelter:") shelter = true;
        if (line.rfind("  leeward ", 0) == 0) out.push_back({shelter, line.substr(2)});
    }
    return out;
}

// Writes the files that a command's help shows into the folder where she works.
void write_files(const std::string& help) {
    static const std::regex shown(R"(\n([a-z]+\.json), for example:\n(\{\n(?:.*\n)*?\}\n))");
    for (auto it = std::sregex_iterator(help.begin(), help.end(), shown);
         it != std::sregex_iterator();
         ++it)
        std::ofstream((*it)[1].str()) << (*it)[2].str();
}

std::string first_id(const std::string& printed, const std::string& after = "") {
    const auto from = after.empty() ? 0 : printed.find(after);
    if (from == std::string::npos) return "";
    static const std::regex id(R"(\b[0-9a-f]{8}\b)");
    std::smatch found;
    const std::string rest = printed.substr(from);
    return std::regex_search(rest, found, id) ? found[0].str() : "";
}

struct HelpWalk {
    HelpWalk()
        : world(
              {
                  {"Harbor Light Recovery Unit", "investigation"},
                  {"Juniper House", "shelter"},
                  {"Quay Cottage", "shelter"},
              },
              1),
          ada(world.node(0), "Ada", "INVESTIGATOR"),
          bea(world.node(1), "Bea", "SHELTER_INTAKE"),
          at_harbor(world.node(0), ada.desk()),
          at_juniper(world.node(1), bea.desk()),
          before(std::filesystem::current_path()) {
        std::filesystem::current_path(folder.path());
    }
    ~HelpWalk() { std::filesystem::current_path(before); }
    HelpWalk(const HelpWalk&) = delete;
    HelpWalk& operator=(const HelpWalk&) = delete;

    Terminal& at(const Told& told) { return told.shelter ? at_juniper : at_harbor; }

    // With the numbers of this night instead of those of the examples.
    std::vector<std::string> filled(const std::string& line) {
        auto words = words_of(line);
        for (auto& word : words)
            if (const auto found = ids.find(word); found != ids.end()) word = found->second;
        return words;
    }

    // What a reader notes down of what she has seen: the number that the next line will ask for.
    void note(const std::string& line, const std::string& printed) {
        const auto begins = [&](std::string_view with) { return line.rfind(with, 0) == 0; };
        const auto take = [&](const std::string& example, const std::string& id) {
            if (!id.empty()) ids[example] = id;
        };
        if (begins("leeward case new")) take("3f2a91", first_id(printed));
        if (begins("leeward need new")) take("77ab01", first_id(printed));
        if (begins("leeward inbox")) take("9c10aa", first_id(printed));
        if (begins("leeward release new")) take("51be02", first_id(printed));
        if (begins("leeward grant list")) take("08cd77", first_id(printed));
    }

    std::string follows(const Told& told) {
        auto words = filled(told.line);
        std::vector<std::string> question{words[0], words[1]};
        if (words.size() > 2) question.push_back(words[2]);
        question.emplace_back("--help");
        write_files(at(told).types(question));
        std::string printed = at(told).types(words);
        const bool asks = printed.find("Say --yes") != std::string::npos;
        if (asks) {
            words.emplace_back("--yes");
            printed = at(told).types(words);
        }
        transcript << "$ " << told.line << "\n" << printed << "\n";
        note(told.line, printed);
        world.pump();
        return printed;
    }

    World world;
    Seat ada;
    Seat bea;
    Terminal at_harbor;
    Terminal at_juniper;
    ScratchFolder folder;
    std::filesystem::path before;
    std::map<std::string, std::string> ids;
    std::ostringstream transcript;
};

}  // namespace

TEST_CASE("whoever has only the help texts gets a child into a bed") {
    HelpWalk walk;
    const std::string help = walk.at_harbor.types("leeward help placement");
    const auto told = told_by(help);
    CHECK(told.size() > 20);
    for (const auto& one : told) {
        INFO((one.shelter ? "at the shelter: " : "at Harbor Light: ") << one.line);
        const std::string printed = walk.follows(one);
        INFO(printed);
        REQUIRE(walk.at(one).succeeded());
    }
    SUCCEED(walk.transcript.str());
    TestNode& harbor = walk.world.node(0);
    const auto need = harbor.call_as({schema::Role::INVESTIGATION_SUPERVISOR},
                                     "need.show",
                                     Json::object({{"id", walk.ids.at("77ab01")}}));
    REQUIRE(need);
    CHECK(need->text_at("state") == "CLOSED");
    CHECK_THAT(walk.transcript.str(), ContainsSubstring("Wren"));  // read at the shelter, released
}

TEST_CASE(
    "the walk does not depend on anything but what is printed: without help it ends at once") {
    HelpWalk walk;
    CHECK(told_by(walk.at_harbor.types("leeward help codes")).empty());
    CHECK_FALSE(std::filesystem::exists("need.json"));
    (void)walk.at_harbor.types("leeward need new need.json --case 3f2a91");
    CHECK_FALSE(walk.at_harbor.succeeded());
}

namespace {

// A file of any content for each file that an example names, where help shows none.
void write_any_file(const schema::CommandSpec& command, const cli::CommandLine& line) {
    for (const auto& arg : command.args) {
        const bool file = arg.type == schema::ArgType::FILE;
        if (!file || !line.given.contains(arg.name)) continue;
        const auto example = schema::example_file(command, arg);
        std::istringstream names(line.given.at(std::string(arg.name)).front());
        for (std::string name; std::getline(names, name, ',');)
            std::ofstream(name) << (example.name.empty() ? "x" : example.content);
    }
}

}  // namespace

TEST_CASE("the example of every command is understood by the node that it is for") {
    HelpWalk walk;
    for (const auto& one : told_by(walk.at_harbor.types("leeward help placement")))
        (void)walk.follows(one);
    const schema::RoleSet everybody{schema::Role::INVESTIGATION_SUPERVISOR,
                                    schema::Role::INVESTIGATOR,
                                    schema::Role::SHELTER_SUPERVISOR,
                                    schema::Role::ADMINISTRATOR};
    for (const auto& command : schema::commands()) {
        CAPTURE(command.name, command.example);
        const auto words = words_of(command.example);
        auto line = cli::parse_command_line({words.begin() + 1, words.end()});
        REQUIRE(line);
        REQUIRE(line->command == &command);
        write_any_file(command, *line);
        if (command.name == "node.down" || command.name == "notify.test") continue;
        const auto filled = walk.filled(std::string(command.example));
        line = cli::parse_command_line({filled.begin() + 1, filled.end()});
        REQUIRE(line);
        const auto args =
            cli::build_arguments(*line->command, line->given, walk.world.clock().seconds());
        INFO((args ? "" : args.error().detail));
        REQUIRE(args);
        const auto done = walk.world.node(0).call_as(everybody, command.name, *args);
        if (!done) CHECK(done.error().code != Errc::unsupported);
    }
}

}  // namespace leeward::test
