#include "cli/command_line.h"

#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/help.h"
#include "cli/local_commands.h"
#include "cli/text.h"
#include "cli/topics.h"

namespace leeward::cli {
namespace {

using schema::ArgSpec;
using schema::ArgType;
using schema::CommandSpec;

// Where CLI11 writes: one place for each argument of each command.
struct Slot {
    std::string value;
    std::vector<std::string> values;
    bool flag = false;
    const CLI::Option* option = nullptr;
};
using Slots = std::map<const ArgSpec*, Slot>;

// Added at each level, for CLI11 would otherwise take `peer verify list` for two verbs.
void add_options(CLI::App& app, Options& options) {
    app.add_option("--home", options.home);
    app.add_option("--out", options.out);
    app.add_option("--lang", options.lang)->check(CLI::IsMember({"en", "es"}));
    app.add_option("--as", options.as);
    app.add_option("--as-passphrase-fd", options.as_passphrase_fd);
    app.add_option("--as-passphrase-file", options.as_passphrase_file);
    app.add_flag("--json", options.json);
    app.add_flag("--quiet", options.quiet);
    app.add_flag("--no-input", options.no_input);
    app.add_flag("--dry-run", options.dry_run);
    app.add_flag("--yes", options.yes);
    app.add_flag("--force", options.force);
}

void add_argument(CLI::App& app, const ArgSpec& arg, Slot& slot) {
    const std::string name = (arg.positional ? "" : "--") + std::string(arg.name);
    CLI::Option* option = nullptr;
    if (arg.type == ArgType::FLAG)
        option = app.add_flag(name, slot.flag);
    else if (arg.type == ArgType::LIST)
        option = app.add_option(name, slot.values)->allow_extra_args(arg.positional);
    else
        option = app.add_option(name, slot.value);
    option->required(arg.required);
    slot.option = option;
}

CLI::App* level(CLI::App& parent, std::string_view name, Options& options) {
    for (CLI::App* known : parent.get_subcommands([](CLI::App*) { return true; }))
        if (known->get_name() == name) return known;
    CLI::App* app = parent.add_subcommand(std::string(name));
    add_options(*app, options);
    return app;
}

// Of --lang es or --lang=es; help is wanted before anything is parsed.
schema::Language language_in(const std::vector<std::string>& args) {
    const auto said = std::find(args.begin(), args.end(), "--lang");
    const bool spanish = (said != args.end() && said + 1 != args.end() && *(said + 1) == "es") ||
                         std::find(args.begin(), args.end(), "--lang=es") != args.end();
    return spanish ? schema::Language::ES : schema::Language::EN;
}

class Parser {
public:
    Parser() : app_("", "leeward") {
        add_options(app_, line_.options);
        app_.require_subcommand(1);
        for (const auto* command : all_commands())
            add(*command);
    }

    Result<CommandLine> parse(std::vector<std::string> args) {
        language_ = language_in(args);
        std::reverse(args.begin(), args.end());  // as CLI11 wants them
        try {
            app_.parse(std::move(args));
        } catch (const CLI::CallForHelp&) {
            line_.help = help_for_parsed();
            return std::move(line_);
        } catch (const CLI::ParseError& fault) {
            return Error{Errc::invalid_argument, one_line(fault.what())};
        }
        line_.command = parsed_command();
        for (const auto& arg : line_.command->args)
            keep(arg);
        keep_as("as-passphrase-fd", line_.options.as_passphrase_fd);
        keep_as("as-passphrase-file", line_.options.as_passphrase_file);
        return std::move(line_);
    }

private:
    void keep_as(std::string_view name, const std::string& value) {
        if (!value.empty()) line_.given[std::string(name)] = {value};
    }

    void add(const CommandSpec& command) {
        CLI::App* app = level(app_, noun_of(command), line_.options);
        if (const auto verb = verb_of(command); !verb.empty()) {
            app->require_subcommand(1);
            app = level(*app, verb, line_.options);
        }
        commands_[app] = &command;
        for (const auto& arg : command.args)
            add_argument(*app, arg, slots_[&arg]);
    }

    [[nodiscard]] const CLI::App* deepest() const {
        const CLI::App* app = &app_;
        while (!app->get_subcommands().empty())
            app = app->get_subcommands().front();
        return app;
    }

    [[nodiscard]] const CommandSpec* parsed_command() const {
        const auto found = commands_.find(deepest());
        return found == commands_.end() ? nullptr : found->second;
    }

    [[nodiscard]] std::string help_for_parsed() const {
        if (const auto* command = parsed_command()) return help_of(*command, language_);
        return deepest() == &app_ ? help_of_all(language_)
                                  : help_of_noun(deepest()->get_name(), language_);
    }

    void keep(const ArgSpec& arg) {
        Slot& slot = slots_[&arg];
        if (slot.option->count() == 0) return;
        auto& values = line_.given[std::string(arg.name)];
        if (arg.type == ArgType::LIST)
            values = slot.values;
        else if (arg.type != ArgType::FLAG)
            values = {slot.value};
    }

    CommandLine line_;
    schema::Language language_ = schema::Language::EN;
    CLI::App app_;
    Slots slots_;
    std::map<const CLI::App*, const CommandSpec*> commands_;
};

// `leeward help [TOPIC | NOUN [VERB]]`
Result<CommandLine> parse_help(const std::vector<std::string>& typed) {
    const auto language = language_in(typed);
    const std::vector<std::string> args(
        typed.begin(),
        std::find_if(typed.begin(), typed.end(), [](const auto& arg) { return arg[0] == '-'; }));
    CommandLine line;
    if (args.size() == 1) line.help = help_of_all(language);
    if (args.size() == 2) line.help = help_of_topic(args[1], language);
    if (args.size() == 2 && line.help.empty()) line.help = help_of_noun(args[1], language);
    for (const auto* command : all_commands()) {
        const bool whole =
            args.size() == 3 && noun_of(*command) == args[1] && verb_of(*command) == args[2];
        const bool alone = args.size() == 2 && command->name == args[1];
        if (whole || alone) line.help = help_of(*command, language);
    }
    if (line.help.empty()) return Error{Errc::invalid_argument, "there is no such command"};
    return line;
}

bool misses_verb(const std::vector<std::string>& args) {
    return args.size() >= 2 && !args[0].empty() && args[0][0] != '-' && args[1][0] != '-' &&
           std::none_of(all_commands().begin(), all_commands().end(), [&](const auto* command) {
               return noun_of(*command) == args[0] &&
                      (verb_of(*command).empty() || verb_of(*command) == args[1]);
           });
}

}  // namespace

Result<CommandLine> parse_command_line(const std::vector<std::string>& args) {
    if (args.empty()) return Error{Errc::invalid_argument, "say what to do: NOUN VERB"};
    if (args[0] == "help") return parse_help(args);
    if (misses_verb(args))
        return Error{Errc::invalid_argument,
                     "there is no 'leeward " + one_line(args[0] + " " + args[1]) + "'"};
    for (const auto& arg : args)
        if (!is_utf8(arg)) return Error{Errc::invalid_argument, "an argument is not UTF-8"};
    return Parser().parse(args);
}

}  // namespace leeward::cli
