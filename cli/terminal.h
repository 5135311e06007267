// The person at the terminal, if there is one.
#pragma once

#include <cstddef>
#include <string_view>

#include "cli/talk.h"
#include "crypto/base/secret.h"

namespace leeward::cli {

[[nodiscard]] bool someone_is_there();  // standard input and standard error are a terminal
[[nodiscard]] bool prints_to_terminal();
[[nodiscard]] std::size_t terminal_columns();  // 0 when standard output is no terminal

// y, yes, s, sí. Anything else, and the end of the input, is no.
[[nodiscard]] bool confirm(const Talk& talk, Phrase question);

// One line without echo. The terminal is as before when this returns, also after Ctrl-C, Ctrl-\ and the signals
// that end a program: those are interrupted_error(). Ctrl-Z does nothing meanwhile.
Result<SecretBytes> prompt_secret(std::string_view question);

}  // namespace leeward::cli
