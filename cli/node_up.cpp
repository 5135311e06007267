#include "cli/node_up.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <iostream>
#include <sstream>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/home_folder.h"
#include "cli/passphrase.h"
#include "cli/talk.h"
#include "cli/text.h"
#include "node/app/remote_api.h"

namespace leeward::cli {
namespace {

namespace fs = std::filesystem;
using node::Descriptor;
using schema::ExitCode;
using schema::Json;

Error fault(std::string_view what) {
    return Error{Errc::io, std::string(what) + ": " + std::generic_category().message(errno)};
}

// A pipe that holds the whole passphrase: it is shorter than a pipe's buffer.
Result<Descriptor> passphrase_pipe(const SecretBytes& passphrase) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fault("a pipe");
    Descriptor from(ends[0]);
    const Descriptor to(ends[1]);
    const BytesView bytes = passphrase.reveal();
    if (::write(to.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
        return fault("handing over the passphrase");
    return from;
}

// Becomes the program; `pipe` stays open in it. Returns only on failure. Between fork and exec
// nothing may be allocated: all texts are made before.
class Program {
public:
    Program(const fs::path& program, const fs::path& home, int pipe)
        : program_(program.string()),
          home_(home.string()),
          fd_(std::to_string(pipe)),
          pipe_(pipe) {}

    void become() {
        ::fcntl(pipe_, F_SETFD, 0);
        ::execv(program_.c_str(), arguments_.data());
    }

private:
    std::string program_;
    std::string home_;
    std::string fd_;
    int pipe_;
    std::string home_option_ = "--home";
    std::string fd_option_ = "--passphrase-fd";
    std::array<char*, 6> arguments_{
        program_.data(), home_option_.data(), home_.data(), fd_option_.data(), fd_.data(), nullptr};
};

Result<Descriptor> open_output(const fs::path& home) {
    Descriptor fd(::open((home / "node.out").c_str(),
                         O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW,
                         S_IRUSR | S_IWUSR));
    if (fd.get() < 0 && errno == ENOENT)
        return Error{Errc::not_found, "there is no node in this folder: leeward node init"};
    if (fd.get() < 0) return fault("node.out in the node's folder");
    return fd;
}

[[noreturn]] void run_in_background(Program& program, int output) {
    constexpr int could_not_run = 127;
    ::setsid();
    const int nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    program.become();
    ::_exit(could_not_run);
}

bool answers(const fs::path& home) {
    auto api = node::RemoteApi::open(home);
    return api && api->call("node.status", Json::object());
}

std::string text_from(int fd, off_t start) {
    constexpr std::size_t most = 4096;
    std::string text(most, '\0');
    const auto got = ::pread(fd, text.data(), text.size(), start);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
}

// The node has ended before it answered: its words, and its own code where it has a meaning here.
ExitCode explain_death(int status, const std::string& said) {
    std::cerr << many_lines(said);
    std::cerr << "leeward: the node ended before it answered; nothing was changed\n";
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    const bool known =
        code >= schema::number(ExitCode::usage) && code <= schema::number(ExitCode::needs_upgrade);
    return known ? ExitCode{code} : ExitCode::failure;
}

Result<ExitCode> wait_until_up(pid_t child, const fs::path& home, int output, off_t start) {
    constexpr int step_ms = 25;
    const auto last = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (std::chrono::steady_clock::now() < last) {
        int status = 0;
        if (::waitpid(child, &status, WNOHANG) == child)
            return explain_death(status, text_from(output, start));
        if (answers(home)) return ExitCode::ok;
        ::poll(nullptr, 0, step_ms);
    }
    return Error{Errc::unreachable, "the node was started but does not answer; see node.out"};
}

Result<ExitCode> run_in_foreground(const fs::path& program,
                                   const fs::path& home,
                                   const SecretBytes& passphrase) {
    LEEWARD_ASSIGN(const Descriptor pipe, passphrase_pipe(passphrase));
    Program(program, home, pipe.get()).become();
    return fault("running leewardd");
}

}  // namespace

Result<fs::path> find_daemon() {
    std::error_code error;
    const fs::path beside = fs::read_symlink("/proc/self/exe", error).parent_path() / "leewardd";
    if (!error && ::access(beside.c_str(), X_OK) == 0) return beside;
    std::istringstream folders(environment("PATH"));
    for (std::string folder; std::getline(folders, folder, ':');) {
        const fs::path program = fs::path(folder) / "leewardd";
        if (!folder.empty() && ::access(program.c_str(), X_OK) == 0) return program;
    }
    return Error{Errc::not_found, "the program leewardd is neither beside leeward nor on PATH"};
}

Result<ExitCode> start_daemon(const fs::path& program,
                              const fs::path& home,
                              const SecretBytes& passphrase) {
    LEEWARD_ASSIGN(const Descriptor output, open_output(home));
    const off_t start = ::lseek(output.get(), 0, SEEK_END);
    LEEWARD_ASSIGN(const Descriptor pipe, passphrase_pipe(passphrase));
    Program ready(program, home, pipe.get());
    const pid_t child = ::fork();
    if (child < 0) return fault("starting leewardd");
    if (child == 0) run_in_background(ready, output.get());
    return wait_until_up(child, home, output.get(), start);
}

Result<ExitCode> node_up(const CommandLine& line) {
    const Talk talk(line.options);
    LEEWARD_ASSIGN(const fs::path home, home_folder(line.options));
    LEEWARD_ASSIGN(const fs::path program, find_daemon());
    if (answers(home)) {
        talk.say(Phrase::ALREADY_RUNNING);
        return ExitCode::ok;
    }
    if (!fs::exists(home))
        return Error{Errc::not_found, "there is no node in this folder: leeward node init"};
    LEEWARD_ASSIGN(const SecretBytes passphrase, get_passphrase(line, Passphrase::KNOWN, talk));
    talk.say(Phrase::STARTING);
    if (line.given.count("foreground") != 0) return run_in_foreground(program, home, passphrase);
    LEEWARD_ASSIGN(const ExitCode code, start_daemon(program, home, passphrase));
    if (code == ExitCode::ok) talk.say(Phrase::RUNNING);
    return code;
}

}  // namespace leeward::cli
