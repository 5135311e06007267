#include "cli/terminal.h"

#include <array>
#include <csignal>
#include <iostream>
#include <string>

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "cli/passphrase.h"

namespace leeward::cli {
namespace {

constexpr std::array ends_waiting{SIGINT, SIGQUIT, SIGTERM, SIGHUP};

extern "C" void let_it_end(int) {}  // the wait for a line ends; nothing else is to be done

// No echo for as long as this lives. What would end the program comes through only while it waits for a line, and
// ends the wait instead; nothing stops it with the terminal still silent.
class SilentTerminal {
public:
    SilentTerminal() {
        sigset_t held{};
        ::sigemptyset(&held);
        for (const int signal : ends_waiting)
            ::sigaddset(&held, signal);
        ::pthread_sigmask(SIG_BLOCK, &held, &mask_before_);
        for (std::size_t i = 0; i < ends_waiting.size(); ++i)
            handle(ends_waiting.at(i), let_it_end, ended_before_.at(i));
        handle(SIGTSTP, SIG_IGN, stopped_before_);
        ::tcgetattr(STDIN_FILENO, &before_);
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;
    ~SilentTerminal() {
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        std::cerr << "\n";
        ::sigaction(SIGTSTP, &stopped_before_, nullptr);
        for (std::size_t i = 0; i < ends_waiting.size(); ++i)
            ::sigaction(ends_waiting.at(i), &ended_before_.at(i), nullptr);
        ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
    }

    [[nodiscard]] const sigset_t* while_waiting() const { return &mask_before_; }

private:
    static void handle(int signal, void (*handler)(int), struct sigaction& before) {
        struct sigaction action {};
        action.sa_handler = handler;
        ::sigaction(signal, &action, &before);
    }

    termios before_{};
    sigset_t mask_before_{};
    std::array<struct sigaction, ends_waiting.size()> ended_before_{};
    struct sigaction stopped_before_ {};
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

Result<SecretBytes> prompt_secret(std::string_view question) {
    const SilentTerminal silent;  // first: what is typed as the question appears must not show
    std::cerr << question << std::flush;
    return read_secret_line(STDIN_FILENO, silent.while_waiting());
}

}  // namespace leeward::cli
