#include "cli/run_command.h"

#include <algorithm>
#include <iostream>
#include <optional>

#include "cli/arguments.h"
#include "cli/home_folder.h"
#include "cli/out_file.h"
#include "cli/passphrase.h"
#include "cli/print.h"
#include "cli/talk.h"
#include "cli/terminal.h"
#include "cli/text.h"
#include "node/app/remote_api.h"

namespace leeward::cli {
namespace {

using node::Act;
using node::Request;
using node::Secrets;
using schema::ExitCode;
using schema::Json;

class Socket final : public Asked {
public:
    explicit Socket(node::RemoteApi api) : api_(std::move(api)) {}
    Result<Json> ask(const Request& request, const Secrets& secrets) override {
        return api_.ask(request, secrets);
    }

private:
    node::RemoteApi api_;
};

Page page_for(const schema::CommandSpec& command) {
    return {terminal_columns(), shows_whole_ids(command)};
}

// Takes the member "file" out of `result`; what is left is for the eye.
std::optional<std::string> take_file(Json& result) {
    auto* members = result.as_object();
    if (members == nullptr) return std::nullopt;
    const auto found = std::find_if(members->begin(), members->end(), [](const auto& member) {
        return member.first == "file" && member.second.as_string() != nullptr;
    });
    if (found == members->end()) return std::nullopt;
    std::string text = *found->second.as_string();
    members->erase(found);
    return text;
}

void print_file(const std::string& text) {
    std::cout << (prints_to_terminal() ? many_lines(text) : text);
}

// By now it was done: the file alone is missing.
Error not_written(const Error& why, const std::string& kept) {
    const std::string what = "it was done, but its file was not written: " + why.detail;
    if (kept.empty()) return {why.code, what + ". Ask for the file again"};
    return {why.code, what + ". The node keeps it: copy " + kept};
}

// The key of a place is in its file and nowhere else: without it nobody can come, and the place goes again.
bool goes_with_its_file(const CommandLine& line) {
    return line.command->name == "mailhost.open";
}

Error place_without_file(const Error& why,
                         std::int64_t number,
                         const CommandLine& line,
                         const Secrets& secrets,
                         Asked& node) {
    const Request close{
        "mailhost.close", Json::object({{"number", number}}), Act::PERFORM, line.options.as, 0};
    const std::string what = "the file of the place was not written: " + why.detail;
    if (node.ask(close, secrets))
        return {why.code, what + ". The place was closed again; nothing was changed"};
    return {why.code,
            what + ". Nobody can use the place without it: 'leeward mailhost close " +
                std::to_string(number) + "'"};
}

void say_where(const CommandLine& line, const Json& result, bool is_written) {
    const Talk talk(line.options);
    const std::string kept = result.text_at("sealed_file");
    if (is_written)
        talk.say(Phrase::WRITTEN, line.options.out);
    else if (!kept.empty())
        talk.say(Phrase::KEPT_BY_NODE, kept);
    else if (!result.bool_at("needs_second_person"))
        talk.say(Phrase::NO_FILE);
}

// What was done is told, whatever becomes of its file. Any error: that was not written.
Outcome show(const CommandLine& line, Json result, std::optional<OutFile>& out) {
    const Talk talk(line.options);
    std::optional<std::string> file;
    if (out || !line.options.json) file = take_file(result);
    const Outcome written = out && file ? out->commit(*file) : Outcome(Done{});
    if (!written && goes_with_its_file(line)) return written;
    if (!written && line.options.json) return written;  // one object alone is printed
    if (out && written) say_where(line, result, file.has_value());
    const bool to_stdout = file && !out;
    if (line.options.json)
        std::cout << one_line(node::answer_of(result).dump()) << "\n";
    else if (to_stdout)
        talk.text(print(result, page_for(*line.command)));
    else
        std::cout << print(result, page_for(*line.command));
    if (to_stdout) print_file(*file);
    return written;
}

// What `leeward need ask` shows before it sends. Talk, not data: that is the answer. Nobody is asked about what
// she has not seen: only with --yes does --quiet leave it out.
void show_preview(const CommandLine& line, const Json& preview) {
    Options options = line.options;
    options.quiet = options.quiet && options.yes;
    const Talk talk(options);
    talk.say(Phrase::WILL_BE_SENT);
    const Json* what = preview.find("preview");
    talk.text(print(what == nullptr ? preview : *what, page_for(*line.command)) + "\n");
}

bool takes(const schema::CommandSpec& command, std::string_view argument) {
    return std::any_of(command.args.begin(), command.args.end(), [&](const schema::ArgSpec& arg) {
        return arg.name == argument;
    });
}

Result<bool> agreed(const CommandLine& line,
                    const Request& request,
                    const Secrets& secrets,
                    Asked& node) {
    Request preview = request;
    preview.act = Act::PREVIEW;
    LEEWARD_ASSIGN(const Json shown, node.ask(preview, secrets));
    show_preview(line, shown);
    if (line.options.yes) return true;
    const Talk talk(line.options);
    if (line.options.no_input || !someone_is_there())
        return Error{Errc::invalid_argument,
                     "nobody can be asked whether to send this; nothing was sent. Say --yes to "
                     "send it, or --dry-run to see it."};
    if (confirm(talk, Phrase::SEND_NOW)) return true;
    talk.say(Phrase::NOT_SENT);
    return false;
}

// --lang is also the language of what is read aloud, unless another is named.
void fill_language(const CommandLine& line, Json& args) {
    const auto name = line.command->name;
    const bool spoken = name == "peer.verify" || name == "release.show" || name == "node.doctor";
    const bool on_paper = name.size() > 6 && name.substr(name.size() - 6) == ".print";
    if ((spoken || on_paper) && args.find("language") == nullptr)
        args.set("language", line.options.lang);
}

Result<Request> request_of(const CommandLine& line) {
    if (line.options.dry_run && !line.command->changes)
        return Error{Errc::invalid_argument, "this command changes nothing: no --dry-run needed"};
    LEEWARD_ASSIGN(Json args, build_arguments(*line.command, line.given, line.typed_at));
    fill_language(line, args);
    return Request{std::string(line.command->name),
                   std::move(args),
                   line.options.dry_run ? Act::PREVIEW : Act::PERFORM,
                   line.options.as,
                   0};
}

ExitCode code_of(const CommandLine& line, const Json& result) {
    if (result.bool_at("needs_second_person")) {
        Talk(line.options).say(Phrase::NEEDS_SECOND_PERSON);
        return ExitCode::queued;
    }
    if (!result.bool_at("queued_only")) return ExitCode::ok;
    Talk(line.options).say(Phrase::QUEUED);
    return ExitCode::queued;
}

// Her own comes with --as already.
Result<bool> asks_passphrase(const CommandLine& line) {
    if (!takes(*line.command, "passphrase-fd")) return false;
    if (!line.command->own_passphrase || line.options.as.empty()) return true;
    if (line.given.contains("passphrase-fd") || line.given.contains("passphrase-file"))
        return Error{Errc::invalid_argument,
                     "with --as her passphrase comes by --as-passphrase-fd or "
                     "--as-passphrase-file; nothing was done"};
    return false;
}

bool is_passphrase_of_the_act(std::string_view option) {
    return (option.ends_with("passphrase-fd") || option.ends_with("passphrase-file")) &&
           !option.starts_with("as-");
}

// Nobody is to believe that it was tried.
Outcome takes_none_to_look(const CommandLine& line) {
    for (const auto& [option, value] : line.given)
        if (is_passphrase_of_the_act(option))
            return Error{Errc::invalid_argument,
                         "a dry run tries no passphrase but that of --as: leave out --" + option +
                             "; nothing was done"};
    return Done{};
}

}  // namespace

Result<Secrets> secrets_for(const CommandLine& line) {
    const Talk talk(line.options);
    Secrets secrets;
    const auto add = [&](Passphrase kind, std::string_view prefix) -> Outcome {
        LEEWARD_ASSIGN(SecretBytes secret, get_passphrase(line, kind, talk, prefix));
        secrets.push_back(std::move(secret));
        return Done{};
    };
    LEEWARD_ASSIGN(const bool asks, asks_passphrase(line));
    if (line.options.dry_run) LEEWARD_TRY(takes_none_to_look(line));
    if (!line.options.as.empty()) LEEWARD_TRY(add(Passphrase::KNOWN, "as-"));
    if (line.options.dry_run) return secrets;
    if (asks) LEEWARD_TRY(add(Passphrase::KNOWN, ""));
    if (takes(*line.command, "with-passphrase-fd")) LEEWARD_TRY(add(Passphrase::KNOWN, "with-"));
    if (takes(*line.command, "new-passphrase-fd")) LEEWARD_TRY(add(Passphrase::NEW, "new-"));
    return secrets;
}

bool shows_whole_ids(const schema::CommandSpec& command) {
    return command.name == "identity.show";
}

Outcome may_be_shown(const CommandLine& line, bool on_a_screen) {
    const bool is_sealed = line.command->name.starts_with("courier.");
    const auto& options = line.options;
    if (!is_sealed || !on_a_screen || !options.out.empty() || options.json || options.dry_run)
        return Done{};
    return Error{
        Errc::invalid_argument,
        "a sealed file is not for a screen; nothing was done. Say with --out where it goes"};
}

Result<ExitCode> run_command(const CommandLine& line, Asked& node) {
    LEEWARD_TRY(may_be_shown(line, prints_to_terminal()));
    LEEWARD_ASSIGN(const Request request, request_of(line));
    std::optional<OutFile> out;
    if (!line.options.out.empty()) {
        auto opened =
            OutFile::open(line.options.out, line.options.force ? Replace::FORCE : Replace::REFUSE);
        if (!opened) return std::move(opened).error();
        out.emplace(std::move(opened).value());
    }
    LEEWARD_ASSIGN(const Secrets secrets, secrets_for(line));
    if (line.command->name == "need.ask" && request.act == Act::PERFORM) {
        LEEWARD_ASSIGN(const bool yes, agreed(line, request, secrets, node));
        if (!yes) return ExitCode::failure;
    }
    LEEWARD_ASSIGN(const Json result, node.ask(request, secrets));
    const Outcome shown = show(line, result, out);
    if (shown) return code_of(line, result);
    if (goes_with_its_file(line))
        return place_without_file(shown.error(), result.int_at("place"), line, secrets, node);
    return not_written(shown.error(), result.text_at("sealed_file"));
}

Result<ExitCode> run_command(const CommandLine& line) {
    LEEWARD_ASSIGN(const auto node, node_of(line));
    return run_command(line, *node);
}

Result<std::unique_ptr<Asked>> node_of(const CommandLine& line) {
    LEEWARD_ASSIGN(const auto home, home_folder(line.options));
    LEEWARD_ASSIGN(node::RemoteApi api, node::RemoteApi::open(home));
    return std::unique_ptr<Asked>(std::make_unique<Socket>(std::move(api)));
}

}  // namespace leeward::cli
