#include "cli/terminal.h"

#include <catch2/catch_test_macros.hpp>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include "tests/support/process.h"

namespace leeward::test {
namespace {

using namespace std::chrono_literals;

// A terminal on which nothing more can be printed, with somebody at it who is asked for a passphrase.
struct StoppedTerminal {
    int ours = -1;
    int its = -1;
    pid_t asked = -1;

    StoppedTerminal() {
        REQUIRE(::openpty(&ours, &its, nullptr, nullptr, nullptr) == 0);
        REQUIRE(::tcflow(its, TCOOFF) == 0);
        asked = ::fork();
        if (asked != 0) return;
        ::login_tty(its);  // NOLINT(concurrency-mt-unsafe): one thread
        ::_exit(cli::prompt_secret("Passphrase: ") ? 0 : 1);
    }
    StoppedTerminal(const StoppedTerminal&) = delete;
    StoppedTerminal& operator=(const StoppedTerminal&) = delete;
    ~StoppedTerminal() {
        ::kill(asked, SIGKILL);
        ::waitpid(asked, nullptr, 0);
        ::close(ours);
        ::close(its);
    }
    [[nodiscard]] bool echoes() const {
        termios now{};
        return ::tcgetattr(its, &now) != 0 || (now.c_lflag & static_cast<tcflag_t>(ECHO)) != 0;
    }
};

}  // namespace

TEST_CASE("the terminal is silent before it asks for a passphrase") {
    const StoppedTerminal terminal;
    CHECK(eventually(20s, [&] { return !terminal.echoes(); }));
}

}  // namespace leeward::test
