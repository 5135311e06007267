#include "cli/terminal.h"

#include <cerrno>
#include <csignal>
#include <iostream>
#include <string>

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "cli/passphrase.h"

namespace leeward::cli {
namespace {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): set by a signal handler
volatile std::sig_atomic_t interrupted = 0;

extern "C" void note_interrupt(int) {
    interrupted = 1;
}

// No echo, and Ctrl-C ends a read instead of the program, for as long as this lives.
class SilentTerminal {
public:
    SilentTerminal() {
        ::tcgetattr(STDIN_FILENO, &before_);
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
        interrupted = 0;
        struct sigaction action {};
        action.sa_handler = note_interrupt;
        ::sigaction(SIGINT, &action, &action_before_);
    }
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;
    ~SilentTerminal() {
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        ::sigaction(SIGINT, &action_before_, nullptr);
        std::cerr << "\n";
    }

private:
    termios before_{};
    struct sigaction action_before_ {};
};

}  // namespace

bool someone_is_there() {
    return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
}

bool prints_to_terminal() {
    return ::isatty(STDOUT_FILENO) == 1;
}

std::size_t terminal_columns() {
    winsize size{};
    if (!prints_to_terminal() || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
    return size.ws_col;
}

bool confirm(const Talk& talk, Phrase question) {
    std::cerr << talk.words(question) << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    return !answer.empty() &&
           (answer[0] == 'y' || answer[0] == 'Y' || answer[0] == 's' || answer[0] == 'S');
}

Result<SecretBytes> prompt_secret(const Talk& talk, Phrase question) {
    std::cerr << talk.words(question) << std::flush;
    const SilentTerminal silent;
    auto secret = read_secret_line(STDIN_FILENO);
    if (interrupted != 0) return interrupted_error();
    return secret;
}

}  // namespace leeward::cli
