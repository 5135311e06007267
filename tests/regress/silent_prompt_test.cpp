// At the prompt for a passphrase only Ctrl-C was minded: Ctrl-\\ left the terminal silent and a core with what had been
// typed, SIGTERM and Ctrl-Z left it silent; most commands, and leewardd until it had the passphrase, could be dumped.
#include <csignal>

#include <catch2/catch_test_macros.hpp>
#include <fcntl.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include "tests/regress/programs.h"

namespace leeward::test {
namespace {

using namespace std::chrono_literals;

// A program at a terminal of its own, whose other end is held here.
class AtTerminal {
public:
    explicit AtTerminal(std::vector<std::string> argv) {
        std::vector<char*> arguments;
        arguments.reserve(argv.size() + 1);
        for (auto& text : argv)
            arguments.push_back(text.data());
        arguments.push_back(nullptr);
        REQUIRE(::openpty(&ours_, &its_, nullptr, nullptr, nullptr) == 0);
        pid_ = ::fork();
        if (pid_ != 0) return;
        ::login_tty(its_);  // NOLINT(concurrency-mt-unsafe): one thread
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
    AtTerminal(const AtTerminal&) = delete;
    AtTerminal& operator=(const AtTerminal&) = delete;
    ~AtTerminal() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
        ::close(ours_);
        ::close(its_);
    }

    [[nodiscard]] bool is_silent() const {
        termios now{};
        return ::tcgetattr(its_, &now) == 0 && (now.c_lflag & static_cast<tcflag_t>(ECHO)) == 0;
    }
    void send(int signal) const { ::kill(pid_, signal); }
    // Its exit code, 128 + n when ended by signal n, -1 when it goes on.
    int ended() {
        int status = 0;
        if (!eventually(20s, [&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; })) return -1;
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    [[nodiscard]] bool may_leave_a_core() const {
        const std::string limits = read_text("/proc/" + std::to_string(pid_) + "/limits");
        return limits.find("Max core file size        0                    0 ") == limits.npos;
    }

private:
    int ours_ = -1;
    int its_ = -1;
    pid_t pid_ = -1;
};

}  // namespace

TEST_CASE(
    "whatever ends or stops a program at the prompt for a passphrase, the terminal echoes again") {
    const Programs here;
    const std::string key = here.file("auditor.key").string();
    for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP}) {
        CAPTURE(signal);
        AtTerminal program({Programs::program("leeward"), "audit", "key", key});
        REQUIRE(eventually(20s, [&] { return program.is_silent(); }));
        CHECK_FALSE(program.may_leave_a_core());
        program.send(SIGTSTP);
        program.send(signal);
        CHECK(program.ended() == 130);
        CHECK_FALSE(program.is_silent());
        CHECK_FALSE(std::filesystem::exists(key));
    }
}

TEST_CASE("the node can leave no core from before it has read its passphrase") {
    const Programs here;
    AtTerminal program({Programs::program("leewardd"), "--home", here.home().string()});
    CHECK(eventually(20s, [&] { return !program.may_leave_a_core(); }));
}

}  // namespace leeward::test
