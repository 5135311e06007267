// Where a passphrase comes from: a terminal, a file descriptor or a file; never an argument and
// never the environment.
#pragma once

#include <csignal>

#include "cli/command_line.h"
#include "cli/talk.h"
#include "crypto/base/secret.h"

namespace leeward::cli {

enum class Passphrase { KNOWN, NEW };  // a new one is asked for twice and must be strong enough

// --passphrase-fd, --passphrase-file, else the terminal. Errc::locked when there is none of them;
// untrusted for a file that others may read; invalid_argument for a weak or differing new one.
// With a prefix the options are --new-passphrase-fd and so on: "as-" and "with-" are others' passphrases.
Result<SecretBytes> get_passphrase(const CommandLine& line,
                                   Passphrase kind,
                                   const Talk& talk,
                                   std::string_view prefix = "");

// What the terminal asks, ending in a colon: a command that takes several says whose is wanted now.
[[nodiscard]] std::string passphrase_question(const CommandLine& line,
                                              Passphrase kind,
                                              const Talk& talk,
                                              std::string_view prefix = "");

// Up to the first line feed or the end, at most 1,024 bytes; Errc::too_large, locked if empty. While it waits
// the signals outside `blocked` come through, and one that is handled ends it with interrupted_error().
Result<SecretBytes> read_secret_line(int fd, const sigset_t* blocked = nullptr);

// What Ctrl-C, or another signal that ends a program, gives at a prompt, and how to know it again: it ends with 130.
[[nodiscard]] Error interrupted_error();
[[nodiscard]] bool is_interrupt(const Error& error);

}  // namespace leeward::cli
