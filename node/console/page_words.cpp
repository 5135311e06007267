#include "node/console/page_words.h"

#include <algorithm>
#include <array>

#include "schema/catalogue.h"
#include "schema/codes.h"
#include "schema/help.h"
#include "schema/paper.h"

namespace leeward::node {
namespace {

using schema::ArgSpec;
using schema::ArgType;
using schema::Json;
using schema::Language;

std::string_view word_of(ArgType type) {
    switch (type) {
        case ArgType::TEXT:
            return "text";
        case ArgType::ID:
            return "id";
        case ArgType::NUMBER:
            return "number";
        case ArgType::TIME:
            return "time";
        case ArgType::FLAG:
            return "flag";
        case ArgType::CODE:
            return "code";
        case ArgType::LIST:
            return "list";
        case ArgType::FILE:
            return "file";
        case ArgType::PATH:
            return "path";
        case ArgType::SECRET:
            return "secret";
    }
    return "text";
}

bool is_capital(char c) {
    return (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
}

// The words of capitals in a sentence: DECLINE_ and VACANCY_GONE.
std::vector<std::string> capitals_in(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const auto start = std::find_if(text.begin(), text.end(), is_capital);
        const auto end = std::find_if_not(start, text.end(), is_capital);
        if (end - start > 1) out.emplace_back(start, end);
        text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
    }
    return out;
}

void add_codes(std::vector<std::string>& out, std::string_view word) {
    for (const auto& one : schema::codes()) {
        const bool fits = one.code == word || (schema::is_code(word, one.code) &&
                                               (word.back() == '_' || word == "CLIENT"));
        if (fits && std::find(out.begin(), out.end(), one.code) == out.end())
            out.push_back(one.code);
    }
}

std::vector<std::string> codes_named(std::string_view help) {
    std::vector<std::string> out;
    for (const auto& word : capitals_in(help))
        add_codes(out, word);
    return out;
}

std::string as_family(std::string_view arg) {
    std::string out;
    for (const char c : arg)
        out += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return out + "_";
}

Json texts(const std::vector<std::string>& list) {
    Json out = Json::array();
    for (const auto& one : list)
        out.push(one);
    return out;
}

// "MINOR, GUARDIAN or COURT": the words that a text or a list is made of, where its help names them.
std::vector<std::string> choices_in(std::string_view help) {
    std::vector<std::string> out;
    for (auto& word : capitals_in(help))
        if (word.size() > 2 && word.back() != '_' && schema::find_code(word) == nullptr)
            out.push_back(std::move(word));
    return out.size() > 1 ? out : std::vector<std::string>{};
}

Json arg_json(const schema::CommandSpec& command, const ArgSpec& arg, Language language) {
    Json json = Json::object({{"name", arg.name},
                              {"type", word_of(arg.type)},
                              {"required", arg.required},
                              {"help", schema::help_of(command, arg, language)}});
    if (arg.type == ArgType::CODE) return json.set("codes", texts(codes_for(arg)));
    if (arg.type != ArgType::LIST && arg.type != ArgType::TEXT) return json;
    const auto codes = codes_named(arg.help);
    return json.set("codes", texts(codes)).set("choices", texts(choices_in(arg.help)));
}

Json command_json(const schema::CommandSpec& command, Language language) {
    Json args = Json::array();
    for (const auto& arg : command.args)
        if (!schema::reads_own_passphrase(command, arg))  // the page asks for it once
            args.push(arg_json(command, arg, language));
    return Json::object({{"name", command.name},
                         {"summary", schema::summary_of(command, language)},
                         {"changes", command.changes},
                         {"asks_again", asks_again(command)},
                         {"args", std::move(args)}});
}

Json field_json(const schema::FieldSpec& field, Language language) {
    Json values = Json::array();
    for (const auto& value : field.values)
        values.push(value);
    return Json::object({{"id", field.id},
                         {"tier", schema::name(field.tier)},
                         {"type", schema::name(field.type)},
                         {"values", std::move(values)},
                         {"min", field.min},
                         {"max", field.max},
                         {"tonight", field.tonight},
                         {"free_text", field.free_text},
                         {"identifying", field.identifying},
                         {"group", field.group},
                         {"millibits", static_cast<std::int64_t>(field.millibits)},
                         {"counts", field.counts_in_budget},
                         {"label", field.label(language)}});
}

Json value_words(Language language) {
    Json out = Json::object();
    for (const auto& field : schema::catalogue())
        for (const auto& value : field.values)
            out.set(value,
                    Json::object({{"text", schema::value_text(Json(value), language)},
                                  {"silent", schema::says_nothing(value)}}));
    return out;
}

}  // namespace

bool on_page(const schema::CommandSpec& command) {
    const auto reads_a_file = [](const ArgSpec& arg) { return arg.type == ArgType::PATH; };
    return command.name != "console" && command.name.substr(0, 6) != "shift." &&
           std::none_of(command.args.begin(), command.args.end(), reads_a_file);
}

bool asks_again(const schema::CommandSpec& command) {
    const auto dot = command.name.find('.');
    const auto noun = command.name.substr(0, dot);
    const auto verb =
        dot == std::string_view::npos ? std::string_view{} : command.name.substr(dot + 1);
    constexpr std::array<std::string_view, 6> vouches{
        "peer", "people", "identity", "backup", "recovery", "approval"};
    constexpr std::array<std::string_view, 10> takes_out{"print",
                                                         "prove",
                                                         "export",
                                                         "bundle",
                                                         "erase",
                                                         "retire",
                                                         "restore",
                                                         "seal",
                                                         "open-sealed",
                                                         "purge"};
    const auto has = [](const auto& list, std::string_view word) {
        return std::find(list.begin(), list.end(), word) != list.end();
    };
    return command.own_passphrase || has(takes_out, verb) ||
           (noun == "access" && (verb == "ask" || verb == "grant")) ||
           (command.changes && has(vouches, noun) && verb != "contact");
}

std::vector<std::string> codes_for(const ArgSpec& arg) {
    std::vector<std::string> out = codes_named(arg.help);
    if (out.empty()) add_codes(out, as_family(arg.name));
    return out;
}

Json page_words(Language language, schema::RoleSet roles) {
    Json commands = Json::array();
    for (const auto& command : schema::commands())
        if (on_page(command) && !(command.roles & roles).empty())
            commands.push(command_json(command, language));
    Json fields = Json::array();
    for (const auto& field : schema::catalogue())
        fields.push(field_json(field, language));
    Json codes = Json::object();
    for (const auto& code : schema::codes())
        codes.set(code.code, language == Language::ES ? code.es : code.en);
    return Json::object({{"commands", std::move(commands)},
                         {"fields", std::move(fields)},
                         {"codes", std::move(codes)},
                         {"values", value_words(language)}});
}

}  // namespace leeward::node
