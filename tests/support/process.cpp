#include "tests/support/process.h"

#include <array>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace leeward::test {
namespace {

using Clock = std::chrono::steady_clock;

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> out;
    out.reserve(texts.size() + 1);
    for (const auto& text : texts)
        out.push_back(const_cast<char*>(text.c_str()));  // execve does not write to them
    out.push_back(nullptr);
    return out;
}

// The child's own half: only calls that are safe after fork().
[[noreturn]] void become(char* const* argv, char* const* environment, int in, int out, int err) {
    ::signal(SIGPIPE, SIG_DFL);  // what this program passes over is not passed on
    ::dup2(in, STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    constexpr int highest_inherited = 256;
    for (int fd = STDERR_FILENO + 1; fd < highest_inherited; ++fd)
        ::close(fd);
    ::execve(argv[0], argv, environment);
    ::_exit(127);
}

pid_t spawn(const Command& command, int in, int out, int err) {
    const auto argv = pointers(command.argv);
    const auto environment = pointers(command.environment);
    const pid_t pid = ::fork();
    if (pid == 0) become(argv.data(), environment.data(), in, out, err);
    return pid;
}

struct Pipe {
    std::array<int, 2> ends{-1, -1};
    Pipe() {
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    }
    ~Pipe() {
        close_end(0);
        close_end(1);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    void close_end(std::size_t end) {
        if (ends.at(end) >= 0) ::close(std::exchange(ends.at(end), -1));
    }
};

// To the program at the other end, shorter than a pipe holds, so that this cannot block.
void give(Pipe& in, const std::string& text) {
    in.close_end(0);
    [[maybe_unused]] const auto written =
        text.empty() ? 0 : ::write(in.ends[1], text.data(), text.size());
    in.close_end(1);
}

int exit_code(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool drain(Pipe& pipe, short events, std::string& text) {
    if (events == 0 || pipe.ends[0] < 0) return pipe.ends[0] >= 0;
    std::array<char, 8192> buffer{};
    const auto size = ::read(pipe.ends[0], buffer.data(), buffer.size());
    if (size <= 0) {
        pipe.close_end(0);
        return false;
    }
    text.append(buffer.data(), static_cast<std::size_t>(size));
    return true;
}

// False when the deadline passed first.
bool read_both(Pipe& out, Pipe& err, Finished& finished, Clock::time_point deadline) {
    while (out.ends[0] >= 0 || err.ends[0] >= 0) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        if (left.count() <= 0) return false;
        std::array<pollfd, 2> items{{{out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}}};
        ::poll(items.data(), items.size(), static_cast<int>(left.count()));
        drain(out, items[0].revents, finished.out);
        drain(err, items[1].revents, finished.err);
    }
    return true;
}

bool ended(pid_t pid, int& status) {
    return ::waitpid(pid, &status, WNOHANG) == pid;
}

}  // namespace

Finished run(const Command& command, std::chrono::milliseconds patience) {
    Pipe in;
    Pipe out;
    Pipe err;
    const auto deadline = Clock::now() + patience;
    const pid_t pid = spawn(command, in.ends[0], out.ends[1], err.ends[1]);
    if (pid < 0) return {};
    for (auto* pipe : {&out, &err})
        pipe->close_end(1);
    give(in, command.input);
    Finished finished;
    const bool in_time = read_both(out, err, finished, deadline);
    if (!in_time) ::kill(pid, SIGKILL);
    int status = 0;
    ::waitpid(pid, &status, 0);
    finished.status = in_time ? exit_code(status) : -1;
    return finished;
}

Process::Process(const Command& command, const std::filesystem::path& log) {
    constexpr int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;
    const int file = ::open(log.c_str(), flags, 0600);
    Pipe in;
    if (file < 0) throw std::runtime_error("cannot open " + log.string());
    pid_ = spawn(command, in.ends[0], file, file);
    ::close(file);
    give(in, command.input);
}

Process::~Process() {
    end();
}
Process::Process(Process&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
Process& Process::operator=(Process&& other) noexcept {
    std::swap(pid_, other.pid_);
    return *this;
}

bool Process::running() {
    int status = 0;
    if (pid_ > 0 && ended(pid_, status)) pid_ = -1;
    return pid_ > 0;
}

void Process::end() {
    if (!running()) return;
    ::kill(pid_, SIGTERM);
    constexpr auto patience = std::chrono::seconds(5);
    if (eventually(patience, [this] { return !running(); })) return;
    ::kill(pid_, SIGKILL);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
}

namespace {
const std::filesystem::path folder_at_start =
    std::filesystem::canonical("/proc/self/exe").parent_path();
}

const std::filesystem::path& programs() {
    return folder_at_start;
}

bool eventually(std::chrono::milliseconds deadline, const std::function<bool()>& condition) {
    const auto until = Clock::now() + deadline;
    constexpr auto pause = std::chrono::milliseconds(10);
    while (!condition()) {
        if (Clock::now() > until) return false;
        std::this_thread::sleep_for(pause);
    }
    return true;
}

std::string read_text(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write_private(const std::filesystem::path& path, std::string_view text) {
    constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
    const int file = ::open(path.c_str(), flags, 0600);
    const bool whole =
        file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (file >= 0) ::close(file);
    if (!whole) throw std::runtime_error("cannot write " + path.string());
}

}  // namespace leeward::test
