// What the program says to people, on standard error, in English or Spanish.
#pragma once

#include <string>
#include <string_view>

#include "cli/command_line.h"
#include "schema/exit_code.h"

namespace leeward::cli {

enum class Phrase {
    ASK_PASSPHRASE,
    ASK_OWN_PASSPHRASE,
    ASK_PASSPHRASE_OF,  // a name follows
    ASK_NEW_PASSPHRASE,
    ASK_NEW_PASSPHRASE_OF,
    ASK_AGAIN,
    PASSPHRASE_LOST,
    STARTING,
    RUNNING,
    ALREADY_RUNNING,
    NODE_MADE,
    AUDITOR_KEY_LOST,
    WILL_BE_SENT,
    SEND_NOW,
    NOT_SENT,
    QUEUED,
    NEEDS_SECOND_PERSON,
    NO_FILE,
    KEPT_BY_NODE,
    WRITTEN,
    CONSOLE_OPENS,
    CONSOLE_LINK,
    WRITE_WORDS_DOWN,
    WORD_NUMBER,
    ASK_WORD,
    ASK_FIRST_HOLDER,
    ASK_SECOND_HOLDER,
};

class Talk {
public:
    explicit Talk(const Options& options) : spanish_(options.lang == "es"), quiet_(options.quiet) {}

    [[nodiscard]] std::string_view words(Phrase phrase) const;
    void say(Phrase phrase, std::string_view more = "") const;  // silent with --quiet
    void text(std::string_view lines) const;                    // silent with --quiet
    // One line what a user can do about an error of this kind; may be empty.
    [[nodiscard]] std::string_view advice(Errc code) const;

private:
    bool spanish_;
    bool quiet_;
};

// Prints the error and gives its exit code. With --json the error object, to standard output as long as that
// takes anything.
schema::ExitCode report(const Error& error, const Options& options);

}  // namespace leeward::cli
