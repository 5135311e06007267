#include "schema/help.h"

#include <map>
#include <string>

#include "schema/embedded.h"

namespace leeward::schema {
namespace {

using Texts = std::map<std::string_view, std::string_view>;

// Each line is a key, a tab and the text. "* NAME" is an argument of that name of any command.
Texts read(std::string_view file) {
    Texts texts;
    while (!file.empty()) {
        const auto end = std::min(file.find('\n'), file.size());
        const std::string_view line = file.substr(0, end);
        if (const auto tab = line.find('\t'); tab != std::string_view::npos)
            texts.emplace(line.substr(0, tab), line.substr(tab + 1));
        file.remove_prefix(std::min(end + 1, file.size()));
    }
    return texts;
}

}  // namespace

std::string_view spanish_help(std::string_view key) {
    static const Texts texts = read(embedded::help_es);
    const auto found = texts.find(key);
    return found == texts.end() ? std::string_view{} : found->second;
}

std::string_view summary_of(const CommandSpec& command, Language language) {
    const std::string_view other = language == Language::ES ? spanish_help(command.name) : "";
    return other.empty() ? command.summary : other;
}

std::string_view help_of(const CommandSpec& command, const ArgSpec& arg, Language language) {
    if (language != Language::ES) return arg.help;
    std::string_view other = spanish_help(std::string(command.name) + " " + std::string(arg.name));
    if (other.empty()) other = spanish_help("* " + std::string(arg.name));
    return other.empty() ? arg.help : other;
}

}  // namespace leeward::schema
