#include "cli/recovery.h"

#include <chrono>
#include <iostream>
#include <optional>
#include <set>

#include "cli/arguments.h"
#include "cli/holders.h"
#include "cli/home_folder.h"
#include "cli/out_file.h"
#include "cli/passphrase.h"
#include "cli/print.h"
#include "cli/terminal.h"
#include "cli/text.h"
#include "node/app/recovery.h"
#include "node/app/wire.h"
#include "schema/words.h"

namespace leeward::cli {
namespace {

using crypto::age::Identity;
using schema::ExitCode;
using schema::Json;

constexpr std::size_t words_in_line = 4;
constexpr std::size_t words_asked_again = 3;

std::vector<std::string_view> words_in(std::string_view text) {
    std::vector<std::string_view> words;
    for (auto space = text.find(' '); space != text.npos; space = text.find(' ')) {
        words.push_back(text.substr(0, space));
        text.remove_prefix(space + 1);
    }
    words.push_back(text);
    return words;
}

void show_words(const Talk& talk, const std::vector<std::string_view>& words) {
    talk.say(Phrase::WRITE_WORDS_DOWN);
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::cerr << (i + 1 < 10 ? "  " : " ") << i + 1 << " " << words[i]
                  << std::string(12 - width(words[i]), ' ');
        if ((i + 1) % words_in_line == 0) std::cerr << "\n";
    }
}

// What was written down badly is found now, and not on the night when it is needed.
Outcome ask_again(const Talk& talk, const std::vector<std::string_view>& words) {
    std::set<std::size_t> places;
    while (places.size() < words_asked_again)
        places.insert(crypto::system_random().number() % words.size());
    for (const std::size_t place : places) {
        talk.say(Phrase::WORD_NUMBER, std::to_string(place + 1));
        LEEWARD_ASSIGN(const SecretBytes typed, prompt_secret(talk.words(Phrase::ASK_WORD)));
        if (!schema::is_word(as_text(typed.reveal()), words[place]))
            return Error{
                Errc::invalid_argument,
                "that is not the word: read what you wrote. Nothing was made; begin again, "
                "with new words"};
    }
    return Done{};
}

Outcome keep_on_paper(const CommandLine& line, const Talk& talk, const Identity& identity) {
    if (line.options.no_input || !someone_is_there())
        return Error{Errc::invalid_argument,
                     "the words are shown on a terminal only, and there is none: say --identity to "
                     "keep the key in a file instead"};
    const auto language = line.options.lang == "es" ? schema::Language::ES : schema::Language::EN;
    const SecretBytes text =
        schema::recovery_words(std::get<crypto::XWingPrivateKey>(identity).reveal(), language);
    const auto words = words_in(as_text(text.reveal()));
    show_words(talk, words);
    return ask_again(talk, words);
}

Outcome keep_in_file(const std::string& name, const CommandLine& line, const Identity& identity) {
    LEEWARD_ASSIGN(OutFile file,
                   OutFile::open(name, line.options.force ? Replace::FORCE : Replace::REFUSE));
    const SecretBytes spelled = crypto::age::format_identity(identity);
    return file.commit_secret(std::string(as_text(spelled.reveal())) + "\n");
}

// For the public half; none where it is printed.
Result<std::optional<OutFile>> public_file(const CommandLine& line) {
    if (line.options.out.empty()) return std::optional<OutFile>();
    LEEWARD_ASSIGN(
        OutFile file,
        OutFile::open(line.options.out, line.options.force ? Replace::FORCE : Replace::REFUSE));
    return std::optional(std::move(file));
}

Outcome give_public_half(const CommandLine& line,
                         const Talk& talk,
                         const Identity& identity,
                         std::optional<OutFile>& file) {
    const std::string key =
        crypto::age::format_recipient(crypto::age::recipient_of(identity)) + "\n";
    if (!file) {
        std::cout << key << std::flush;
        return Done{};
    }
    LEEWARD_TRY(file->commit(key));
    talk.say(Phrase::WRITTEN, line.options.out);
    return Done{};
}

schema::Time now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace

Result<ExitCode> recovery_key(const CommandLine& line) {
    const Talk talk(line.options);
    const Identity identity = crypto::age::generate_identity(crypto::system_random());
    const auto file = line.given.find("identity");
    LEEWARD_ASSIGN(auto out, public_file(line));  // before anybody has written down a word
    LEEWARD_TRY(file == line.given.end() ? keep_on_paper(line, talk, identity)
                                         : keep_in_file(file->second.front(), line, identity));
    LEEWARD_TRY(give_public_half(line, talk, identity, out));
    return ExitCode::ok;
}

Result<ExitCode> recovery_open(const CommandLine& line) {
    const Talk talk(line.options);
    LEEWARD_ASSIGN(const auto home, home_folder(line.options));
    LEEWARD_ASSIGN(const Json args, build_arguments(*line.command, line.given));
    LEEWARD_ASSIGN(const auto holders, two_holders(line, talk));
    LEEWARD_ASSIGN(const SecretBytes passphrase,
                   get_passphrase(line, Passphrase::NEW, talk, "new-"));
    LEEWARD_TRY(node::recover_access(
        home, holders, args.text_at("name"), passphrase, now(), crypto::system_random()));
    const Json result = Json::object({{"name", args.text_at("name")}, {"recovered", true}});
    if (line.options.json)
        std::cout << one_line(node::answer_of(result).dump()) << "\n";
    else
        std::cout << print(result, {terminal_columns(), false});
    return ExitCode::ok;
}

}  // namespace leeward::cli
