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

namespace {

// The next word of capitals that has an underscore, as codes do; `rest` is what follows it.
std::string_view next_code(std::string_view& rest) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    while (true) {
        const auto first = rest.find_first_of(letters);
        if (first == std::string_view::npos) return rest = {};
        rest.remove_prefix(first);
        const std::string_view word = rest.substr(0, rest.find_first_not_of(letters));
        rest.remove_prefix(word.size());
        if (word.find('_') != std::string_view::npos) return word;
    }
}

void add_family(std::string_view family, std::vector<const CodeSpec*>& out) {
    for (const auto& one : codes())
        if (is_code(family, one.code)) out.push_back(&one);
}

}  // namespace

std::vector<const CodeSpec*> codes_of(const ArgSpec& arg) {
    constexpr std::string_view and_so_on = "…";
    std::vector<const CodeSpec*> out;
    if (arg.type != ArgType::CODE && arg.type != ArgType::LIST) return out;
    std::string_view rest = arg.help;
    while (true) {
        const std::string_view word = next_code(rest);
        if (word.empty()) return out;
        const bool family = word.back() == '_' && rest.substr(0, and_so_on.size()) == and_so_on;
        if (family)
            add_family(word, out);
        else if (const auto* code = find_code(word))
            out.push_back(code);
    }
}

ExampleFile example_file(const CommandSpec& command, const ArgSpec& arg) {
    const bool needs = command.name == "need.new" || command.name == "need.edit";
    if (needs && arg.name == "need") return {"need.json", embedded::help_need_json};
    if (command.name == "case.new" && arg.name == "record")
        return {"record.json", embedded::help_record_json};
    if (command.name == "capacity.set" && arg.name == "statement")
        return {"tonight.json", embedded::help_tonight_json};
    if (command.name == "peer.contact" && arg.name == "set")
        return {"contact.json", embedded::help_contact_json};
    return {};
}

}  // namespace leeward::schema
