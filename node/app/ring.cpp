#include "node/app/ring.h"

#include <array>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace leeward::node {
namespace {

// Between fork and exec nothing may be allocated.
[[noreturn]] void become(char* program) {
    constexpr int could_not_run = 127;
    std::array<char, 19> path{"PATH=/usr/bin:/bin"};
    std::array<char*, 2> arguments{program, nullptr};
    std::array<char*, 2> environment{path.data(), nullptr};
    ::setsid();
    if (::fork() != 0) ::_exit(0);
    const int nothing = ::open("/dev/null", O_RDWR);
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        ::dup2(nothing, fd);
    ::execve(program, arguments.data(), environment.data());
    ::_exit(could_not_run);
}

}  // namespace

std::vector<std::string> programs_of_ring(const Notify& notify, std::size_t ring) {
    std::vector<std::string> programs;
    for (const auto* one : {&notify.sound, &notify.command})
        if (!one->empty()) programs.push_back(*one);
    if (!notify.on_call.empty()) programs.push_back(notify.on_call[ring % notify.on_call.size()]);
    return programs;
}

std::size_t ways_of(const Notify& notify) {
    return (notify.sound.empty() ? 0U : 1U) + (notify.command.empty() ? 0U : 1U) +
           (notify.on_call.empty() ? 0U : 1U);
}

Outcome run_alone(const std::string& program) {
    if (::access(program.c_str(), X_OK) != 0)
        return Error{Errc::not_found, "a program of [notify] in config.toml cannot be run"};
    std::string text = program;
    const pid_t child = ::fork();
    if (child < 0) return Error{Errc::io, "a program could not be started"};
    if (child == 0) become(text.data());
    ::waitpid(child, nullptr, 0);  // the one between: it ends at once
    return Done{};
}

}  // namespace leeward::node
