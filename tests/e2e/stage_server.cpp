// leeward-stage: the stage of the story, for whoever drives browsers: founds the network, then does what
// it is told on standard input, one JSON object a line, and answers with one line each:
//     {"who":"HARBOR","args":["console"]}   a command of that node   → {"ok":true,"result":{…}}
//     {"advance":90000}                     moves every node's clock → {"ok":true}
// Ends with its input.
#include <algorithm>
#include <exception>
#include <iostream>

#include <unistd.h>

#include "tests/e2e/story.h"

namespace {

using namespace leeward;
using namespace leeward::test;
using schema::Json;

constexpr std::array<std::string_view, everybody.size()> names{
    "HARBOR", "JUNIPER", "LANTERN", "QUAY", "TIDE"};

Who named(const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) throw StoryBroke("nobody is called " + name);
    return everybody.at(static_cast<std::size_t>(found - names.begin()));
}

Json who_is_there(const Stage& stage) {
    Json out = Json::object();
    for (const Who who : everybody)
        out.set(names.at(static_cast<std::size_t>(who)),
                Json::object({{"organisation", organisation(who)},
                              {"home", stage.home(who).string()},
                              {"pid", static_cast<std::int64_t>(stage.pid(who))},
                              {"passphrase_file",
                               (stage.home(who).parent_path() / "passphrase").string()}}));
    return out;
}

Json perform(Stage& stage, const Json& order) {
    if (const auto seconds = order.int_at("advance"); seconds > 0) {
        if (!stage.clock().movable()) throw StoryBroke("this clock cannot be moved");
        stage.clock().advance(std::chrono::seconds(seconds));
        for (const Who who : everybody)
            if (stage.online(who)) stage.run(who, {"node", "tick"});
        return Json::object();
    }
    const Who who = named(order.text_at("who"));
    if (order.text_at("machine") == "off") return stage.switch_off(who), Json::object();
    if (order.text_at("machine") == "on") return stage.switch_on(who), Json::object();
    std::vector<std::string> args;
    for (const auto& arg : order.array_at("args"))
        args.push_back(*arg.as_string());
    return stage.run(who, args, Words::AUTHORISED);
}

Json answer(Stage& stage, const std::string& line) {
    try {
        const auto order = schema::parse_json(line);
        if (!order) throw StoryBroke("that is no JSON");
        return Json::object({{"ok", true}, {"result", perform(stage, *order)}});
    } catch (const std::exception& fault) {
        return Json::object({{"ok", false}, {"why", fault.what()}});
    }
}

}  // namespace

int main() try {
    std::string folder = (std::filesystem::temp_directory_path() / "leeward-stage-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr) throw StoryBroke("no folder to work in");
    {
        Stage stage(programs(), folder);
        SilentTeller teller;
        Story story(stage, teller);
        for (std::size_t i = 0; i < 3; ++i)
            story.play(Story::steps().at(i));
        std::cout << Json::object({{"ok", true}, {"result", who_is_there(stage)}}).dump()
                  << std::endl;
        for (std::string line; std::getline(std::cin, line);)
            std::cout << answer(stage, line).dump() << std::endl;
    }
    std::filesystem::remove_all(folder);
    return 0;
} catch (const std::exception& fault) {
    std::cerr << fault.what() << '\n';
    return 1;
}
